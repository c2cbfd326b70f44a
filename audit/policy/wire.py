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
_encode = msgspec.json.Encoder().encode


def decode_identity_document(raw: bytes | msgspec.Raw) -> WireDocument | None:
    """Decode a document that is not resource-based; None where it is not certain to be well-formed."""
    document = _decoded(raw)
    if document is None:
        return None
    conditioned = False
    for statement in document.statements:
        if (
            (statement.action is UNSET) is (statement.not_action is UNSET)
            or (statement.resource is UNSET) is (statement.not_resource is UNSET)
            or statement.principal is not UNSET
            or statement.not_principal is not UNSET
        ):
            return None
        conditioned = conditioned or statement.condition is not UNSET
    return document if _is_whole(document, raw, conditioned=conditioned) else None


def decode_resource_document(raw: bytes) -> WireDocument | None:
    """Decode a resource-based document, as a trust policy; None where it is not certain to be well-formed."""
    document = _decoded(raw)
    if document is None:
        return None
    conditioned = False
    for statement in document.statements:
        principal = statement.not_principal if statement.principal is UNSET else statement.principal
        if (
            (statement.action is UNSET) is (statement.not_action is UNSET)
            or (statement.resource is not UNSET and statement.not_resource is not UNSET)
            or (statement.principal is UNSET) is (statement.not_principal is UNSET)
            or not (principal == "*" or _are_texts_by_kind(principal))
        ):
            return None
        conditioned = conditioned or statement.condition is not UNSET
    return document if _is_whole(document, raw, conditioned=conditioned) else None


def _decoded(raw: bytes | msgspec.Raw) -> WireDocument | None:
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _are_texts_by_kind(principal: Any) -> bool:
    """Whether it is an object whose members are texts or lists of texts."""
    return isinstance(principal, dict) and all(
        isinstance(value, str) or (isinstance(value, list) and all(isinstance(text, str) for text in value))
        for value in principal.values()
    )


def _is_whole(document: WireDocument, raw: bytes | msgspec.Raw, *, conditioned: bool) -> bool:
    """Whether no member was lost: of two members of one name a decoder keeps the last.

    Where all values are texts nothing can be spelled shorter than the encoder does it, so that a lost one shows in the
    length. A condition may hold numbers, and people break lines: there the names in the text are counted. A text in
    which `":` stands elsewhere is read slowly for nothing, and correctly.
    """
    if not conditioned and len(_encode(document)) == len(raw):
        return True
    text = bytes(raw)
    # White space between a name and its colon must not hide the name from the count.
    if b" " in text or b"\n" in text or b"\t" in text or b"\r" in text:
        text = text.translate(None, _WHITE_SPACE)
    return text.count(b'":') == _members(document)


def _members(document: WireDocument) -> int:
    count = 1 + (document.version is not UNSET) + (document.id is not UNSET)
    for statement in document.statements:
        elements = msgspec.structs.astuple(statement)
        count += len(elements) - elements.count(UNSET)
        condition = statement.condition
        if not isinstance(condition, msgspec.UnsetType):
            count += len(condition) + sum(map(len, condition.values()))
        for principal in (statement.principal, statement.not_principal):
            count += len(principal) if isinstance(principal, dict) else 0
    return count
