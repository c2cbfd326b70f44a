"""The sentences that findings share: who, through what, how sure, and what else was weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from audit.model.entitlement import PolicyType, StatementRef, Verdict
from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.rules.cause import Cause
from audit.rules.interface import RuleContext

LISTED = 10
"""So many conditions, statements or names are spelt out; how many more there are is said."""

_OUTRIGHT = "allowed outright, whatever the request"
_CONDITIONAL = "allowed only under conditions that no audit can settle, since they depend on the request"
_UNSURE = "not fully evaluated, since a policy is missing or cannot be read"
_INLINE = (PolicyType.INLINE, PolicyType.GROUP_INLINE)


def who(context: RuleContext, subjects: Collection[str]) -> str:
    """`3 of 40 principals`; a group that nobody can act through is named as what it is."""
    groups = len(context.groups.intersection(subjects))
    acting = len(subjects) - groups
    parts = [f"{acting:,} of {count(len(context.population), 'principal')}"] if acting else []
    if groups:
        parts.append(f"{count(groups, 'group')} with no member who has it")
    return " and ".join(parts)


def count(number: int, noun: str) -> str:
    """`1 principal`, `1,234 principals`."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def share(number: int, total: int) -> str:
    """`3 of 40`: no count without its denominator."""
    return f"{number:,} of {total:,}"


def through(context: RuleContext, refs: Sequence[StatementRef]) -> str:
    """The statements in words: `AdministratorAccess, statement 1`."""
    return enumeration([statement_words(context, ref) for ref in refs], "further statement", most=3)


def statement_words(context: RuleContext, ref: StatementRef) -> str:
    """`PayWorkers, statement Bonus`, or `inline Pay of Payroll, statement 2`."""
    policy = ref.policy
    if policy.type in _INLINE:
        owner = context.principals.get(policy.owner_arn)
        name = f"inline {policy.name} of {owner.name if owner else policy.owner_arn}"
    else:
        name = f"{policy.name} at {policy.target}" if policy.target else policy.name
    return f"{name}, {ref.words}"


def enumeration(items: Sequence[str], noun: str, *, most: int = LISTED) -> str:
    """`a, b and 2 further names`: all of them, or how many more there are."""
    rest = len(items) - most
    listed = list(items[:most]) + ([count(rest, noun)] if rest > 0 else [])
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def short(actions: Iterable[str]) -> list[str]:
    """Actions without their service's prefix, for prose."""
    return [action.partition(":")[2] for action in actions]


def worst(context: RuleContext, actions: Iterable[str]) -> Severity:
    """The gravest severity of any of the privileges; low where none is known."""
    known = [context.privileges[action].severity for action in actions if action in context.privileges]
    return max(known, key=lambda severity: severity.rank, default=Severity.LOW)


def at_most(severity: Severity, cap: Severity) -> Severity:
    """The milder of the two."""
    return min(severity, cap, key=lambda one: one.rank)


def confidence(cause: Cause) -> tuple[Confidence, str]:
    """How sure it is that somebody has it: by the verdict on each principal."""
    allowed, conditional, unsure = _by_verdict(cause)
    total = len(cause.subjects)
    kinds = [
        (number, words)
        for number, words in ((allowed, _OUTRIGHT), (conditional, _CONDITIONAL), (unsure, _UNSURE))
        if number
    ]
    if len(kinds) == 1:
        words = kinds[0][1]
        reason = f"{words[0].upper()}{words[1:]}."
    else:
        reason = f"Of {total}: {'; '.join(f'{number} {words}' for number, words in kinds)}."
    if allowed:
        return Confidence.HIGH, reason
    return (Confidence.MEDIUM if conditional else Confidence.LOW), reason


def can(cause: Cause) -> str:
    """The verb that the verdicts bear out: `can`, `can, under conditions,`, `may be able to`."""
    allowed, conditional, _ = _by_verdict(cause)
    if allowed:
        return "can"
    return "can, under conditions," if conditional else "may be able to"


def verdict_facts(cause: Cause) -> tuple[tuple[str, str], ...]:
    """How many of the subjects are allowed outright, under conditions, or not evaluated."""
    allowed, conditional, unsure = _by_verdict(cause)
    total = len(cause.subjects)
    facts = [("allowed outright", share(allowed, total))]
    if conditional:
        facts.append(("allowed under conditions", share(conditional, total)))
    if unsure:
        facts.append(("not fully evaluated", share(unsure, total)))
    return tuple(facts)


def considered(context: RuleContext, cause: Cause) -> tuple[str, ...]:
    """What was weighed besides the statement: boundaries, conditions, denies, and what could not be seen."""
    sentences = [*_boundary_words(context, cause), *_condition_words(cause), *_limit_words(context, cause)]
    return (*sentences, context.control)


def _boundary_words(context: RuleContext, cause: Cause) -> list[str]:
    bounded = len(context.bounded.intersection(cause.subjects))
    if not bounded:
        return ["None of them has a permissions boundary."]
    return [
        f"{share(bounded, len(cause.subjects))} have a permissions boundary; it was evaluated and does not stop this."
    ]


def _condition_words(cause: Cause) -> list[str]:
    bearers: Counter[str] = Counter()
    for each in cause.shares:
        for condition in {condition for entitlement in each.entitlements for condition in entitlement.conditions}:
            bearers[condition] += len(each.principals)
    words = [
        f"For {share(bearers[condition], len(cause.subjects))}: {condition}." for condition in sorted(bearers)[:LISTED]
    ]
    rest = len(bearers) - LISTED
    return words if rest <= 0 else [*words, f"It depends on {count(rest, 'further condition')}, told per entitlement."]


def _limit_words(context: RuleContext, cause: Cause) -> list[str]:
    limits: Counter[str] = Counter()
    for each in cause.shares:
        refs = (ref for entitlement in each.entitlements for ref in entitlement.limited_by)
        for statement in {statement_words(context, ref) for ref in refs}:
            limits[statement] += len(each.principals)
    words = [
        f"{statement} limits {share(limits[statement], len(cause.subjects))} under a condition."
        for statement in sorted(limits)[:LISTED]
    ]
    rest = len(limits) - LISTED
    return words if rest <= 0 else [*words, f"{count(rest, 'further statement')} limit it, told per entitlement."]


def _by_verdict(cause: Cause) -> tuple[int, int, int]:
    """Principals by verdict: allowed, conditional, not evaluated."""
    verdicts = cause.by_verdict
    return verdicts[Verdict.ALLOW], verdicts[Verdict.CONDITIONAL], verdicts[Verdict.NOT_EVALUATED]
