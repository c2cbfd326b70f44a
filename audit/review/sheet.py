"""The columns of a review worksheet, and what one row of it holds: the same in Excel, CSV and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from audit.frames.formula import neutralise
from audit.frames.table import CELL_LIMIT
from audit.review.work_rows import WorkRow

INSTRUCTIONS = (
    "Decide each row: keep, modify, revoke or exception. Leave a row empty to decide it later.",
    "Give your name and the day (2026-10-05). Every decision but keep needs a justification.",
    "The grey columns say what the row is about and come back unchanged; they are checked. Columns may be moved and "
    "hidden, rows sorted. Write values, not formulas, and leave cells unmerged.",
    "Nobody decides on rights of their own, and who collected the evidence does not decide on it.",
    "exception: the right stays for a time. It needs an entry in exceptions.toml that names an owner, an approver and "
    "the day on which it ends.",
    "revoke: the right goes. The review closes it only when a later snapshot shows that it is gone.",
    "modify: part of it goes. Say what stays in the justification, as in stays: GetHIT, ListHITs.",
    "Save as .xlsx or .csv and give the file back: mturk-audit review apply FILE --review DIR INPUT. It takes over all "
    "rows or none, and names each row that it cannot take.",
)


class Part(StrEnum):
    """What a column is for."""

    IDENTITY = "identity"
    """It comes back as it was given."""
    CONTEXT = "context"
    """For the reviewer to read; not read back."""
    ANSWER = "answer"


class Column(msgspec.Struct, frozen=True):
    """One column of the worksheet."""

    head: str
    part: Part
    width: int
    """In characters."""


ROW, QUARTER, EVIDENCE = "Row", "Quarter", "Evidence"
PRINCIPAL, UNIQUE_ID, PRIVILEGE = "Principal", "Unique id", "Privilege"
DECISION, REVIEWER, ROLE = "Decision", "Reviewer", "Role"
DECIDED_ON, JUSTIFICATION, TICKET = "Decided on", "Justification", "Ticket"

COLUMNS = (
    Column(PRINCIPAL, Part.IDENTITY, 52),
    Column(PRIVILEGE, Part.IDENTITY, 34),
    Column("Verdict", Part.CONTEXT, 12),
    Column("Severity", Part.CONTEXT, 10),
    Column("Risk", Part.CONTEXT, 18),
    Column("Used", Part.CONTEXT, 14),
    Column("Last used", Part.CONTEXT, 12),
    Column("Policy", Part.CONTEXT, 28),
    Column("Statement", Part.CONTEXT, 14),
    Column("Conditions", Part.CONTEXT, 28),
    Column("Findings", Part.CONTEXT, 28),
    Column("Earlier decision", Part.CONTEXT, 28),
    Column(DECISION, Part.ANSWER, 12),
    Column(REVIEWER, Part.ANSWER, 20),
    Column(ROLE, Part.ANSWER, 18),
    Column(DECIDED_ON, Part.ANSWER, 13),
    Column(JUSTIFICATION, Part.ANSWER, 44),
    Column(TICKET, Part.ANSWER, 14),
    Column("Type", Part.CONTEXT, 8),
    Column("Account", Part.CONTEXT, 15),
    Column(UNIQUE_ID, Part.IDENTITY, 24),
    Column(QUARTER, Part.IDENTITY, 10),
    Column(EVIDENCE, Part.IDENTITY, 20),
    Column(ROW, Part.IDENTITY, 20),
)
HEADS = tuple(column.head for column in COLUMNS)
ANSWERS = tuple(column.head for column in COLUMNS if column.part is Part.ANSWER)
CHECKED = (PRINCIPAL, PRIVILEGE, UNIQUE_ID)
"""Identity columns whose text is compared with what the row of that id says."""
NEEDED = (ROW, QUARTER, EVIDENCE, *CHECKED, *ANSWERS)
"""Without one of these a file cannot be taken back."""


def cells(row: WorkRow, quarter: str, evidence_sha256: str) -> tuple[str, ...]:
    """The cells of a row, in the order of the columns; answers are empty."""
    texts = {
        **identity(row),
        QUARTER: quarter,
        EVIDENCE: evidence_sha256,
        ROW: row.id,
        "Verdict": "; ".join(row.verdicts),
        "Severity": row.severity,
        "Risk": row.risk,
        "Used": row.used,
        "Last used": row.last_used,
        "Policy": row.policy,
        "Statement": row.statement,
        "Conditions": "; ".join(row.conditions),
        "Findings": "; ".join(row.rules),
        "Earlier decision": row.earlier,
        "Type": "; ".join(row.types),
        "Account": "; ".join(row.accounts),
    }
    return tuple(written(texts.get(head, "")) for head in HEADS)


def identity(row: WorkRow) -> dict[str, str]:
    """The texts that say who and what a row is about."""
    return {
        PRINCIPAL: _listed(row.principals, "principals"),
        PRIVILEGE: _listed(row.actions, "privileges"),
        UNIQUE_ID: _listed(row.unique_ids, "unique ids"),
    }


def written(text: str) -> str:
    """Text as a cell may hold it: no formula, no control character, no more than a cell takes."""
    return neutralise("".join(_spelt(text)))[:CELL_LIMIT]


def _spelt(text: str) -> Iterator[str]:
    for character in text:
        allowed = character in "\t\n" or (character.isprintable() and not "\ud800" <= character <= "\udfff")
        yield character if allowed else character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _listed(names: Iterable[str], what: str, most: int = 400) -> str:
    """Names in one cell; of very many the count says how many there are."""
    listed = tuple(names)
    if len(listed) <= most:
        return "\n".join(listed)
    return "\n".join((f"{len(listed)} {what}:", *listed[:most], "…"))
