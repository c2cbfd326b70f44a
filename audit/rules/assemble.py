"""Findings put together from a cause: what is the same for every rule about grants."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import msgspec

from audit.evaluate.policy_change import without_privileges
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import RiskClass, Severity
from audit.rules.cause import Cause
from audit.rules.grant import Grant
from audit.rules.interface import RuleContext
from audit.rules.remedy import Remedy, remedy
from audit.rules.wording import confidence, considered, share, verdict_facts, worst


class Certainty(NamedTuple):
    """How sure a finding is, and why."""

    confidence: Confidence
    reason: str


IN_THE_TEXT = Certainty(Confidence.HIGH, "It stands in the policy's own text.")
NO_REMEDY = Remedy()


def cause_finding(
    context: RuleContext,
    rule: RuleInfo,
    cause: Cause,
    title: str,
    *,
    privileges: tuple[str, ...] | None = None,
    severity: Severity | None = None,
    certainty: Certainty | None = None,
    facts: tuple[tuple[str, str], ...] = (),
    notes: tuple[str, ...] = (),
    change: Remedy | None = None,
    identity: tuple[tuple[str, str], ...] | None = None,
) -> Finding:
    """A finding about what principals have through a cause.

    Where nothing else is given: the privileges are what the cause gives, the severity is the worst privilege's, the
    confidence follows the verdicts, the change takes the privileges away, and the identity is the statements'.
    """
    shown = cause.actions if privileges is None else privileges
    actions = tuple(action for action in shown if action in context.privileges)
    change = privilege_removal(context, cause.grants, actions) if change is None else change
    sure = certainty or Certainty(*confidence(cause))
    return Finding(
        rule=rule.id,
        title=title,
        severity=severity or worst(context, actions),
        confidence=sure.confidence,
        confidence_reason=sure.reason,
        account_id=context.account_id,
        subjects=cause.subjects,
        privileges=shown,
        causes=cause.refs,
        considered=(*notes, *change.notes, *considered(context, cause)),
        facts=(
            *facts,
            ("principals", principals_fact(context, cause.subjects)),
            ("privileges", share(len(actions), len(context.privileges))),
            *verdict_facts(cause),
        ),
        fix=change.difference,
        identity=identity or cause_identity(context, rule, cause.grants),
    )


def principals_fact(context: RuleContext, subjects: Collection[str]) -> str:
    """How many of the account's users and roles are among the subjects."""
    acting = sum(map(context.acting.__contains__, subjects))
    return share(acting, len(context.population))


def privilege_removal(context: RuleContext, grants: tuple[Grant, ...], actions: Collection[str]) -> Remedy:
    """The change that takes privileges out of statements: of a closed service all of them, for none has a use."""
    removed = context.actions if context.service_closed else frozenset(actions)
    edit = context.removals.get(removed)
    if edit is None:
        edit = context.removals[removed] = without_privileges(context.profile, removed)
    return remedy(context, grants, edit, removed)


def removal_once_closed(context: RuleContext, grants: tuple[Grant, ...]) -> Remedy:
    """The change where somebody would have to choose what stays: none, unless the service is closed."""
    return privilege_removal(context, grants, ()) if context.service_closed else NO_REMEDY


def cause_identity(context: RuleContext, rule: RuleInfo, grants: tuple[Grant, ...]) -> tuple[tuple[str, str], ...]:
    """The values of the identity fields that the rule declares, as far as the statements give them."""
    values = {"account": context.account_id, "causes": causes_text(grants)}
    if len(grants) == 1:
        values |= dict(zip(("owner", "policy", "statement"), grants[0].id, strict=True))
    return tuple((name, values[name]) for name in rule.identity if name in values)


def causes_text(grants: tuple[Grant, ...]) -> str:
    """The set of statements as one text, the same in any order."""
    return msgspec.json.encode(sorted(grant.id for grant in grants)).decode()


def privileges_of(context: RuleContext, risk: RiskClass) -> tuple[str, ...]:
    """The actions that are of a risk class, sorted."""
    return tuple(action for action in sorted(context.privileges) if risk in context.privileges[action].risk_classes)
