"""The users, groups, roles or policies that an action can be about, found by the patterns of a Resource element.

Sorted within their account, so that a literal prefix is one run; what a pattern takes in of an account wholly is told
apart from what it takes in one by one, so that wide patterns stay short.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping

import msgspec

from audit.model.arn import parse_arn
from audit.policy.wildcard import ARN_SEGMENTS, compile_tokens, is_everything, tokenize

_AFTER_ALL = "\U0010ffff"


class Taken(msgspec.Struct, frozen=True, gc=False):
    """What one pattern takes in."""

    accounts: frozenset[str]
    """Account ids all of whose targets it takes in."""
    targets: frozenset[int]
    """The others, one by one."""


_NOTHING = Taken(frozenset(), frozenset())


class TargetSpace:
    """Targets of one kind in all accounts, by number."""

    def __init__(self, kind: str, targets: Iterable[tuple[int, str]], accounts: Iterable[str]) -> None:
        """`kind`: the word before the first `/` of their ARNs; `targets`: number and ARN."""
        self._kind = kind
        self.account_of: dict[int, str] = {}
        self._arns: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._rows: dict[str, list[tuple[str, int]]] = {account: [] for account in accounts}
        self._partitions: dict[str, str] = {}
        for number, text in targets:
            arn = parse_arn(text)
            if arn is None:
                continue
            self.account_of[number] = arn.account_id
            self._arns[number] = text
            self._numbers[text] = number
            rows = self._rows.get(arn.account_id)
            if rows is None:
                rows = self._rows[arn.account_id] = []
            rows.append((arn.resource, number))
            self._partitions.setdefault(arn.account_id, arn.partition)
        for rows in self._rows.values():
            rows.sort()
        self._every = frozenset(self._rows)
        self._found: dict[str, Taken] = {}

    def arn(self, number: int) -> str:
        """The ARN of a target."""
        return self._arns[number]

    def of_account(self, account_id: str) -> Iterable[int]:
        """The targets of one account, by their resource."""
        return (number for _, number in self._rows.get(account_id, ()))

    def taken(self, pattern: str) -> Taken:
        """What a pattern without variables takes in."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = self._taken(pattern)
        return found

    def _taken(self, pattern: str) -> Taken:
        if is_everything(pattern):
            return Taken(self._every, frozenset())
        if "*" not in pattern and "?" not in pattern:
            number = self._numbers.get(pattern)
            return _NOTHING if number is None else Taken(frozenset(), frozenset((number,)))
        segments = pattern.split(":", ARN_SEGMENTS - 1)
        if len(segments) != ARN_SEGMENTS:
            return self._each(pattern)
        if not (_fits(segments[0], "arn") and _fits(segments[2], "iam") and _fits(segments[3], "")):
            return _NOTHING
        whole: set[str] = set()
        some: set[int] = set()
        for account in self._accounts(segments[4]):
            if not _fits(segments[1], self._partitions.get(account, "aws")):
                continue
            if is_everything(segments[5]) or segments[5] == f"{self._kind}/*":
                whole.add(account)
            else:
                some.update(_matching(self._rows[account], segments[5]))
        return Taken(frozenset(whole), frozenset(some))

    def _accounts(self, segment: str) -> Iterable[str]:
        if "*" not in segment and "?" not in segment:
            return (segment,) if segment in self._rows else ()
        expression = _expression(segment)
        return [account for account in self._rows if expression.fullmatch(account)]

    def _each(self, pattern: str) -> Taken:
        """A pattern with fewer segments than an ARN, whose wildcards cross colons."""
        expression = _expression(pattern)
        whole: set[str] = set()
        some: set[int] = set()
        for account, rows in self._rows.items():
            numbers = [number for _, number in rows if expression.fullmatch(self._arns[number])]
            if rows and len(numbers) == len(rows):
                whole.add(account)
            else:
                some.update(numbers)
        return Taken(frozenset(whole), frozenset(some))


def _matching(rows: list[tuple[str, int]], pattern: str) -> Iterable[int]:
    cut = min((at for wild in "*?" if (at := pattern.find(wild)) >= 0), default=len(pattern))
    prefix = pattern[:cut]
    first = bisect_left(rows, (prefix, -1))
    last = bisect_left(rows, (prefix + _AFTER_ALL, -1))
    if is_everything(pattern[cut:]):
        return [number for _, number in rows[first:last]]
    expression = _expression(pattern)
    return [number for resource, number in rows[first:last] if expression.fullmatch(resource)]


def _fits(pattern: str, text: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    return _expression(pattern).fullmatch(text) is not None


def _expression(pattern: str) -> re.Pattern[str]:
    return compile_tokens(tokenize((pattern,)))


def values_index(values: Iterable[tuple[str, int]]) -> Mapping[str, tuple[int, ...]]:
    """Numbers by the value that they have."""
    found: dict[str, list[int]] = {}
    for value, number in values:
        found.setdefault(value, []).append(number)
    return {value: tuple(numbers) for value, numbers in found.items()}
