"""The statements that bear on principals, and whether their conditions are still open."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import msgspec

from audit.evaluate.compile import CompiledStatement, Condition
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import Attachment, Holder
from audit.evaluate.outcomes import Outcomes
from audit.policy.known import Known

Place = tuple[int, int]
"""A statement: which of the policies that bear on the principal it stands in, and its index there."""


class Bearing(msgspec.Struct, frozen=True):
    """A statement that bears on a privilege of a principal, and whether its condition is still open."""

    place: Place
    attachment: Attachment
    statement: CompiledStatement
    open: bool


class Limit(msgspec.Struct, frozen=True):
    """The statements of a permissions boundary, or of one level of control policies."""

    words: str
    """How it is named beside a condition."""
    bearings: list[Bearing]


def bearings_of(
    at: int, attachment: Attachment, statements: Iterable[CompiledStatement], known: Known, outcomes: Outcomes
) -> list[Bearing]:
    """The statements of one policy that can play a part: those whose conditions never hold are out."""
    found: list[Bearing] = []
    for statement in statements:
        turns_out = outcomes.of((statement.condition,), known) if statement.condition else _HOLDS
        if turns_out is None or (True,) in turns_out:
            found.append(Bearing((at, statement.index), attachment, statement, turns_out != _HOLDS))
    return found


_HOLDS = ((True,),)
"""The one outcome of a statement without a condition."""


class ControlLimits:
    """The control policies over an account as its principals meet them, worked out once for those who are alike."""

    def __init__(self, permissions: EffectivePermissions) -> None:
        self._permissions = permissions
        policies = permissions.policies
        self._levels = (*policies.scps, *policies.rcps)
        self.attachments = tuple(attachment for level in self._levels for attachment in level)
        """The policies in the order of their places."""
        self._statements = [permissions.compiled_of(attachment).statements for attachment in self.attachments]
        self._found: dict[Hashable, list[Limit]] = {}

    def alike(self, holder: Holder, asked: int) -> Hashable:
        """The same of two holders who meet the same statements, as far as these bear on the actions of `asked`."""
        return holder.service_linked or self._permissions.ceiling.alike(holder, asked)

    def of(self, holder: Holder, alike: Hashable, asked: int) -> list[Limit]:
        """Level by level; `alike`: of this holder and these actions. What bears on none of them may be left out."""
        if holder.service_linked:
            return []
        found = self._found.get(alike)
        if found is None:
            found = self._found[alike] = self._limits(holder, self._permissions.ceiling.conditions(asked))
        return found

    def _limits(self, holder: Holder, conditions: frozenset[Condition]) -> list[Limit]:
        known, outcomes = self._permissions.known.of(holder), self._permissions.outcomes
        limits: list[Limit] = []
        at = 0
        for level in self._levels:
            limit = Limit(f"{level[0].type} at {level[0].target}" if level else "", [])
            for attachment in level:
                asked = [each for each in self._statements[at] if not each.condition or each.condition in conditions]
                limit.bearings.extend(bearings_of(at, attachment, asked, known, outcomes))
                at += 1
            limits.append(limit)
        return limits
