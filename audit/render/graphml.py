"""The graph of who can come to pay as GraphML, for Gephi, yEd, networkx and the like.

http://graphml.graphdrawing.org/specification.html
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from xml.etree import ElementTree

from audit.model.result import AuditResult

_NODE_KEYS = ("label", "type", "account", "inside", "known", "pays")
_EDGE_KEYS = ("type", "technique", "verdict", "conditions", "statements", "reason")
# What XML 1.0 has no way to write, not even as a reference.
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_graphml(result: AuditResult) -> bytes:
    """Every node and step that the result lists; an empty graph where reach was not worked out."""
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for kind, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for key in keys:
            attributes = {"id": f"{kind}-{key}", "for": kind, "attr.name": key, "attr.type": "string"}
            ElementTree.SubElement(root, "key", attributes)
    graph = ElementTree.SubElement(root, "graph", id="reach", edgedefault="directed")
    reach = result.reach
    holders = {path.holder for path in reach.paths} if reach else set()
    for node in reach.nodes if reach else ():
        flags = (str(flag).lower() for flag in (node.inside, node.known, node.id in holders))
        element = ElementTree.SubElement(graph, "node", id=_text(node.id))
        _data(element, "node", _NODE_KEYS, (node.label, node.type.value, node.account_id, *flags))
    for number, step in enumerate(reach.steps if reach else ()):
        ends = {"id": f"e{number}", "source": _text(step.source), "target": _text(step.target)}
        statements = "; ".join(f"{ref.policy.label}, {ref.words}" for ref in step.statements)
        values = (
            step.type.value,
            step.technique,
            step.verdict.value,
            "; ".join(step.conditions),
            statements,
            step.reason,
        )
        _data(ElementTree.SubElement(graph, "edge", ends), "edge", _EDGE_KEYS, values)
    out = io.BytesIO()
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def _data(element: ElementTree.Element, kind: str, keys: Iterable[str], values: Iterable[str]) -> None:
    for key, value in zip(keys, values, strict=True):
        if value:
            ElementTree.SubElement(element, "data", key=f"{kind}-{key}").text = _text(value)


def _text(text: str) -> str:
    return _UNWRITABLE.sub("�", text)
