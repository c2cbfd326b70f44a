"""The access model: who is meant to hold which privileges, who owns that, and why."""

from __future__ import annotations

import msgspec


class AccessEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what is meant to be. A principal must meet every kind of criterion that is given."""

    id: str
    principals: tuple[str, ...] = ()
    """ARN patterns with `*` and `?`, of which one must match."""
    paths: tuple[str, ...] = ()
    """Beginnings of IAM paths, `/payments/`, of which one must be the principal's."""
    tags: tuple[tuple[str, str], ...] = ()
    """Keys and patterns of values, all of which must match the principal's tags."""
    privileges: tuple[str, ...] = ()
    """Action names or patterns, `SendBonus`, `List*`, with or without the service's prefix."""
    risk_classes: tuple[str, ...] = ()
    """`pays money`: every privilege that is in the class."""
    owner: str
    why: str


class AccessModel(msgspec.Struct, frozen=True, kw_only=True):
    """All entries, and where they were read."""

    name: str
    """The file's own name."""
    sha256: str
    entries: tuple[AccessEntry, ...]
    """By id."""


class UnusedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the model that nothing uses."""

    entry: AccessEntry
    reason: str
    """`no principal is meant by it`, and so on: the end of a sentence about the entry."""
    holders: tuple[str, ...] = ()
    """ARNs of those who hold the privileges and were not observed to use them, sorted."""


class IntendedAccess(msgspec.Struct, frozen=True, kw_only=True):
    """The access model as it bears on one account."""

    model: AccessModel
    intended: dict[str, frozenset[str]]
    """By principal ARN, the actions it is meant to hold; who is in no entry is not in it."""
    unused: tuple[UnusedEntry, ...] = ()
    """Entries to be told of in this account: each is told of in one account only."""
