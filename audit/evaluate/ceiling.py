"""The ceiling that control policies put over an account: worked out once for all principals that it treats alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

import msgspec

from audit.evaluate.actions import ActionIndex
from audit.evaluate.compile import (
    CompiledDocument,
    CompiledStatement,
    Condition,
    added_up,
    allowing_everything,
)
from audit.evaluate.holders import Holder
from audit.evaluate.known import KnownContexts
from audit.evaluate.layers import Permissions, combined, covers_grant, permissions_of
from audit.evaluate.likeness import Likeness
from audit.evaluate.outcomes import Outcomes, keys_of
from audit.policy.classes import Term, base_context
from audit.policy.known import Known

Groups = tuple[tuple[CompiledDocument, ...], ...]


class Settled(msgspec.Struct, frozen=True):
    """The ceiling over principals of whom the same is known, as far as its conditions ask."""

    permissions: Permissions
    """What it lets pass of every action."""
    passing: int
    """The actions that pass, at least under conditions."""
    groups: Groups
    """Its levels, with what these principals always or never meet settled, and levels that let all pass left out."""


EVERYTHING = -1
"""The mask of every action there is."""


class _Section:
    """Conditions of a ceiling, and what they come to for principals alike."""

    def __init__(self, conditions: frozenset[Condition]) -> None:
        self.conditions = conditions
        self.likeness = Likeness(conditions)
        self.settled: dict[Hashable, Settled] = {}


class Ceiling:
    """The levels of one account for one list of actions."""

    def __init__(
        self,
        scps: Sequence[tuple[CompiledDocument, ...]],
        rcps: Sequence[tuple[CompiledDocument, ...]],
        index: ActionIndex,
        known: KnownContexts,
        outcomes: Outcomes,
    ) -> None:
        self._index = index
        self._known = known
        self._outcomes = outcomes
        # RCPFullAWSAccess stands at every level, so an RCP refuses by Deny alone.
        full = allowing_everything(index)
        self.doubtful = any(document.doubtful for level in (*scps, *rcps) for document in level)
        """Whether anything of it cannot be evaluated."""
        levels = [*scps, *((full, *level) for level in rcps)]
        self._groups = _merged([added_up(_statements(level), index) for level in levels], index)
        documents = [document for group in self._groups for document in group]
        self.open = not documents
        """Whether it lets everything pass."""
        self.partial = 0
        """What it denies on some resources only."""
        for document in documents:
            self.partial |= document.partial
        self.limited = 0
        """What it allows on some resources only."""
        for document in documents:
            self.limited |= document.limited
        self._partial = tuple(
            statement for document in documents for statement in document.statements if statement.partial
        )
        self._masks: dict[Condition, int] = {}
        """What each condition bears on."""
        for document in documents:
            for statement in document.conditional:
                mask = statement.mask | statement.partial
                self._masks[statement.condition] = self._masks.get(statement.condition, 0) | mask
        self._bits = tuple((1 << place, mask) for place, mask in enumerate(self._masks.values()))
        self._sections: dict[int, _Section] = {}
        """By the places of their conditions among all, as bits."""

    def contested(self, document: CompiledDocument) -> int:
        """What the document allows on nothing but resources that a Deny of some resources covers."""
        scope = self.partial & document.limited
        if not scope:
            return 0
        contested = 0
        for allow in document.statements:
            if allow.mask & scope and allow.resources and not allow.deny:
                for deny in self._partial:
                    if allow.mask & deny.partial and covers_grant(deny, allow):
                        contested |= allow.mask & deny.partial
        return contested

    def of_nobody(self, holder: Holder) -> Permissions:
        """The answer for one whom nothing is granted: nothing, or an explicit deny."""
        return Permissions(denied=self.settled(holder).permissions.denied)

    def over(self, own: Permissions, holder: Holder, *, denials: bool) -> Permissions:
        """What is left of permissions that hang on no condition."""
        granted = own.allowed | own.conditional if own.conditional else own.allowed
        settled = self.settled(holder, EVERYTHING if denials else granted | own.not_evaluated)
        ceiling = settled.permissions
        sometimes = granted & settled.passing
        allowed = own.allowed & ceiling.allowed
        # What passes always passes sometimes.
        conditional = sometimes ^ allowed
        not_evaluated = 0
        if own.not_evaluated or ceiling.not_evaluated:
            hoped = (granted | own.not_evaluated) & (settled.passing | ceiling.not_evaluated)
            not_evaluated = hoped & ~(sometimes | own.denied | ceiling.denied)
        return Permissions(
            allowed=allowed,
            conditional=conditional,
            denied=own.denied | ceiling.denied if denials else 0,
            not_evaluated=not_evaluated,
            undecided=ceiling.undecided & conditional if ceiling.undecided else 0,
        )

    def settled(self, holder: Holder, scope: int = EVERYTHING) -> Settled:
        """The ceiling as the holder meets it; exact for the actions of `scope`, whatever it says of others."""
        section = self._section(scope)
        alike = section.likeness.of(holder, self._known)
        found = section.settled.get(alike)
        if found is None:
            found = section.settled[alike] = self._settle(section.conditions, self._known.of(holder))
        return found

    def alike(self, holder: Holder, scope: int) -> Hashable:
        """The same of two holders whom no condition that bears on the actions of `scope` tells apart.

        Of other actions it is the same only where the same conditions bear on them.
        """
        section = self._section(scope)
        return section.conditions, section.likeness.of(holder, self._known)

    def conditions(self, scope: int) -> frozenset[Condition]:
        """The conditions that bear on the actions of `scope`."""
        return self._section(scope).conditions

    def _section(self, scope: int) -> _Section:
        places = 0
        for bit, mask in self._bits:
            if mask & scope:
                places |= bit
        section = self._sections.get(places)
        if section is None:
            conditions = [each for place, each in enumerate(self._masks) if places >> place & 1]
            section = self._sections[places] = _Section(frozenset(conditions))
        return section

    def _settle(self, conditions: frozenset[Condition], known: Known) -> Settled:
        # What bears on none of the actions asked about is left out.
        left = {
            condition: self._left(condition, known) if condition in conditions else None for condition in self._masks
        }
        groups = _merged(
            [
                added_up([each for each in map(_under(left), document.statements) if each is not None], self._index)
                for group in self._groups
                for document in group
            ],
            self._index,
        )
        everything = (allowing_everything(self._index),)
        permissions = permissions_of(combined([everything, *groups], self._index.everything), known, self._outcomes)
        return Settled(permissions, permissions.allowed | permissions.conditional, groups)

    def _left(self, condition: Condition, known: Known) -> Condition | None:
        """What is open of a condition, the terms that these principals always meet left out; None: it never holds."""
        base = base_context(known)
        left: list[Term] = []
        for term in condition:
            if any(key not in base and not known.is_absent(key) for key in keys_of(((term,),))):
                left.append(term)
            elif not term.holds(base):
                return None
        if not left:
            return ()
        outcomes = self._outcomes.of((tuple(left),), known)
        if outcomes is None or len(outcomes) > 1:
            return tuple(left)
        return () if outcomes[0][0] else None


def _statements(documents: Iterable[CompiledDocument]) -> tuple[CompiledStatement, ...]:
    return tuple(statement for document in documents for statement in document.statements)


def _under(left: Mapping[Condition, Condition | None]) -> Callable[[CompiledStatement], CompiledStatement | None]:
    """A statement with what is open of its condition; nothing in the place of one whose condition never holds."""

    def settled(statement: CompiledStatement) -> CompiledStatement | None:
        if not statement.condition:
            return statement
        condition = left[statement.condition]
        return None if condition is None else msgspec.structs.replace(statement, condition=condition)

    return settled


def _merged(levels: Sequence[CompiledDocument], index: ActionIndex) -> Groups:
    """The levels, added up where that changes nothing, and left out where they let everything pass."""
    kept = [level for level in levels if _hangs(level) and not _lets_all_pass(level, index)]
    denying = _statements(level for level in levels if _hangs(level) and _lets_all_pass(level, index))
    if denying:
        kept.append(added_up(denying, index))
    allow, deny, doubt_deny = index.everything, 0, 0
    for level in levels:
        if not _hangs(level):
            allow, deny, doubt_deny = allow & level.allow, deny | level.deny, doubt_deny | level.doubt_deny
    if allow != index.everything or deny or doubt_deny:
        statements = (
            CompiledStatement(0, False, allow, (), False),
            CompiledStatement(1, True, deny, (), False),
            CompiledStatement(2, True, doubt_deny, (), True),
        )
        kept.append(added_up([each for each in statements if each.mask], index))
    return tuple((level,) for level in kept)


def _lets_all_pass(level: CompiledDocument, index: ActionIndex) -> bool:
    """Whether it refuses by Deny alone, which is the same at whichever level it stands."""
    return level.allow == index.everything and not level.limited


def _hangs(level: CompiledDocument) -> bool:
    """Whether what the level lets pass hangs on conditions, on resources, or on what cannot be evaluated."""
    return bool(level.conditional or level.partial or level.limited or level.doubt_allow)
