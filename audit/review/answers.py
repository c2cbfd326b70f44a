"""What comes back from a reviewer, before it is checked: one answer a row, still as it was written."""

from __future__ import annotations

from datetime import date

import msgspec

from audit.model.error import InputError


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One row that somebody answered, or tried to. Texts are stripped."""

    place: str
    """`row 12`, or `decision 3` of a JSON file."""
    row_id: str | None = None
    """Of a worksheet; None in a JSON file, which names unique id and actions."""
    quarter: str
    evidence_sha256: str
    principal: str
    privilege: str
    """The actions, one a line."""
    unique_id: str
    fingerprint: str = ""
    choice: str
    reviewer: str
    role: str
    decided_on: date | str | None
    """A text where it is no date that can be told for certain; None where it is empty."""
    justification: str
    ticket: str
    wrong: tuple[str, ...] = ()
    """What was seen while the row was read: a formula, merged cells. Each is a problem of this row."""

    @property
    def empty(self) -> bool:
        """Whether nothing was answered: the row is pending."""
        return not (self.choice or self.justification or self.ticket or self.wrong)


class AnswerFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came back."""

    name: str
    answers: tuple[Answer, ...]
    wrong: tuple[str, ...] = ()
    """What concerns the file and no single row."""


class ProblemsError(InputError):
    """A file that is not applied; every problem is named by row."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        count = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}"
        super().__init__(f"`{name}` has {count}, so that nothing of it was applied; mend the rows and apply it again")


def read_day(text: str) -> date | str | None:
    """Read a day written as text, `2026-10-05`, with or without a time; the text itself where it is none."""
    stripped = text.strip()
    if not stripped:
        return None
    try:
        return date.fromisoformat(stripped[:10]) if stripped[10:11] in ("", "T", " ") else stripped
    except ValueError:
        return stripped
