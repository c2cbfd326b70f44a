"""Reading access.toml, strictly: a misspelt key would let access pass for approved.

::

    [[access]]
    id = "payroll"
    principals = ["arn:aws:iam::444455556666:role/payments/*"]
    tags = { team = "payments" }
    privileges = ["SendBonus", "ListBonusPayments"]
    risk-classes = ["views"]
    owner = "ulla.berg"
    why = "pays the monthly bonuses"
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from audit.model.access_model import AccessEntry, AccessModel
from audit.model.error import InputError
from audit.model.privilege import RiskClass, ServiceProfile
from audit.review.strict_toml import read_tables
from audit.rules.intended import actions_of

TABLE = "access"
_LISTS = ("principals", "paths", "privileges", "risk-classes")
_TEXTS = ("id", "owner", "why")
_KEYS = (*_TEXTS, *_LISTS, "tags")


def read_access_model(path: Path, profile: ServiceProfile) -> AccessModel:
    """Read an access model.

    Raises InputError for the first thing in it that is wrong: an unknown key, a text that is missing or empty, an id
    that stands twice, an entry that means nobody or no privilege, a pattern that fits no privilege, an unknown class.
    """
    file = read_tables(path, TABLE, what="the access model", one="an entry", option="--access")
    if not file.tables:
        raise InputError(f"`{path}` holds no entry; write at least one under [[{TABLE}]]")
    found: dict[str, AccessEntry] = {}
    for place, table in enumerate(file.tables, start=1):
        entry = _entry(table, f"`{path}`: entry {place}", profile)
        if entry.id in found:
            raise InputError(f"`{path}`: the id `{entry.id}` stands twice; give each entry an id of its own")
        found[entry.id] = entry
    return AccessModel(
        name=path.name,
        sha256=file.sha256,
        entries=tuple(found[id_] for id_ in sorted(found)),
    )


def _entry(table: Any, where: str, profile: ServiceProfile) -> AccessEntry:
    if not isinstance(table, dict):
        raise InputError(f"{where} is no table; write [[{TABLE}]] and its keys under it")
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        raise InputError(f"{where} has the key `{unknown[0]}`, which is not known; it may have {', '.join(_KEYS)}")
    texts = {key: _text(table.get(key), key, where) for key in _TEXTS}
    lists = {key: _texts(table.get(key, []), key, where) for key in _LISTS}
    entry = AccessEntry(
        id=texts["id"],
        principals=lists["principals"],
        paths=lists["paths"],
        tags=_tags(table.get("tags", {}), where),
        privileges=lists["privileges"],
        risk_classes=lists["risk-classes"],
        owner=texts["owner"],
        why=texts["why"],
    )
    _check(entry, f"{where} (`{entry.id}`)", profile)
    return entry


def _check(entry: AccessEntry, where: str, profile: ServiceProfile) -> None:
    if not (entry.principals or entry.paths or entry.tags):
        raise InputError(f"{where} does not say whom it means; give principals, paths or tags")
    if not (entry.privileges or entry.risk_classes):
        raise InputError(f"{where} does not say what they may do; give privileges or risk-classes")
    for risk in entry.risk_classes:
        if risk not in {each.value for each in RiskClass}:
            known = ", ".join(each.value for each in RiskClass)
            raise InputError(f"{where} names the risk class `{risk}`, which does not exist; there are {known}")
    for pattern in entry.privileges:
        alone = AccessEntry(id=entry.id, privileges=(pattern,), owner=entry.owner, why=entry.why)
        if not actions_of(alone, profile):
            raise InputError(f"{where} names `{pattern}`, which fits no privilege of `mturk-audit catalog`; mend it")


def _text(value: Any, key: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where} has no `{key}`; write it as a text that is not empty")
    return value


def _texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise InputError(f"{where}: `{key}` is a list of texts that are not empty; mend it")
    return tuple(value)


def _tags(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InputError(f'{where}: `tags` is a table of texts, like {{ team = "payments" }}; mend it')
    return tuple(sorted(value.items()))
