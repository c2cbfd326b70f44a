"""Policy documents as a report shows them: numbered once over all accounts, indented, each statement's lines known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec

from audit.evaluate.documents import DocumentTable
from audit.evaluate.holders import Attachment
from audit.model.entitlement import PolicyRef
from audit.model.result import PolicyText

INDENT = 2
"""Spaces a level, in every text of a policy."""


class ShownDocuments:
    """The documents that something in the result refers to, in the order in which they were first referred to."""

    def __init__(self) -> None:
        self._ids: dict[bytes, int] = {}
        self._refs: dict[tuple[int, Attachment], PolicyRef] = {}

    def ref(self, documents: DocumentTable, attachment: Attachment) -> PolicyRef:
        """Name an attached policy for the result, its document among those shown."""
        key = (id(documents), attachment)
        found = self._refs.get(key)
        if found is None:
            raw = documents.raw(attachment.document)
            number = self._ids.setdefault(raw, len(self._ids)) if raw else -1
            found = self._refs[key] = PolicyRef(
                type=attachment.type,
                name=attachment.name,
                arn=attachment.arn,
                owner_arn=attachment.owner_arn,
                group=attachment.group,
                target=attachment.target,
                document_id=number,
            )
        return found

    @property
    def raw(self) -> tuple[bytes, ...]:
        """All of them as they came."""
        return tuple(self._ids)

    def adopted(self, raw: Iterable[bytes]) -> tuple[int, ...]:
        """Show documents that were named elsewhere, after those that are shown; the number of each."""
        return tuple(self._ids.setdefault(one, len(self._ids)) for one in raw)

    def texts(self) -> tuple[PolicyText, ...]:
        """All of them, so that `PolicyRef.document_id` is the position."""
        return tuple(policy_text(raw) for raw in self._ids)


def policy_text(raw: bytes) -> PolicyText:
    """Indent a document. One that is no JSON object is shown as it came, without lines of statements."""
    return _at_once(raw) or _by_members(raw)


def _floats_elsewhere(text: str) -> float:
    raise ValueError(text)


# Floats are written in more than one way: the documents that hold some are left to the standard library.
_DECODER = msgspec.json.Decoder(float_hook=_floats_elsewhere)


def _at_once(raw: bytes) -> PolicyText | None:
    """The text of an ordinary document, which is what `_by_members` makes of it in a fifth of the time; else None."""
    try:
        value = _DECODER.decode(raw)
        if not isinstance(value, dict) or not value:
            return None
        text = msgspec.json.format(msgspec.json.encode(value), indent=INDENT).decode()
    except (ValueError, RecursionError):
        return None
    member = value.get("Statement")
    statements = member if isinstance(member, list) else [member]
    if not statements or not all(isinstance(statement, dict) and statement for statement in statements):
        return None
    lines = text.split("\n")
    if isinstance(member, dict):
        comma = "" if next(reversed(value)) == "Statement" else ","
        first = lines.index('  "Statement": {')
        return PolicyText(text=text, statement_lines=((first + 1, lines.index("  }" + comma, first) + 1),))
    spans: list[tuple[int, int]] = []
    end = lines.index('  "Statement": [') + 1
    for left in reversed(range(len(statements))):
        # At this depth only a statement ends, and what stands in a text is never a line of its own.
        first, end = end + 1, lines.index("    }," if left else "    }", end) + 1
        spans.append((first, end))
    return PolicyText(text=text, statement_lines=tuple(spans))


def _by_members(raw: bytes) -> PolicyText:
    """The text of any document, member by member."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return PolicyText(text=raw.decode("utf-8", "replace"))
    if not isinstance(value, dict):
        return PolicyText(text=_dump(value))
    lines = ["{"]
    spans: list[tuple[int, int]] = []
    for position, (name, member) in enumerate(value.items()):
        comma = "," if position < len(value) - 1 else ""
        if name == "Statement" and isinstance(member, list) and member:
            lines.append('  "Statement": [')
            for index, statement in enumerate(member):
                _add(lines, spans, "", statement, depth=2, comma="," if index < len(member) - 1 else "")
            lines.append(f"  ]{comma}")
        elif name == "Statement":
            _add(lines, spans, '"Statement": ', member, depth=1, comma=comma)
        else:
            _add(lines, [], f"{json.dumps(name, ensure_ascii=False)}: ", member, depth=1, comma=comma)
    lines.append("}")
    return PolicyText(text="\n".join(lines), statement_lines=tuple(spans))


def _add(lines: list[str], spans: list[tuple[int, int]], label: str, value: Any, *, depth: int, comma: str) -> None:
    """Append one member's lines and remember where it stands."""
    first = len(lines) + 1
    margin = " " * (INDENT * depth)
    own = (label + _dump(value)).split("\n")
    lines.extend(margin + line for line in own)
    lines[-1] += comma
    spans.append((first, len(lines)))


def indented(value: Any) -> str:
    """A JSON value as text, as the standard library writes it, which takes several times as long."""
    if not _holds_floats(value):
        with suppress(ValueError, RecursionError):
            return msgspec.json.format(msgspec.json.encode(value), indent=INDENT).decode()
    return _dump(value)


def _holds_floats(value: Any) -> bool:
    """Those are written in more than one way."""
    if isinstance(value, dict):
        return any(map(_holds_floats, value.values()))
    if isinstance(value, list):
        return any(map(_holds_floats, value))
    return isinstance(value, float)


def _dump(value: Any) -> str:
    return json.dumps(value, indent=INDENT, ensure_ascii=False)
