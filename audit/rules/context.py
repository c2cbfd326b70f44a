"""The context of the rules, put together from an account's policies and what was evaluated from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.evaluate.account import EvaluatedAccount
from audit.evaluate.evaluators import AccountEvaluators
from audit.evaluate.holders import NO_DOCUMENT, Attachment, Holder
from audit.evaluate.policy_text import ShownDocuments
from audit.evidence.join import JoinedAccount
from audit.model.entitlement import Entitlement, PolicyType
from audit.model.privilege import ServiceProfile
from audit.model.question import Question
from audit.model.reach import Reach
from audit.model.result import PolicyText
from audit.rules.held_policy import HeldPolicy
from audit.rules.interface import RuleContext
from audit.snapshot.authorization import GroupDetail

_OWN_TYPE = {PolicyType.GROUP_MANAGED: PolicyType.MANAGED}


def rule_context(
    account: EvaluatedAccount,
    joined: JoinedAccount,
    policies: tuple[HeldPolicy, ...],
    documents: tuple[PolicyText, ...],
    question: Question,
    reach: Reach | None = None,
) -> RuleContext:
    """Everything that the rules see of one account."""
    by_principal: dict[str, dict[str, Entitlement]] = {}
    for entitlement in (*joined.entitlements, *account.watched):
        by_principal.setdefault(entitlement.principal_arn, {})[entitlement.action] = entitlement
    return RuleContext(
        account_id=account.account_id,
        profile=question.profile,
        privileges={privilege.action: privilege for privilege in question.profile.privileges},
        as_of=question.as_of,
        window=question.window,
        principals={principal.arn: principal for principal in account.principals},
        entitlements=by_principal,
        policies=policies,
        activity={row.action: row for row in joined.activity},
        documents=documents,
        thresholds=question.thresholds,
        environment=question.environment,
        log_reach=joined.log_reach,
        usage=joined.usage,
        reconciliation=joined.reconciled.rows,
        payers=joined.reconciled.principal_payments,
        last_accesses={row.principal_arn: row for row in joined.last_accesses},
        credentials={row.principal_arn: row for row in joined.credentials},
        control=account.control.sentence,
        reach=reach,
    )


def held_policies(account: EvaluatedAccount, profile: ServiceProfile, shown: ShownDocuments) -> tuple[HeldPolicy, ...]:
    """Every policy that bears on an action that was asked about, or names the service; each once, with its holders.

    One that names the service concerns the rules even where it grants nothing, as on a retired action.
    """
    policies = account.evaluators.policies
    names = tuple(
        prefix.encode() for prefix in (f"{profile.service}", *(f"{one}:" for one in profile.uncatalogued_prefixes))
    )
    numbers = {number for holder in policies.holders for number in (*holder.identity, holder.boundary)} - {NO_DOCUMENT}
    concerning = {number for number in numbers if _concerns(account.evaluators, number, names)}
    holders: dict[Attachment, list[str]] = {}
    bounded: dict[Attachment, list[str]] = {}
    for holder in policies.holders:
        # Most have no such policy, and how theirs are attached is not looked at.
        if not concerning.isdisjoint(holder.identity):
            for attachment in _own_forms(holder, policies.bearing(holder, concerning)):
                holders.setdefault(attachment, []).append(holder.arn)
        boundary = policies.boundary(holder) if holder.boundary in concerning else None
        if boundary is not None:
            bounded.setdefault(boundary, []).append(holder.arn)
    boundaries = {attachment.arn: arns for attachment, arns in bounded.items()}
    held = [
        (attachment, tuple(sorted(set(arns))), tuple(sorted(set(boundaries.pop(attachment.arn, ())))))
        for attachment, arns in holders.items()
    ]
    held += [
        (attachment, (), tuple(sorted(set(arns))))
        for attachment, arns in bounded.items()
        if attachment.arn in boundaries
    ]
    return tuple(
        HeldPolicy(
            account_id=account.account_id,
            ref=shown.ref(policies.documents, attachment),
            document=policies.documents.parsed(attachment.document),
            holders=arns,
            boundary_of=boundary_of,
        )
        for attachment, arns, boundary_of in sorted(held, key=lambda row: (row[0].arn, row[0].owner_arn, row[0].name))
    )


def _own_forms(holder: Holder, attached: Iterable[Attachment]) -> Iterator[Attachment]:
    """Policies of a holder as they stand in the account: a group's policy is the same one for it and its members."""
    own_group = holder.record.group_name if isinstance(holder.record, GroupDetail) else ""
    for attachment in attached:
        kind = _OWN_TYPE.get(attachment.type, attachment.type)
        if own_group and kind is PolicyType.INLINE:
            kind = PolicyType.GROUP_INLINE
        group = (attachment.group or own_group) if kind is PolicyType.GROUP_INLINE else ""
        yield Attachment(kind, attachment.name, attachment.arn, attachment.owner_arn, group, attachment.document)


def _concerns(evaluators: AccountEvaluators, number: int, names: tuple[bytes, ...]) -> bool:
    if any(evaluator.compiled(number).bears for evaluator in evaluators.both):
        return True
    lowered = evaluators.policies.documents.raw(number).lower()
    return any(name in lowered for name in names)
