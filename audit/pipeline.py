"""The whole way from evidence to result: evaluate, join, rules. It touches no network and reads no clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

import audit
from audit.catalog.load import load_profile
from audit.evaluate.account import evaluate_account
from audit.evaluate.control_policies import control_policies
from audit.evaluate.evaluators import AccountEvaluators, account_evaluators
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.reach import ReachBook, reach_book
from audit.evaluate.reach_answer import answer_reach, received_reach
from audit.evidence.accounts import account_coverage
from audit.evidence.join import join_account
from audit.evidence.pseudonym import Workers, key_of_evidence
from audit.fork import beside
from audit.model.access_model import AccessModel
from audit.model.question import Question
from audit.model.result import AuditHeader, AuditResult
from audit.model.snapshot import Window
from audit.model.threshold import Thresholds
from audit.review.attach import with_standing
from audit.rules.context import held_policies, rule_context
from audit.rules.intended import with_intended
from audit.rules.interface import Rule
from audit.rules.registry import RULESET_VERSION, rule_infos, ruleset_sha256, run_rules, sort_findings
from audit.snapshot.content import Snapshot


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
    thresholds: Thresholds = Thresholds()
    known_accounts: tuple[tuple[str, str], ...] = ()
    """Accounts outside the snapshot that are ours or a partner's: id and name, which may be empty."""
    access_model: AccessModel | None = None
    """What is meant to be; None: not told, so that nothing is held against it."""
    pseudonym_key: bytes | None = None
    """None: a key from the evidence itself."""


def _nothing() -> None:
    """What most callers do meanwhile."""


def audit_snapshot(
    snapshot: Snapshot,
    options: AuditOptions,
    rules: Sequence[Rule] | None = None,
    meanwhile: Callable[[], None] = _nothing,
) -> AuditResult:
    """Answer the audit's question for every account of the snapshot, each by itself.

    `meanwhile` is called once, at a moment when the audit may be waiting for its other process.
    """
    question = _question(snapshot, options)
    profile = question.profile
    workers = Workers(options.pseudonym_key or key_of_evidence(snapshot), plain=options.plain_worker_ids)
    shown = ShownDocuments()

    evaluators = _evaluators(snapshot, question)
    # Who can become whom follows from the policies alone, and takes as long as all that follows from rows.
    with beside(lambda: answer_reach(evaluators, question, options.known_accounts)) as reached:
        evaluated = [evaluate_account(each, shown) for each in evaluators]
        joined = [
            join_account(evidence, account, question, snapshot.gaps, workers)
            for evidence, account in zip(snapshot.accounts, evaluated, strict=True)
        ]
        held = [held_policies(account, profile, shown) for account in evaluated]
        meanwhile()
        answer = received_reach(reached.result(), shown)
    documents = shown.texts()
    contexts = [
        rule_context(account, activity, policies, documents, question, answer.reach)
        for account, activity, policies in zip(evaluated, joined, held, strict=True)
    ]
    findings = [
        finding for context in with_intended(contexts, options.access_model) for finding in run_rules(context, rules)
    ]
    result = AuditResult(
        header=_header(snapshot, options, question, rules),
        profile=profile,
        principals=tuple(principal for account in evaluated for principal in account.principals),
        entitlements=tuple(entitlement for account in joined for entitlement in account.entitlements),
        documents=documents,
        activity=tuple(row for account in joined for row in account.activity),
        worker_payments=tuple(row for account in joined for row in account.worker_payments),
        week_payments=tuple(row for account in joined for row in account.week_payments),
        usage=tuple(row for account in joined for row in account.usage),
        account_events=tuple(row for account in joined for row in account.events),
        reconciliation=tuple(row for account in joined for row in account.reconciled.rows),
        reconciliation_totals=tuple(row for account in joined for row in account.reconciled.totals),
        principal_payments=tuple(row for account in joined for row in account.reconciled.principal_payments),
        last_accesses=tuple(row for account in joined for row in account.last_accesses),
        credentials=tuple(row for account in joined for row in account.credentials),
        findings=sort_findings(findings),
        rules=rule_infos(rules),
        reach=answer.reach,
        coverage=(
            *account_coverage(snapshot),
            *(row for account in joined for row in account.coverage),
            *answer.coverage,
        ),
        gaps=snapshot.gaps,
        defects=tuple(defect for account in evaluated for defect in account.defects),
        files=snapshot.manifest.files if snapshot.manifest else (),
        not_evaluated=tuple(sorted(arn for account in evaluated for arn in account.not_evaluated)),
    )
    return with_standing(result)


def _evaluators(snapshot: Snapshot, question: Question) -> list[AccountEvaluators]:
    return [
        account_evaluators(
            evidence.account.account_id,
            evidence.authorization,
            question.profile,
            question.as_of,
            control_policies(snapshot.organization, evidence.account.account_id),
        )
        for evidence in snapshot.accounts
    ]


def reach_of_snapshot(snapshot: Snapshot, options: AuditOptions) -> ReachBook:
    """The graph of who can become whom alone, for questions about two ends or one action."""
    question = _question(snapshot, options)
    return reach_book(_evaluators(snapshot, question), question, options.known_accounts, ShownDocuments())


def _question(snapshot: Snapshot, options: AuditOptions) -> Question:
    manifest = snapshot.manifest
    return Question(
        profile=load_profile(),
        as_of=options.as_of or snapshot.moment or options.now,
        window=options.window or (manifest.window if manifest else None),
        environment=manifest.environment if manifest else "production",
        thresholds=options.thresholds,
    )


def _header(snapshot: Snapshot, options: AuditOptions, question: Question, rules: Sequence[Rule] | None) -> AuditHeader:
    manifest, profile = snapshot.manifest, question.profile
    return AuditHeader(
        tool_version=audit.__version__,
        catalog_version=profile.version,
        catalog_sha256=profile.sha256,
        ruleset_version=RULESET_VERSION,
        ruleset_sha256=ruleset_sha256(rules),
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
        endpoints=manifest.endpoints if manifest else (),
    )
