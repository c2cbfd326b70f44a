"""`decisions.json`: what a reviewer entered in the HTML report, and the same form to be filled in by a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from audit.model.error import InputError
from audit.review.answers import Answer, AnswerFile, read_day
from audit.review.work_rows import WorkRow

SCHEMA: Final = "mturk-audit/decisions/1"


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision on some privileges of one principal."""

    principal_arn: str
    unique_id: str
    actions: tuple[str, ...]
    fingerprint: str = ""
    choice: str = ""
    reviewer: str = ""
    role: str = ""
    decided_on: str = ""
    justification: str = ""
    ticket: str = ""
    snapshot_sha256: str = ""
    quarter: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: str
    evidence_sha256: str
    quarter: str
    decisions: tuple[_Entry, ...]


def write_json(rows: Iterable[WorkRow], quarter: str, evidence_sha256: str) -> bytes:
    """Write the form with one entry a principal of each row, undecided."""
    entries = tuple(
        _Entry(principal_arn=arn, unique_id=unique_id, actions=actions)
        for row in rows
        for (unique_id, arn), actions in _by_principal(row).items()
    )
    content = _File(schema=SCHEMA, evidence_sha256=evidence_sha256, quarter=quarter, decisions=entries)
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def read_json(name: str, raw: bytes) -> AnswerFile:
    """Read the entries. Raises InputError where the file is of another kind."""
    try:
        content = msgspec.json.decode(raw, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"`{name}` is no decisions file ({error}); save it from the report's page, or with `review export`"
        ) from error
    if content.schema != SCHEMA:
        raise InputError(f"`{name}` is of the form `{content.schema}`, and this version reads `{SCHEMA}`")
    return AnswerFile(
        name=name,
        answers=tuple(_answer(content, entry, number) for number, entry in enumerate(content.decisions, start=1)),
    )


def _answer(content: _File, entry: _Entry, number: int) -> Answer:
    return Answer(
        place=f"decision {number}",
        quarter=entry.quarter or content.quarter,
        evidence_sha256=entry.snapshot_sha256 or content.evidence_sha256,
        principal=entry.principal_arn,
        privilege="\n".join(sorted(set(entry.actions))),
        unique_id=entry.unique_id,
        fingerprint=entry.fingerprint,
        choice=entry.choice.strip().casefold(),
        reviewer=entry.reviewer.strip(),
        role=entry.role.strip(),
        decided_on=read_day(entry.decided_on),
        justification=entry.justification.strip(),
        ticket=entry.ticket.strip(),
    )


def _by_principal(row: WorkRow) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for unique_id, arn, action in row.members:
        found[unique_id, arn] = (*found.get((unique_id, arn), ()), action)
    return found
