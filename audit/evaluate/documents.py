"""Every distinct policy document of an account, once: told apart by its bytes, and parsed when first needed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from audit.policy.document import Document, Problem
from audit.policy.parse import parse_document
from audit.policy.wire import WireDocument, decode_identity_document

_STAND_IN = b"\0"
"""No JSON begins so."""
_MAX_DECODED = 64
"""A decoded document takes ten times its bytes: those of one principal after another are kept, and not all."""


class DocumentTable:
    """Documents by number, in the order in which they were first seen."""

    def __init__(self, parse: Callable[[bytes], Document] = parse_document) -> None:
        self._parse = parse
        self._numbers: dict[int, int] = {}
        """By the hash of the bytes, or the next one that was free."""
        self._raw: list[msgspec.Raw] = []
        """The pieces of what was read, which are copied nowhere."""
        self._parsed: dict[int, Document] = {}
        self._decoded: dict[int, WireDocument | None] = {}
        self._of_several: set[int] = set()

    def __len__(self) -> int:
        return len(self._raw)

    def is_of_several(self, number: int) -> bool:
        """Whether more than one policy has it, or one that can be attached to many."""
        return number in self._of_several

    def intern_shared(self, raw: bytes | msgspec.Raw) -> int:
        """The number of the document of a policy that can be attached to many."""
        number = self.intern(raw)
        self._of_several.add(number)
        return number

    def intern(self, raw: bytes | msgspec.Raw) -> int:
        """The number of the document of these bytes."""
        piece = raw if isinstance(raw, msgspec.Raw) else msgspec.Raw(raw)
        key = hash(bytes(raw))
        while (found := self._numbers.get(key)) is not None:
            if self._raw[found] == piece:
                self._of_several.add(found)
                return found
            key += 1
        found = self._numbers[key] = len(self._raw)
        self._raw.append(piece)
        return found

    def missing(self, policy_arn: str) -> int:
        """The number of a document that the evidence does not hold; each missing policy has its own."""
        return self._stand_in(policy_arn, f"policy `{policy_arn}` is attached, and its document is not in the evidence")

    def missing_group(self, name: str) -> int:
        """The number that stands for the policies of a group that the evidence does not hold."""
        return self._stand_in(f"group {name}", f"group `{name}` is named, and it is not in the evidence")

    def _stand_in(self, key: str, detail: str) -> int:
        number = self.intern(_STAND_IN + key.encode())
        self._parsed[number] = Document(unreadable=True, problems=(Problem(where="", detail=detail),))
        return number

    def piece(self, number: int) -> msgspec.Raw:
        """The bytes as a piece of what was read; of a missing document, no JSON."""
        return self._raw[number]

    def wire(self, number: int) -> WireDocument | None:
        """The document decoded, where `decode_identity_document` can; the last few are kept for who asks next."""
        try:
            return self._decoded[number]
        except KeyError:
            if len(self._decoded) >= _MAX_DECODED:
                self._decoded.clear()
            found = self._decoded[number] = decode_identity_document(self._raw[number])
            return found

    def raw(self, number: int) -> bytes:
        """The bytes as they came; empty for a missing document."""
        raw = bytes(self._raw[number])
        return b"" if raw.startswith(_STAND_IN) else raw

    def parsed(self, number: int) -> Document:
        """The document, parsed once."""
        document = self._parsed.get(number)
        if document is None:
            document = self._parsed[number] = self._parse(bytes(self._raw[number]))
        return document
