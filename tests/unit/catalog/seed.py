"""Reads the seed of the catalog, a text beside this file, independently of the code under test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

SEED = Path(__file__).with_name("mechanical-turk-privileges.txt")


class SeedResourceType(NamedTuple):
    name: str
    required: bool
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


class SeedRow(NamedTuple):
    name: str
    description: str
    access_level: str
    resource_types: tuple[SeedResourceType, ...]


def read_seed() -> tuple[SeedRow, ...]:
    """The rows of the seed, in its order. A line that fits nowhere raises."""
    lines = SEED.read_text(encoding="utf-8").splitlines()
    rows: list[SeedRow] = []
    index = lines.index("Privileges") + 1
    decoder = json.JSONDecoder()
    while index < len(lines):
        name, description, level, marker = lines[index : index + 4]
        assert marker == "resource types", f"line {index + 4}: `{marker}`"
        rest = "\n".join(lines[index + 4 :])
        value, end = decoder.raw_decode(rest)
        rows.append(
            SeedRow(
                name=name,
                description=_after(description, "description: "),
                access_level=_after(level, "access level: "),
                resource_types=tuple(_resource_type(key, entry) for key, entry in value.items()),
            )
        )
        index += 4 + rest[:end].count("\n") + 1
    return tuple(rows)


def _after(line: str, label: str) -> str:
    assert line.startswith(label), f"`{line}` does not begin with `{label}`"
    return line.removeprefix(label)


def _resource_type(key: str, entry: dict[str, object]) -> SeedResourceType:
    """One resource type; every field of the seed is read, so that a new one is noticed."""
    assert key == entry["resource_type"]
    assert set(entry) == {"resource_type", "required", "condition_keys", "dependent_actions"}
    keys, dependents = entry["condition_keys"], entry["dependent_actions"]
    assert isinstance(keys, list)
    assert isinstance(dependents, list)
    return SeedResourceType(key, bool(entry["required"]), tuple(keys), tuple(dependents))
