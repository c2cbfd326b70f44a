"""Findings about what a policy's text says, whether or not it gives anybody anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from audit.model.finding import Finding, RuleInfo
from audit.model.principal import PrincipalType
from audit.model.privilege import Severity
from audit.policy.document import Statement
from audit.policy.wildcard import is_everything
from audit.rules.assemble import IN_THE_TEXT, Certainty, cause_identity, principals_fact
from audit.rules.cause import Cause, Share
from audit.rules.grant import Grant
from audit.rules.held_policy import HeldPolicy
from audit.rules.interface import RuleContext
from audit.rules.names import Named
from audit.rules.remedy import Remedy
from audit.rules.wording import confidence, considered


def statements(
    context: RuleContext, pick: Callable[[Statement], tuple[Named, ...]]
) -> Iterator[tuple[Grant, Statement, tuple[Named, ...]]]:
    """Every statement of which `pick` takes something, with what it took; equal ones of a policy once."""
    for policy in context.policies:
        for index, statement in enumerate(policy.document.statements):
            picked = pick(statement)
            if not picked:
                continue
            grant = context.grants.at(policy, index)
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


def still_open(context: RuleContext, grant: Grant, subjects: Collection[str], actions: Collection[str]) -> Cause:
    """What users and roles among `subjects` may use of `actions` in spite of a statement; nobody who may use none.

    What could not be evaluated counts as open: it is not known to be closed.
    """
    shares: list[Share] = []
    for arn in sorted(subjects):
        principal = context.principals.get(arn)
        mine = context.entitlements.get(arn, {})
        left = tuple(mine[action] for action in sorted(actions) if action in mine)
        if left and principal is not None and principal.type is not PrincipalType.GROUP:
            shares.append(Share(principals=(arn,), entitlements=left))
    return Cause(grants=(grant,), shares=tuple(shares), entitlements=context.entitlements)


def text_finding(
    context: RuleContext,
    rule: RuleInfo,
    grant: Grant,
    title: str,
    *,
    severity: Severity,
    change: Remedy,
    left_open: Cause | None = None,
    facts: tuple[tuple[str, str], ...] = (),
) -> Finding:
    """A finding about one statement. The subjects are those to whom it leaves something open, else all it is for."""
    harm = left_open if left_open is not None and left_open.shares else None
    subjects = harm.subjects if harm else bearers(context, grant.policy)
    sure = _certainty(harm) if harm else IN_THE_TEXT
    return Finding(
        rule=rule.id,
        title=title,
        severity=severity,
        confidence=sure.confidence,
        confidence_reason=sure.reason,
        account_id=context.account_id,
        subjects=subjects,
        privileges=harm.actions if harm else (),
        causes=grant.refs,
        considered=(*change.notes, *(considered(context, harm) if harm else ())),
        facts=(*facts, ("principals", principals_fact(context, subjects))),
        fix=change.difference,
        identity=cause_identity(context, rule, (grant,)),
    )


def _certainty(left_open: Cause) -> Certainty:
    sure, reason = confidence(left_open)
    return Certainty(sure, f"{IN_THE_TEXT.reason} What stays open: {reason[0].lower()}{reason[1:]}")


def _has_member_in(context: RuleContext, arn: str, arns: Collection[str]) -> bool:
    principal = context.principals.get(arn)
    return principal is not None and any(member in arns for member in principal.members)
