"""The shape of the data that the page carries and its script reads: lists of values, in the order told here.

Places are from 0. Text that repeats is a place in `PageData.strings`. Times are seconds since 1970, UTC; null, or 0 in
a packed column, where they are not known. A mask is hexadecimal, its lowest bit the first of `PageData.privileges`.
"""

from __future__ import annotations

import msgspec

Strings = tuple[str, ...]


class PagePrivilege(msgspec.Struct, frozen=True, array_like=True):
    name: str
    description: str
    access_level: str
    classes: tuple[int, ...]
    """Places in `PageData.classes`; the first one is its group."""
    severity: int
    """4 critical … 1 low."""
    why: str


class PagePolicy(msgspec.Struct, frozen=True, array_like=True):
    type: int
    name: int
    arn: int
    owner: int
    group: int
    label: int
    document: int
    """The document's id; -1 without one."""


class PageStatement(msgspec.Struct, frozen=True, array_like=True):
    policy: int
    index: int
    sid: int


class PageDocument(msgspec.Struct, frozen=True, array_like=True):
    id: int
    text: str
    lines: tuple[tuple[int, int], ...]


class PageAccess(msgspec.Struct, frozen=True, array_like=True):
    """Privileges of one principal that share verdict, grants, conditions and use."""

    verdict: int
    """0 allow, 1 conditional, 2 not evaluated."""
    mask: str
    grants: tuple[int, ...]
    conditions: tuple[int, ...]
    limited_by: tuple[int, ...]
    observation: int
    last_used_at: int | None
    source: int
    count: int | None
    first_used_at: int | None
    note: int


class PagePrincipals(msgspec.Struct, frozen=True):
    """One column a field: the n-th value of each is the n-th principal's."""

    names: Strings
    types: str
    """One letter each: u, g or r."""
    accounts: tuple[int, ...]
    paths: tuple[int, ...]
    ids: Strings
    """Less the four letters that IAM begins the type's ids with; `=` and the whole id where it begins otherwise."""
    created: str
    """Packed: base64 of 32-bit numbers, the lowest byte first."""
    used: str
    """Last use, packed; 0: never, or not known."""
    used_known: str
    """One digit each: 1 where AWS was asked for the last use and answered."""
    access: tuple[int, ...]
    """Places in `PageData.access`; -1: no privilege."""
    boundaries: dict[str, int]
    """By place, for those that have one: a place in `strings`."""
    groups: dict[str, tuple[int, ...]]
    members: dict[str, list[int]]
    """By place of a group: its users, as runs of places."""
    member_counts: dict[str, int]
    tags: tuple[int, ...]
    """Places in `tag_sets`; -1: the page had no room for them."""
    tag_sets: tuple[tuple[int, ...], ...]
    """Pairs of places in `strings`: key, value, key, value …"""
    tags_refused: int
    arns: dict[str, str]
    """Only those that do not follow from partition, account, type, path and name."""
    incomplete: list[int]
    """As runs: those who could not be fully evaluated."""


class PageFinding(msgspec.Struct, frozen=True, array_like=True):
    rule: int
    title: int
    """A place in `strings`. U+E000 in it stands for the words of the first cause, U+E001 for the second's, and so on;
    after a leading U+E008 they stand for themselves."""
    severity: int
    confidence: int
    """3 high … 1 low."""
    confidence_reason: int
    account: int
    subjects: list[int]
    """Principals, as runs."""
    other_subjects: Strings
    mask: str
    other_privileges: tuple[int, ...]
    causes: tuple[int, ...]
    considered: int
    """A place in `PageData.lists`, of places in `strings`; likewise `facts`: name, value, name, value …"""
    facts: int
    fix: int | None
    """A place in `strings`; the empty text without one, null where the page had no room for it."""
    fingerprint: str


class PageRule(msgspec.Struct, frozen=True, array_like=True):
    id: str
    title: str
    severity: int
    description: str
    remediation: str
    false_positive: str
    controls: Strings


class PageActivity(msgspec.Struct, frozen=True, array_like=True):
    account: int
    action: int
    observation: int
    count: int | None = None
    amount: str | None = None
    first_at: int | None = None
    last_at: int | None = None
    source: int = 0
    note: int = 0


class PageWorker(msgspec.Struct, frozen=True, array_like=True):
    account: int
    worker: str
    count: int
    amount: str
    first_at: int
    last_at: int
