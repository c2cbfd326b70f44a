"""The whole way from evidence to result: evaluate, join, rules. It touches no network and reads no clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

import audit
from audit.catalog.load import load_profile
from audit.catalog.watched import WATCHED
from audit.evaluate.actions import ActionIndex
from audit.evaluate.defects import defects_of
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.entitlements import EntitlementRows
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.principals import principals_of
from audit.evidence.activity import activity_of
from audit.evidence.coverage import coverage_of
from audit.evidence.payments import by_week, by_worker
from audit.evidence.pseudonym import Workers, key_of_evidence
from audit.evidence.use import with_use
from audit.model.activity import ActionActivity, WeekPayments, WorkerPayments
from audit.model.entitlement import Entitlement
from audit.model.principal import Principal
from audit.model.privilege import ServiceProfile
from audit.model.result import AuditHeader, AuditResult, CoverageRow, Defect
from audit.model.snapshot import Window
from audit.rules.context import held_policies
from audit.rules.interface import HeldPolicy, RuleContext
from audit.rules.registry import RULESET_VERSION, rule_infos, ruleset_sha256, run_rules, sort_findings
from audit.snapshot.authorization import AuthorizationDetails
from audit.snapshot.content import AccountEvidence, Snapshot


class AuditOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the evidence."""

    now: datetime
    """UTC. The clock, as an argument."""
    as_of: datetime | None = None
    """The moment the answer is for; None: when the snapshot was collected, or `now` for a plain file."""
    window: Window | None = None
    """None: the snapshot's own."""
    command: str = ""
    """How the audit was asked for, for the report's appendix."""
    plain_worker_ids: bool = False
    pseudonym_key: bytes | None = None
    """None: a key from the evidence itself."""


class AccountAudit(msgspec.Struct, frozen=True, kw_only=True):
    """One account, audited by itself."""

    principals: tuple[Principal, ...]
    entitlements: tuple[Entitlement, ...]
    activity: tuple[ActionActivity, ...]
    worker_payments: tuple[WorkerPayments, ...]
    week_payments: tuple[WeekPayments, ...]
    defects: tuple[Defect, ...]
    not_evaluated: tuple[str, ...]
    coverage: tuple[CoverageRow, ...]
    policies: tuple[HeldPolicy, ...]
    watched: tuple[Entitlement, ...]


class _Question(msgspec.Struct, frozen=True, kw_only=True):
    """What every account is asked."""

    profile: ServiceProfile
    as_of: datetime
    window: Window | None
    workers: Workers
    shown: ShownDocuments


def audit_snapshot(snapshot: Snapshot, options: AuditOptions) -> AuditResult:
    """Answer the audit's question for every account of the snapshot."""
    question = _question(snapshot, options)
    accounts = [audit_account(account, snapshot, question) for account in snapshot.accounts]
    contexts = [
        _rule_context(evidence.account.account_id, account, question)
        for evidence, account in zip(snapshot.accounts, accounts, strict=True)
    ]
    findings = [finding for context in contexts for finding in run_rules(context)]
    return AuditResult(
        header=_header(snapshot, options, question),
        profile=question.profile,
        principals=tuple(principal for account in accounts for principal in account.principals),
        entitlements=tuple(entitlement for account in accounts for entitlement in account.entitlements),
        documents=question.shown.texts(),
        activity=tuple(row for account in accounts for row in account.activity),
        worker_payments=tuple(row for account in accounts for row in account.worker_payments),
        week_payments=tuple(row for account in accounts for row in account.week_payments),
        findings=sort_findings(findings),
        rules=rule_infos(),
        coverage=tuple(row for account in accounts for row in account.coverage),
        gaps=snapshot.gaps,
        defects=tuple(defect for account in accounts for defect in account.defects),
        files=snapshot.manifest.files if snapshot.manifest else (),
        not_evaluated=tuple(sorted(arn for account in accounts for arn in account.not_evaluated)),
    )


def _question(snapshot: Snapshot, options: AuditOptions) -> _Question:
    manifest = snapshot.manifest
    key = options.pseudonym_key or key_of_evidence(snapshot)
    return _Question(
        profile=load_profile(),
        as_of=options.as_of or snapshot.moment or options.now,
        window=options.window or (manifest.window if manifest else None),
        workers=Workers(key, plain=options.plain_worker_ids),
        shown=ShownDocuments(),
    )


