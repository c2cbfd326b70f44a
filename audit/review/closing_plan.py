"""The plan for closing a service down: every grant that is left with the change that removes it, and what to save.

A change to a policy that many share removes many grants at once, so there is one step a policy.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from audit.evaluate.policy_change import Edit, without_privileges
from audit.model.entitlement import PolicyRef, StatementRef
from audit.model.result import AuditResult, CoverageState
from audit.model.review import ClosingPlan, RemovalStep
from audit.review.evidence_to_save import evidence_to_save
from audit.review.removal import PolicyKey, policy_key, removal_fix

POLICIES_PART = "IAM policies"
"""The part of the coverage that tells whether an account's policies were evaluated."""


def closing_plan(result: AuditResult) -> ClosingPlan | None:
    """The plan for a service that is closed at the moment of the answer; None for one that is not."""
    if not result.profile.lifecycle.closed(result.header.as_of.date()):
        return None
    steps = _steps(result)
    return ClosingPlan(
        grants_left=len(result.entitlements),
        steps=steps,
        evidence=evidence_to_save(result),
        # Each policy that grants something has its step.
        without_step=sum(not entitlement.grants for entitlement in result.entitlements),
        done=not result.entitlements and _all_evaluated(result),
    )


def _all_evaluated(result: AuditResult) -> bool:
    complete = {
        row.account_id for row in result.coverage if row.part == POLICIES_PART and row.state is CoverageState.COMPLETE
    }
    accounts = {account.account_id for account in result.header.accounts}
    return bool(accounts) and accounts <= complete and not result.not_evaluated and not result.defects


def _steps(result: AuditResult) -> tuple[RemovalStep, ...]:
    statements: dict[PolicyKey, dict[int, StatementRef]] = {}
    attached: dict[PolicyKey, dict[str, PolicyRef]] = {}
    # A principal mostly has all its privileges from the same statements: those are looked at once.
    for (arn, grants), _ in groupby(result.entitlements, key=attrgetter("principal_arn", "grants")):
        for statement in grants:
            key = policy_key(statement.policy)
            statements.setdefault(key, {}).setdefault(statement.index, statement)
            attached.setdefault(key, {}).setdefault(arn, statement.policy)
    edit = without_privileges(result.profile, [privilege.action for privilege in result.profile.privileges])
    steps = [_step(result, edit, found, attached[key]) for key, found in statements.items()]
    return tuple(sorted(steps, key=lambda step: (-len(step.principals), step.policy, step.title)))


def _step(
    result: AuditResult, edit: Edit, statements: dict[int, StatementRef], attached: dict[str, PolicyRef]
) -> RemovalStep:
    listed = tuple(statements[index] for index in sorted(statements))
    removal = removal_fix(result, edit, listed, attached)
    ref = listed[0].policy
    return RemovalStep(
        title=removal.title,
        policy=ref.arn or f"{ref.owner_arn} {ref.name}",
        aws_managed=removal.aws_managed,
        statements=listed,
        principals=tuple(sorted(attached)),
        fix=removal.fix,
    )
