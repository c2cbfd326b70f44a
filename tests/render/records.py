"""Records of made-up audit results, put together so that entitlements and findings follow from the policies.
They are built from records alone, so rendering can be tested without policies being evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from audit.catalog.load import load_profile
from audit.model.activity import ActionActivity, Observation, WorkerPayments
from audit.model.entitlement import Entitlement, StatementRef, Verdict
from audit.model.finding import Finding
from audit.model.principal import Principal, PrincipalType
from audit.model.result import AuditHeader, AuditResult, CoverageRow, CoverageState, Defect, PolicyText
from audit.model.snapshot import AccountSummary, Gap, GapReason, SnapshotFile, Window
from tests.render.policies import Policy
from tests.render.rulebook import RULES, duty_findings, statement_findings, unused_finding

AS_OF = datetime(2026, 10, 7, 9, 30, tzinfo=UTC)
WINDOW = Window(since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 10, 1, tzinfo=UTC), label="2026-Q3")
PROFILE = load_profile()
PRIVILEGES = {privilege.action: privilege for privilege in PROFILE.privileges}
BONUS = "mechanicalturk:SendBonus"
BLOCK = "mechanicalturk:CreateWorkerBlock"
CREATE = "mechanicalturk:CreateHIT"


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A principal with the policies it has; `broken` makes its answer incomplete."""

    principal: Principal
    policies: tuple[Policy, ...] = ()
    broken: bool = False


def principal(
    name: str,
    kind: PrincipalType,
    account_id: str,
    *,
    path: str = "/",
    tags: Sequence[tuple[str, str]] = (),
    number: int = 0,
    last_used_days: int | None = None,
) -> Principal:
    """One principal with an ARN, an id and dates that follow from `number`."""
    prefix = {PrincipalType.USER: "AIDA", PrincipalType.GROUP: "AGPA", PrincipalType.ROLE: "AROA"}[kind]
    return Principal(
        arn=f"arn:aws:iam::{account_id}:{kind.value}{path}{name}",
        type=kind,
        name=name,
        account_id=account_id,
        path=path,
        unique_id=f"{prefix}{number:017d}",
        created_at=datetime(2024, 1, 10, 8, tzinfo=UTC) + timedelta(days=number % 700, hours=number % 11),
        tags=tuple(tags),
        last_used_at=None if last_used_days is None else AS_OF - timedelta(days=last_used_days),
        last_used_known=kind is PrincipalType.ROLE,
    )


def entitlements_of(holder: Holder) -> list[Entitlement]:
    """Allow unless a plain Deny matches; conditional where every Allow has a condition."""
    found = []
    for action in sorted(PRIVILEGES):
        allows = [(policy, index) for policy in holder.policies for index in policy.matching("Allow", action)]
        denies = [(policy, index) for policy in holder.policies for index in policy.matching("Deny", action)]
        open_denies = [(policy, index) for policy, index in denies if "Condition" in policy.statements[index]]
        if not allows or len(open_denies) < len(denies):
            continue
        conditions = [policy.statements[index].get("Condition") for policy, index in allows]
        conditional = all(conditions) or bool(open_denies)
        verdict = Verdict.CONDITIONAL if conditional else Verdict.ALLOW
        found.append(
            Entitlement(
                principal_arn=holder.principal.arn,
                action=action,
                verdict=Verdict.NOT_EVALUATED if holder.broken else verdict,
                grants=tuple(policy.statement(index) for policy, index in allows),
                conditions=tuple(f"only if {condition}" for condition in conditions if condition)
                if conditional
                else (),
                limited_by=tuple(policy.statement(index) for policy, index in open_denies),
                observation=Observation.NOT_OBSERVED if action in (BONUS, BLOCK) else Observation.NOT_TRACKED,
            )
        )
    return found


def observed(entitlement: Entitlement, days_ago: int) -> Entitlement:
    """The same entitlement with the principal named as the actor."""
    return msgspec.structs.replace(
        entitlement,
        observation=Observation.OBSERVED,
        last_used_at=AS_OF - timedelta(days=days_ago, minutes=17),
        source="cloudtrail:LookupEvents",
    )


def activity_rows(account_id: str, known: Mapping[str, ActionActivity]) -> list[ActionActivity]:
    """One row for every privilege: those in `known`, the rest not tracked."""
    return [
        known.get(action) or ActionActivity(account_id=account_id, action=action, observation=Observation.NOT_TRACKED)
        for action in sorted(PRIVILEGES)
    ]


def paid(account_id: str, count: int, amount: str) -> ActionActivity:
    """Bonuses that an account's own list shows."""
    return ActionActivity(
        account_id=account_id,
        action=BONUS,
        observation=Observation.OBSERVED if count else Observation.NOT_OBSERVED,
        count=count,
        amount=Decimal(amount),
        first_at=WINDOW.since + timedelta(days=2) if count else None,
        last_at=WINDOW.until - timedelta(days=3) if count else None,
        source="mturk:ListBonusPayments",
        note="Bonuses of HITs that are older than 120 days are not listed.",
    )


