"""Well-formed documents, decoded straight into typed records: the way that all but a few documents take.

What is not well-formed, or only might not be, gives None here, and `parse.py` reads it slowly and says why.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Texts = str | list[str]
WireCondition = dict[str, dict[str, Any]]
UNSET = msgspec.UNSET


class WireStatement(msgspec.Struct, forbid_unknown_fields=True, gc=False, rename="pascal"):
    """A statement as JSON has it; an element that is left out is UNSET."""

    effect: Literal["Allow", "Deny"]
    sid: str | msgspec.UnsetType = UNSET
    principal: Any = UNSET
    not_principal: Any = UNSET
    action: Texts | msgspec.UnsetType = UNSET
    not_action: Texts | msgspec.UnsetType = UNSET
    resource: Texts | msgspec.UnsetType = UNSET
    not_resource: Texts | msgspec.UnsetType = UNSET
    condition: WireCondition | msgspec.UnsetType = UNSET


class WireDocument(msgspec.Struct, forbid_unknown_fields=True, gc=False, rename="pascal"):
    """A document as JSON has it."""

    statement: list[WireStatement] | WireStatement
    version: Literal["2008-10-17", "2012-10-17"] | msgspec.UnsetType = UNSET
    id: str | msgspec.UnsetType = UNSET

    @property
    def statements(self) -> list[WireStatement]:
        return self.statement if isinstance(self.statement, list) else [self.statement]


_WHITE_SPACE = b" \n\t\r"
_decoder = msgspec.json.Decoder(WireDocument)


def decode_identity_document(raw: bytes) -> WireDocument | None:
    """Decode a document that is not resource-based; None where it is not certain to be well-formed."""
    try:
        document = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    count = 1 + (document.version is not UNSET) + (document.id is not UNSET)
    for statement in document.statements:
        action, resource = statement.action is not UNSET, statement.resource is not UNSET
        if (
            action is (statement.not_action is not UNSET)
            or resource is (statement.not_resource is not UNSET)
            or statement.principal is not UNSET
            or statement.not_principal is not UNSET
        ):
            return None
        # Effect, one of the actions, one of the resources, and what else there is.
        count += 3 + (statement.sid is not UNSET)
        condition = statement.condition
        if not isinstance(condition, msgspec.UnsetType):
            count += 1 + len(condition) + sum(map(len, condition.values()))
    # A decoder keeps the last of two members of one name. Their number in the text tells; a text in which `":`
    # stands elsewhere is read slowly for nothing, and correctly. White space between a name and its colon must not
    # hide the name from the count.
    spaced = b" " in raw or b"\n" in raw or b"\t" in raw or b"\r" in raw
    text = raw.translate(None, _WHITE_SPACE) if spaced else raw
    return document if text.count(b'":') == count else None