_NO_POLICIES = AuthorizationDetails(user_detail_list=(), group_detail_list=(), role_detail_list=(), policies=())


def audit_account(account: AccountEvidence, snapshot: Snapshot, question: _Question) -> AccountAudit:
    """Evaluate one account and join it with its activity; its policies may be missing from the evidence."""
    policies = AccountPolicies(account.authorization or _NO_POLICIES)
    profile = question.profile
    service = _evaluator(policies, (privilege.action for privilege in profile.privileges), profile.regions, question)
    watched = _evaluator(policies, WATCHED, (), question)
    activity = activity_of(account, profile, question.window, snapshot.gaps)
    defects = defects_of(policies, account.account.account_id)
    rows, incomplete = _entitlements(service, question)
    not_evaluated = tuple(sorted({*incomplete, *(arn for defect in defects for arn in defect.principals)}))
    return AccountAudit(
        principals=tuple(sorted(principals_of(policies), key=lambda principal: principal.arn)),
        entitlements=tuple(with_use(rows, {row.action: row for row in activity})),
        activity=activity,
        worker_payments=by_worker(account, question.window, question.workers),
        week_payments=by_week(account, question.window),
        defects=defects,
        not_evaluated=not_evaluated,
        coverage=coverage_of(
            account, snapshot.gaps, principals=len(policies.holders), not_evaluated=len(not_evaluated)
        ),
        policies=held_policies(account.account.account_id, (service, watched), question.shown),
        watched=_entitlements(watched, question)[0],
    )


def _evaluator(
    policies: AccountPolicies, actions: Iterable[str], regions: tuple[str, ...], question: _Question
) -> EffectivePermissions:
    index = ActionIndex(actions, regions=regions)
    return EffectivePermissions(policies, index, KnownContexts(policies, question.as_of, index))


def _entitlements(
    evaluator: EffectivePermissions, question: _Question
) -> tuple[tuple[Entitlement, ...], frozenset[str]]:
    """The entitlements by principal and action, and the ARNs of those whose answer is incomplete."""
    rows = EntitlementRows(evaluator, question.shown)
    entitlements: list[Entitlement] = []
    incomplete: set[str] = set()
    for holder in sorted(evaluator.policies.holders, key=lambda holder: holder.arn):
        permissions = evaluator.of(holder)
        if permissions.not_evaluated or permissions.undecided:
            incomplete.add(holder.arn)
        entitlements.extend(rows.of(holder, permissions))
    return tuple(entitlements), frozenset(incomplete)


def _rule_context(account_id: str, account: AccountAudit, question: _Question) -> RuleContext:
    by_principal: dict[str, dict[str, Entitlement]] = {}
    for entitlement in (*account.entitlements, *account.watched):
        by_principal.setdefault(entitlement.principal_arn, {})[entitlement.action] = entitlement
    return RuleContext(
        account_id=account_id,
        profile=question.profile,
        privileges={privilege.action: privilege for privilege in question.profile.privileges},
        as_of=question.as_of,
        window=question.window,
        principals={principal.arn: principal for principal in account.principals},
        entitlements=by_principal,
        policies=account.policies,
        activity={row.action: row for row in account.activity},
        documents=question.shown.texts(),
    )


def _header(snapshot: Snapshot, options: AuditOptions, question: _Question) -> AuditHeader:
    manifest = snapshot.manifest
    return AuditHeader(
        tool_version=audit.__version__,
        catalog_version=question.profile.version,
        catalog_sha256=question.profile.sha256,
        ruleset_version=RULESET_VERSION,
        ruleset_sha256=ruleset_sha256(),
        command=options.command,
        input_name=snapshot.name,
        input_sha256=snapshot.sha256,
        as_of=question.as_of,
        collected_by=manifest.caller_arn if manifest else "",
        collection_started_at=manifest.started_at if manifest else None,
        collection_ended_at=manifest.ended_at if manifest else None,
        window=question.window,
        accounts=tuple(account.account for account in snapshot.accounts),
        worker_ids="plain" if options.plain_worker_ids else "pseudonyms",
        environment=manifest.environment if manifest else "production",
    )
