"""Audit results for the tests of every output: empty, one principal, typical, as large as wanted, hostile."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from audit.model.activity import ActionActivity, Observation, WorkerPayments
from audit.model.principal import PrincipalType
from audit.model.result import AuditResult, Defect
from audit.model.snapshot import AccountSummary, SnapshotFile
from tests.render.policies import Json, Policy, Shelf, allow, deny, through_group
from tests.render.records import (
    AS_OF,
    BLOCK,
    BONUS,
    CREATE,
    WINDOW,
    Holder,
    activity_rows,
    coverage_rows,
    gap,
    paid,
    principal,
    result,
)

PRODUCTION = AccountSummary(account_id="111122223333", alias="northwind-labelling")
RESEARCH = AccountSummary(account_id="444455556666", alias="northwind-research")
USER, GROUP, ROLE = PrincipalType.USER, PrincipalType.GROUP, PrincipalType.ROLE


def empty_result() -> AuditResult:
    """One account in which no principal is known."""
    return result([AccountSummary(account_id="111122223333")], [], [])


def one_result() -> AuditResult:
    """One role that can pay, and payments that were collected and show none."""
    shelf = Shelf()
    who = principal("PayrollJob", ROLE, PRODUCTION.account_id, number=1, last_used_days=12)
    policy = shelf.inline("PayWorkers", who.arn, allow(BONUS, "mechanicalturk:ApproveAssignment", sid="Pay"))
    return result(
        [PRODUCTION],
        [Holder(principal=who, policies=(policy,))],
        shelf.documents,
        activity=activity_rows(PRODUCTION.account_id, {BONUS: paid(PRODUCTION.account_id, 0, "0")}),
        coverage=coverage_rows([PRODUCTION])[:1],
    )


def typical_result() -> AuditResult:
    """Two accounts, about 80 principals, findings of several rules, some of it not evaluated and not collected."""
    shelf = Shelf()
    holders = [*_production(shelf), *_research(shelf)]
    first, second = PRODUCTION.account_id, RESEARCH.account_id
    created = ActionActivity(
        account_id=first,
        action=CREATE,
        observation=Observation.OBSERVED,
        count=412,
        first_at=WINDOW.since + timedelta(hours=5),
        last_at=WINDOW.until - timedelta(days=9),
        source="mturk:ListHITs",
        note="HITs created in the window that are still listed; who created them is not told.",
    )
    missing = ActionActivity(
        account_id=second,
        action=BONUS,
        observation=Observation.NOT_COLLECTED,
        source="mturk:ListBonusPayments",
        note="The service no longer answers.",
    )
    blocks = ActionActivity(
        account_id=first, action=BLOCK, observation=Observation.NOT_OBSERVED, count=0, source="mturk:ListWorkerBlocks"
    )
    return result(
        [PRODUCTION, RESEARCH],
        holders,
        shelf.documents,
        activity=[
            *activity_rows(first, {BONUS: paid(first, 214, "1834.50"), CREATE: created, BLOCK: blocks}),
            *activity_rows(second, {BONUS: missing}),
        ],
        payments=[_payments(place) for place in range(26)],
        coverage=coverage_rows([PRODUCTION, RESEARCH]),
        gaps=[gap(first, "3XDJY5RK5TH0GQ0"), gap(first, "3ZRKL6Z1HD7Q2W4")],
        defects=[
            Defect(
                account_id=second,
                subject=f"arn:aws:iam::{second}:policy/legacy-annotation",
                where="statement 2, Condition",
                detail="the operator `StringMatches` is not one of AWS's",
                principals=tuple(holder.principal.arn for holder in holders if holder.broken),
            )
        ],
        files=[
            SnapshotFile(
                path=f"{account}/{name}", sha256=f"{place:02x}" * 32, rows=place * 40, api_calls=place, started_at=AS_OF
            )
            for account in (first, second)
            for place, name in enumerate(("iam/authorization-details.json", "mturk/bonus-payments.jsonl"), start=1)
        ],
        used={("labelling-platform", CREATE): 15, ("payroll-job", BONUS): 9},
        unused=[f"arn:aws:iam::{second}:role/old-annotator-{place}" for place in range(3)],
    )


def sized_result(size: int) -> AuditResult:
    """`size` principals of one account: most share one of 40 policies, one in ten has an inline policy of its own."""
    shelf = Shelf()
    account = PRODUCTION.account_id
    shared = [
        shelf.managed(f"team-{place:02d}-requester", account, allow(*_TEAM_ACTIONS[place % 5], sid=f"Team{place:02d}"))
        for place in range(40)
    ]
    holders = []
    for place in range(size):
        kind = (ROLE, ROLE, USER, ROLE, USER)[place % 5]
        who = principal(
            f"{('annotation', 'payroll', 'research', 'platform')[place % 4]}-{kind.value}-{place:05d}",
            kind,
            account,
            path=("/", "/teams/", "/service/")[place % 3],
            tags=(("owner", f"team-{place % 40:02d}"),),
            number=place,
            last_used_days=place % 120,
        )
        policies = [shared[(place * 7) % 40]] if place % 8 else []
        if place % 10 == 0:
            policies.append(shelf.inline("extra", who.arn, allow("mechanicalturk:ListHITs", "s3:GetObject")))
        holders.append(Holder(principal=who, policies=tuple(policies)))
    return result(
        [PRODUCTION],
        holders,
        shelf.documents,
        activity=activity_rows(account, {BONUS: paid(account, 9120, "18240.00")}),
        coverage=coverage_rows([PRODUCTION]),
    )


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "=cmd|'/c calc'!A1",
    "{{7*7}}{% raw %}",
    "file:///etc/passwd",
    "invoice\u202egnp.exe",
    "\U0001f469\u200d\U0001f4bb worker \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u65e5\u672c\u8a9e",
    '"><img src=x onerror=alert(2)>',
    "line\u2028separator\u2029and\x00control\x07s",
    "x" * 2000,
)


def hostile_result() -> AuditResult:
    """Every text that an attacker controls holds what has broken reports before."""
    shelf = Shelf()
    account = AccountSummary(account_id="111122223333", alias=HOSTILE[0])
    big = shelf.managed(
        HOSTILE[3],
        account.account_id,
        allow(BONUS, *[f"s3:Get{HOSTILE[place % 4]}{place}" for place in range(160)], sid=HOSTILE[0]),
        deny("s3:*", sid=HOSTILE[2], Condition={"StringLike": {"aws:PrincipalTag/x": HOSTILE[7]}}),
    )
    holders = []
    for place, text in enumerate(HOSTILE):
        who = principal(text, (ROLE, USER)[place % 2], account.account_id, tags=((text, text),), number=place)
        own = shelf.inline(text, who.arn, allow("mechanicalturk:*", sid=text, Condition={"Bool": {text: "true"}}))
        holders.append(Holder(principal=who, policies=(big, own), broken=place == 5))
    return result(
        [account],
        holders,
        shelf.documents,
        activity=activity_rows(account.account_id, {BONUS: paid(account.account_id, 3, "12.125")}),
        payments=[
            WorkerPayments(
                account_id=account.account_id, worker=text, count=1, amount=Decimal("4"), first_at=AS_OF, last_at=AS_OF
            )
            for text in HOSTILE
        ],
        coverage=coverage_rows([account]),
        gaps=[gap(account.account_id, text) for text in HOSTILE],
        defects=[Defect(account_id=account.account_id, subject=text, where=text, detail=text) for text in HOSTILE],
        files=[SnapshotFile(path=text, sha256="00" * 32, rows=1) for text in HOSTILE],
        unused=[f"arn:aws:iam::{account.account_id}:role/{HOSTILE[0]}"],
    )


_PAYING = ("mechanicalturk:SendBonus", "mechanicalturk:ApproveAssignment", "mechanicalturk:ListHITs")
_TEAM_ACTIONS = (
    ("mechanicalturk:List*", "mechanicalturk:Get*"),
    ("mechanicalturk:CreateHIT", "mechanicalturk:GetHIT"),
    _PAYING,
    ("mechanicalturk:*",),
    ("mechanicalturk:CreateWorkerBlock", "mechanicalturk:ListWorkerBlocks"),
)


def _production(shelf: Shelf) -> list[Holder]:
    account = PRODUCTION.account_id
    admin = shelf.managed("AdministratorAccess", "aws", allow("*"))
    power = shelf.managed("PowerUserAccess", "aws", _not_iam())
    full = shelf.managed("AmazonMechanicalTurkFullAccess", "aws", allow("mechanicalturk:*"))
    reader = shelf.managed("AmazonMechanicalTurkReadOnly", "aws", allow("mechanicalturk:Get*", "mechanicalturk:List*"))
    platform = shelf.managed(
        "labelling-platform",
        account,
        allow("mechanicalturk:CreateHIT*", "mechanicalturk:GetHIT", "mechanicalturk:ListHITs", sid="Publish"),
        allow("mechanicalturk:ApproveAssignment", "mechanicalturk:RejectAssignment", sid="Review"),
        deny("mechanicalturk:DeleteHIT", sid="KeepEvidence"),
    )
    pay = shelf.managed(
        "pay-workers",
        account,
        allow(*_PAYING, sid="PayFromOffice", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
    )
    group = principal("requesters", GROUP, account, number=1)
    team = shelf.inline("requester-tools", group.arn, allow("mechanicalturk:CreateHIT", BONUS, sid="Requesters"))
    return [
        Holder(principal=group, policies=(team, full)),
        *_many("requester", USER, account, 14, through_group(team, "requesters"), through_group(full, "requesters")),
        *_many("admin", USER, account, 3, admin),
        *_many("engineer", ROLE, account, 5, power),
        *_many("analyst", USER, account, 6, reader),
        *_many("ci-deploy", ROLE, account, 4),
        Holder(
            principal=principal("labelling-platform", ROLE, account, number=60, last_used_days=1), policies=(platform,)
        ),
        Holder(
            principal=principal("payroll-job", ROLE, account, path="/finance/", number=61, last_used_days=4),
            policies=(pay,),
        ),
        Holder(principal=principal("contractor", USER, account, number=62), policies=(platform, pay)),
    ]


def _research(shelf: Shelf) -> list[Holder]:
    account = RESEARCH.account_id
    legacy = shelf.managed(
        "legacy-annotation",
        account,
        allow("mechanicalturk:GrantBonus", "mechanicalturk:Create*", sid="Annotate"),
        allow("mechanicalturk:Send*", Condition={"StringMatches": {"aws:PrincipalTag/team": "lab-*"}}),
    )
    wide = shelf.managed("research-all", account, allow("mechanicalturk:*", "s3:*", sid="Everything"))
    lab = shelf.managed("lab-data", account, allow("s3:GetObject"))
    owners = [
        principal(f"annotation-lead-{place}", ROLE, account, number=90 + place, last_used_days=30) for place in range(4)
    ]
    return [
        *_many("old-annotator", ROLE, account, 5, legacy, broken=True),
        *_many("scientist", ROLE, account, 9, wide),
        *_many("student", USER, account, 22, lab),
        *[
            Holder(
                principal=owner,
                policies=(shelf.inline("lead", owner.arn, allow("mechanicalturk:ListAssignmentsForHIT", BONUS)),),
            )
            for owner in owners
        ],
    ]


def _many(
    name: str, kind: PrincipalType, account: str, size: int, *policies: Policy, broken: bool = False
) -> list[Holder]:
    return [
        Holder(
            principal=principal(
                f"{name}-{place}",
                kind,
                account,
                number=place * 13 + len(name),
                tags=(("team", name),),
                last_used_days=place * 40 if kind is ROLE and place else None,
            ),
            policies=policies,
            broken=broken,
        )
        for place in range(size)
    ]


def _not_iam() -> Json:
    return {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}


def _payments(place: int) -> WorkerPayments:
    return WorkerPayments(
        account_id=PRODUCTION.account_id,
        worker=f"worker-{place * 7919 % 0xFFFF:04x}{place * 104729 % 0xFFFF:04x}",
        count=1 + place % 17,
        amount=Decimal("7.25") * (1 + place % 17),
        first_at=WINDOW.since + timedelta(days=place),
        last_at=WINDOW.since + timedelta(days=place + 30),
    )