def header(accounts: Sequence[AccountSummary], **other: object) -> AuditHeader:
    """Who asked what, for a made-up snapshot."""
    plain = AuditHeader(
        tool_version="0.1.0",
        catalog_version=PROFILE.version,
        catalog_sha256=PROFILE.sha256,
        ruleset_version="1",
        ruleset_sha256="5d" * 32,
        command="mturk-audit report snapshots/2026-Q3 --out reports/2026-Q3",
        input_name="2026-Q3",
        input_sha256="a7" * 32,
        as_of=AS_OF,
        collected_by="arn:aws:sts::111122223333:assumed-role/AuditReader/compliance",
        collection_started_at=AS_OF - timedelta(hours=3),
        collection_ended_at=AS_OF - timedelta(hours=2, minutes=11),
        window=WINDOW,
        accounts=tuple(accounts),
    )
    return msgspec.structs.replace(plain, **other)


def result(
    accounts: Sequence[AccountSummary],
    holders: Sequence[Holder],
    documents: Sequence[PolicyText],
    *,
    activity: Iterable[ActionActivity] = (),
    payments: Iterable[WorkerPayments] = (),
    coverage: Iterable[CoverageRow] = (),
    gaps: Iterable[Gap] = (),
    defects: Iterable[Defect] = (),
    files: Iterable[SnapshotFile] = (),
    used: Mapping[tuple[str, str], int] | None = None,
    unused: Iterable[str] = (),
) -> AuditResult:
    """Put a result together: entitlements and findings follow from the holders' policies.

    `used` tells for (principal name, action) how many days ago it was used.
    """
    entitlements: list[Entitlement] = []
    patterns: dict[StatementRef, Sequence[str]] = {}
    for holder in sorted(holders, key=lambda holder: (holder.principal.account_id, holder.principal.arn)):
        for entitlement in entitlements_of(holder):
            days = (used or {}).get((holder.principal.name, entitlement.action))
            entitlements.append(observed(entitlement, days) if days is not None else entitlement)
        for policy in holder.policies:
            for index, statement in enumerate(policy.statements):
                patterns[policy.statement(index)] = statement.get("Action", ("*",))
    return AuditResult(
        header=header(accounts),
        profile=PROFILE,
        principals=tuple(sorted((each.principal for each in holders), key=lambda each: (each.account_id, each.arn))),
        entitlements=tuple(entitlements),
        documents=tuple(documents),
        activity=tuple(activity),
        worker_payments=tuple(payments),
        findings=_findings(accounts, entitlements, patterns, unused),
        rules=RULES,
        coverage=tuple(coverage),
        gaps=tuple(gaps),
        defects=tuple(defects),
        files=tuple(files),
        not_evaluated=tuple(sorted(holder.principal.arn for holder in holders if holder.broken)),
    )


def _findings(
    accounts: Sequence[AccountSummary],
    entitlements: Sequence[Entitlement],
    patterns: Mapping[StatementRef, Sequence[str]],
    unused: Iterable[str],
) -> tuple[Finding, ...]:
    found = [unused_finding(arn.split(":")[4], arn) for arn in unused]
    for account in accounts:
        held = [each for each in entitlements if each.principal_arn.split(":")[4] == account.account_id]
        found.extend(statement_findings(account.account_id, held, PRIVILEGES, patterns))
        found.extend(duty_findings(account.account_id, held))
    return tuple(sorted(found, key=lambda each: (-each.severity.rank, each.rule, each.fingerprint)))


def coverage_rows(accounts: Sequence[AccountSummary]) -> list[CoverageRow]:
    """What a collection with every right answers."""
    return [
        row
        for account in accounts
        for row in (
            CoverageRow(account_id=account.account_id, part="IAM policies", state=CoverageState.COMPLETE),
            CoverageRow(
                account_id=account.account_id,
                part="service control policies",
                state=CoverageState.NOT_COLLECTED,
                detail="Whether an SCP takes a grant back is not known, so every allow is an upper bound.",
            ),
            CoverageRow(
                account_id=account.account_id,
                part="bonus payments",
                state=CoverageState.COMPLETE,
                answered=412,
                total=412,
            ),
            CoverageRow(
                account_id=account.account_id,
                part="who acted (CloudTrail)",
                state=CoverageState.NOT_TRACKED,
                detail="No event log was given, so no use is laid to a principal.",
            ),
        )
    ]


def gap(account_id: str, item: str) -> Gap:
    return Gap(
        account_id=account_id,
        source="mturk:ListBonusPayments",
        reason=GapReason.GONE,
        detail="The HIT existed and its payments can no longer be listed.",
        item=item,
    )
