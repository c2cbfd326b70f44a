"""Reading exceptions.toml, strictly: what cannot be understood is an error, so that no finding is silently excepted.

::

    [[exception]]
    id = "EX-7"
    subject = "arn:aws:iam::111122223333:role/payroll-*"
    rule = "can-pay-money"
    reason = "pays the last bonuses"
    owner = "maria.keller"
    approver = "finance"
    ticket = "SEC-412"
    created = 2026-10-01
    expires = 2027-01-31
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from audit.model.error import InputError
from audit.model.review import ReviewException
from audit.review.strict_toml import read_tables

TABLE = "exception"
_DATES = ("created", "expires")
_FIELDS = ReviewException.__struct_fields__


class ExceptionsFile(msgspec.Struct, frozen=True, kw_only=True):
    """An exceptions file as it was read."""

    name: str
    sha256: str
    exceptions: tuple[ReviewException, ...]
    """By id."""


def read_exceptions(path: Path, rules: Collection[str]) -> ExceptionsFile:
    """Read an exceptions file. `rules` are the ids of the rules there are.

    Raises InputError for the first thing in it that is wrong: an unknown key, a missing or empty value, an id that
    stands twice, a rule that does not exist, a text where a date belongs, an end that is missing, before the beginning
    or more than a year after it.
    """
    file = read_tables(path, TABLE, what="the exceptions", one="an exception", option="--exceptions")
    found: dict[str, ReviewException] = {}
    for place, table in enumerate(file.tables, start=1):
        exception = _exception(table, place, path, rules)
        if exception.id in found:
            raise InputError(f"`{path}`: the id `{exception.id}` stands twice; give each exception an id of its own")
        found[exception.id] = exception
    return ExceptionsFile(
        name=path.name,
        sha256=file.sha256,
        exceptions=tuple(found[id_] for id_ in sorted(found)),
    )


def _exception(table: Any, place: int, path: Path, rules: Collection[str]) -> ReviewException:
    where = f"`{path}`, exception {place}"
    if not isinstance(table, dict):
        raise InputError(f"{where}: it is no table; write it under [[{TABLE}]]")
    if isinstance(table.get("id"), str) and table["id"].strip():
        where = f"`{path}`, exception `{table['id']}`"
    unknown = sorted(set(table) - set(_FIELDS))
    if unknown:
        raise InputError(f"{where}: `{unknown[0]}` is not known, so nothing is excepted; it has {', '.join(_FIELDS)}")
    missing = [name for name in _FIELDS if name not in table]
    if missing:
        raise InputError(f"{where}: `{missing[0]}` is missing; an exception has {', '.join(_FIELDS)}")
    for name in _FIELDS:
        _check_value(name, table[name], where)
    exception = ReviewException(**{name: _clean(table[name]) for name in _FIELDS})
    if exception.rule not in rules:
        raise InputError(f"{where}: there is no rule `{exception.rule}`; the rules are {', '.join(sorted(rules))}")
    if exception.expires <= exception.created:
        raise InputError(f"{where}: it expires on {exception.expires} and was created on {exception.created}; mend one")
    if exception.expires > _a_year_after(exception.created):
        raise InputError(
            f"{where}: it expires on {exception.expires}, more than a year after {exception.created}; "
            "an exception holds for a year at most and is then decided again"
        )
    return exception


def _check_value(name: str, value: Any, where: str) -> None:
    if name in _DATES:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise InputError(f"{where}: `{name}` is no date; write it without quotation marks, like 2026-12-31")
    elif not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: `{name}` is no text, or empty; write it in quotation marks")


def _clean(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February, or the calendar's last year
        return date(day.year + 1, 3, 1) if day.year < date.max.year else date.max
