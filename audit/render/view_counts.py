"""Who can do what, counted: a bit mask a principal, and the table of risk classes.

A group is no principal to AWS, so counts of who can act are over users and roles alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Verdict
from audit.model.principal import PrincipalType
from audit.model.privilege import RiskClass
from audit.model.result import AuditResult
from audit.render.view_index import Index
from audit.render.view_words import listing, number


class Masks(msgspec.Struct, frozen=True, gc=False):
    """One principal's privileges as bits of `Index.columns`; the first three never overlap."""

    allow: int = 0
    conditional: int = 0
    not_evaluated: int = 0
    observed: int = 0
    """Those that the evidence shows the principal itself to have used."""


NO_PRIVILEGES = Masks()


class RiskRow(msgspec.Struct, frozen=True, kw_only=True):
    """One risk class: how many users and roles reach it, and what the accounts did with it."""

    risk_class: RiskClass
    privileges: int
    allowed: int
    """Users and roles with at least one privilege of the class, without condition."""
    conditional: int
    """Those whose every privilege of the class depends on a condition."""
    not_evaluated: int
    """Those of whom neither can be said, because something could not be evaluated."""
    activity: str
    """`SendBonus observed (214); 1 not tracked`."""


class Exercise(msgspec.Struct, frozen=True, kw_only=True):
    """One action over all accounts."""

    action: str
    observation: Observation
    """The most that any account shows: observed, else what is not known, else not observed, else not tracked."""
    count: int | None = None
    amount: Decimal | None = None
    accounts: tuple[tuple[Observation, int], ...] = ()
    """In how many accounts it is so; observed first."""


_STRENGTH = (
    Observation.OBSERVED,
    Observation.NOT_COLLECTED,
    Observation.PARTLY_COVERED,
    Observation.NOT_OBSERVED,
    Observation.NOT_TRACKED,
)


def principal_masks(result: AuditResult, index: Index) -> Mapping[str, Masks]:
    """By principal ARN, for every principal that has at least one entitlement."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    place = {Verdict.ALLOW: 0, Verdict.CONDITIONAL: 1, Verdict.NOT_EVALUATED: 2}
    for entitlement in result.entitlements:
        bit = index.bits.get(entitlement.action, 0)
        masks = sums[entitlement.principal_arn]
        masks[place[entitlement.verdict]] |= bit
        if entitlement.observation is Observation.OBSERVED:
            masks[3] |= bit
    return {arn: Masks(*masks) for arn, masks in sums.items()}


def actors(result: AuditResult) -> tuple[str, ...]:
    """ARNs of the users and roles: those who can act."""
    return tuple(principal.arn for principal in result.principals if principal.type is not PrincipalType.GROUP)


def risk_rows(result: AuditResult, index: Index, masks: Mapping[str, Masks]) -> tuple[RiskRow, ...]:
    """One row for every risk class that has a privilege, in the order of `RiskClass`."""
    held = Counter(masks.get(arn, NO_PRIVILEGES) for arn in actors(result))
    done = exercises(result)
    return tuple(_risk_row(risk, index, held, done) for risk in RiskClass if index.class_bits[risk])


def exercises(result: AuditResult) -> Mapping[str, Exercise]:
    """By action: what the accounts did in the window, added up."""
    rows: dict[str, list[ActionActivity]] = defaultdict(list)
    for activity in result.activity:
        rows[activity.action].append(activity)
    return {action: _exercise(action, activities) for action, activities in rows.items()}


def _exercise(action: str, activities: Sequence[ActionActivity]) -> Exercise:
    kinds = Counter(activity.observation for activity in activities)
    observed = [activity for activity in activities if activity.observation is Observation.OBSERVED]
    counts = [activity.count for activity in observed if activity.count is not None]
    amounts = [activity.amount for activity in observed if activity.amount is not None]
    return Exercise(
        action=action,
        observation=next(kind for kind in _STRENGTH if kinds[kind]),
        count=sum(counts) if counts else None,
        amount=sum(amounts, Decimal()) if amounts else None,
        accounts=tuple((kind, kinds[kind]) for kind in _STRENGTH if kinds[kind]),
    )


def _risk_row(risk: RiskClass, index: Index, held: Counter[Masks], done: Mapping[str, Exercise]) -> RiskRow:
    bits = index.class_bits[risk]
    allowed = sum(times for masks, times in held.items() if masks.allow & bits)
    conditional = sum(times for masks, times in held.items() if masks.conditional & bits and not masks.allow & bits)
    unknown = sum(
        times
        for masks, times in held.items()
        if masks.not_evaluated & bits and not (masks.allow | masks.conditional) & bits
    )
    actions = [privilege.action for privilege in index.columns if risk in privilege.risk_classes]
    return RiskRow(
        risk_class=risk,
        privileges=len(actions),
        allowed=allowed,
        conditional=conditional,
        not_evaluated=unknown,
        activity=_class_activity(actions, done),
    )


def _class_activity(actions: Sequence[str], done: Mapping[str, Exercise]) -> str:
    """Name what was observed, and count the rest by its observation."""
    kinds: dict[Observation, list[str]] = defaultdict(list)
    for action in actions:
        kinds[done[action].observation if action in done else Observation.NOT_TRACKED].append(action)
    seen = [_observed(action, done[action].count) for action in kinds[Observation.OBSERVED]]
    rest = [f"{number(len(kinds[kind]))} {kind.value}" for kind in _STRENGTH[1:] if kinds[kind]]
    return "; ".join(filter(None, (listing(seen), ", ".join(rest))))


def _observed(action: str, count: int | None) -> str:
    """What the count counts is the source's matter: payments, or blocks that stand."""
    name = action.partition(":")[2]
    return f"{name} observed ({number(count)})" if count is not None else f"{name} observed"
