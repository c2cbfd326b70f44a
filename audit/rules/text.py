"""Findings about what a policy's text says, whether or not it gives anybody anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from audit.model.entitlement import Verdict
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.principal import PrincipalType
from audit.model.privilege import Severity
from audit.policy.document import Statement
from audit.policy.wildcard import is_everything
from audit.rules.assemble import IN_THE_TEXT, Certainty, principals_fact
from audit.rules.grant import Grant, grant_at
from audit.rules.interface import HeldPolicy, RuleContext
from audit.rules.names import Named
from audit.rules.remedy import Remedy
from audit.rules.wording import NO_ORGANIZATION

_OPEN = {Verdict.ALLOW: 2, Verdict.CONDITIONAL: 1}


def statements(
    context: RuleContext, pick: Callable[[Statement], tuple[Named, ...]]
) -> Iterator[tuple[Grant, Statement, tuple[Named, ...]]]:
    """Every statement of which `pick` takes something, with what it took; equal ones of a policy once."""
    for policy in context.policies:
        for index, statement in enumerate(policy.document.statements):
            picked = () if statement.broken else pick(statement)
            if not picked:
                continue
            grant = grant_at(context, policy, index)
            if grant.indexes[0] == index:
                yield grant, statement, picked


def reaches_everything(statement: Statement) -> bool:
    """Whether its Resource or NotResource takes in `*`, which is all that actions without resource types have.

    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    if statement.not_resources is not None:
        return not any(is_everything(pattern) for pattern in statement.not_resources)
    return statement.resources is None or any(is_everything(pattern) for pattern in statement.resources)


def bearers(context: RuleContext, policy: HeldPolicy) -> tuple[str, ...]:
    """Who a policy is in force for, sorted: users and roles, groups without members, else the policy's own ARN."""
    arns = {*policy.holders, *policy.boundary_of}
    kept = sorted(arn for arn in arns if not _has_member_in(context, arn, arns))
    return tuple(kept) or ((policy.ref.arn or policy.ref.owner_arn),)


def open_to(context: RuleContext, subjects: Collection[str], actions: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By subject, those of `actions` that it can use all the same, wholly or under conditions; nobody with none."""
    still: dict[str, tuple[str, ...]] = {}
    for arn in sorted(subjects):
        principal = context.principals.get(arn)
        if principal is None or principal.type is PrincipalType.GROUP:
            continue
        mine = context.entitlements.get(arn, {})
        left = tuple(action for action in sorted(actions) if action in mine and mine[action].verdict in _OPEN)
        if left:
            still[arn] = left
    return still


def text_finding(
    context: RuleContext,
    rule: RuleInfo,
    grant: Grant,
    title: str,
    *,
    severity: Severity,
    change: Remedy,
    subjects: tuple[str, ...] | None = None,
    privileges: tuple[str, ...] = (),
    facts: tuple[tuple[str, str], ...] = (),
    notes: tuple[str, ...] = (),
) -> Finding:
    """A finding about one statement. The subjects are those that the policy is in force for, unless others are given.

    It is as sure as the text, but where it says what stays open to whom: that is an upper bound.
    """
    who = bearers(context, grant.policy) if subjects is None else subjects
    sure = (
        Certainty(Confidence.HIGH, f"{IN_THE_TEXT.reason} What stays open was evaluated.")
        if privileges
        else IN_THE_TEXT
    )
    return Finding(
        rule=rule.id,
        title=title,
        severity=severity,
        confidence=sure.confidence,
        confidence_reason=sure.reason,
        account_id=context.account_id,
        subjects=who,
        privileges=privileges,
        causes=grant.refs,
        considered=(*notes, *change.notes, *((NO_ORGANIZATION,) if privileges else ())),
        facts=(*facts, ("principals", principals_fact(context, who))),
        fix=change.difference,
        identity=(
            ("account", context.account_id),
            *zip(("owner", "policy", "statement"), grant.id, strict=True),
        ),
    )


def _has_member_in(context: RuleContext, arn: str, arns: Collection[str]) -> bool:
    principal = context.principals.get(arn)
    return principal is not None and any(member in arns for member in principal.members)
