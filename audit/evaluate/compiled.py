"""The documents of an account compiled for one list of actions, each when it is first asked for."""

from __future__ import annotations

from audit.evaluate.actions import ActionIndex
from audit.evaluate.compile import NOTHING, CompiledDocument, compile_document, compile_wire
from audit.evaluate.documents import DocumentTable

_MAX_RECENT = 64


class CompiledDocuments:
    """Compiled documents by their numbers."""

    def __init__(
        self,
        documents: DocumentTable,
        index: ActionIndex,
        *,
        once: bool = False,
        wider: CompiledDocuments | None = None,
    ) -> None:
        """`once`: everybody is asked about once or twice in a row, so that nobody's own documents need be kept.

        `wider`: the same documents for these actions and others, all of them without resource types. Most documents
        say nothing of any of those, which is then found out once for all that ask about some.
        """
        self._documents = documents
        self._index = index
        self._once = once
        self._wider = wider
        self._kept: dict[int, CompiledDocument] = {}
        self._recent: dict[int, CompiledDocument] = {}
        self.kept = self._kept.get
        """A document that was compiled before and not forgotten; None: it was not."""
        self.bearing: set[int] | None = None if once else set()
        """The documents, of those looked at so far, that say something of the actions; None: not kept."""
        self.doubtful: set[int] = set()
        """The documents, of those looked at so far, that cannot be evaluated in part or whole."""

    def of(self, number: int) -> CompiledDocument:
        """A document of the account, compiled once, or where it was forgotten again."""
        found = self._kept.get(number) or self._recent.get(number)
        if found is None:
            found = self._compile(number)
            if self.bearing is not None and found.statements:
                self.bearing.add(number)
            if found.doubtful:
                self.doubtful.add(number)
            if not self._once or self._documents.is_of_several(number):
                self._kept[number] = found
            else:
                if len(self._recent) >= _MAX_RECENT:
                    self._recent.clear()
                self._recent[number] = found
        return found

    def _compile(self, number: int) -> CompiledDocument:
        if self._wider is not None and self._wider.of(number) is NOTHING:
            return NOTHING
        wire = self._documents.wire(number)
        found = None if wire is None else compile_wire(wire, self._index)
        return compile_document(self._documents.parsed(number), self._index) if found is None else found
