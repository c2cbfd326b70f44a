"""Duties that one principal must not hold together: NIST 800-53 AC-5, for Mechanical Turk, as data.

https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=AC-5
"""

from __future__ import annotations

from functools import cache

import msgspec

from audit.catalog.load import read_data
from audit.model.privilege import Severity


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a principal can do, by any one of several actions."""

    id: str
    does: str
    """A verb phrase, `publish a HIT`."""
    actions: tuple[str, ...]
    """With their prefix; sorted. They may be of other services, which then are watched (`audit.catalog.watched`)."""


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Duties that are a risk in one hand."""

    id: str
    title: str
    duties: tuple[Duty, ...]
    """All are needed; a single one is a risk by itself."""
    severity: Severity
    why: str
    unless: tuple[str, ...] = ()
    """Ids of graver conflicts that already say it: where a principal has one of them, this one is not reported."""


class _ConflictRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A conflict as the file has it, its duties by id."""

    id: str
    title: str
    duties: tuple[str, ...]
    severity: Severity
    why: str
    unless: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    duties: tuple[Duty, ...]
    conflicts: tuple[_ConflictRow, ...]


@cache
def load_conflicts() -> tuple[Conflict, ...]:
    """All conflicts, in the order of the file."""
    table = msgspec.json.decode(read_data("separation-of-duties.json"), type=_File)
    duties = {duty.id: duty for duty in table.duties}
    return tuple(
        Conflict(
            id=row.id,
            title=row.title,
            duties=tuple(duties[name] for name in row.duties),
            severity=row.severity,
            why=row.why,
            unless=row.unless,
        )
        for row in table.conflicts
    )
