"""The example company's evidence without a collection: log files from its bucket, lists from its requesters."""

from __future__ import annotations

from pathlib import Path

from audit.demo.account import Account, Company
from audit.demo.company import AS_OF, example_window
from audit.demo.requester import Requester
from audit.demo.wire import ServiceError
from audit.model.activity import BonusPayment, Hit
from audit.model.event import TrailEvent
from audit.model.snapshot import AccountSummary, Gap, GapReason, Manifest
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.layout import BONUS_PAYMENTS
from audit.snapshot.trail import with_trail


def put_log_files(company: Company, folder: Path) -> Path:
    """Write the objects of the company's one bucket into a folder."""
    (bucket,) = company.buckets
    for stored in bucket.objects:
        path = folder / stored.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stored.body)
    return folder


def example_snapshot(company: Company, logs: Path) -> Snapshot:
    """What a collection of the window gathers of the accounts with a requester, its events from log files."""
    accounts = [account for account in company.accounts if account.marketplace is not None]
    manifest = Manifest(
        tool="test",
        window=example_window(),
        caller_arn="",
        accounts=tuple(AccountSummary(account_id=account.account_id) for account in accounts),
        files=(),
        gaps=(),
        started_at=AS_OF,
        ended_at=AS_OF,
    )
    bare = Snapshot(
        name="example",
        sha256="",
        manifest=manifest,
        accounts=tuple(
            AccountEvidence(
                account=AccountSummary(account_id=account.account_id),
                authorization=account.authorization,
                last_accesses=account.last_accesses,
                credentials=account.credentials,
            )
            for account in accounts
        ),
    )
    logged = with_trail(bare, logs, None, AS_OF, jobs=1)
    return _with_lists(logged, {account.account_id: account for account in accounts})


def _with_lists(snapshot: Snapshot, accounts: dict[str, Account]) -> Snapshot:
    evidence, gaps = [], list(snapshot.gaps)
    for each in snapshot.accounts:
        account = accounts[each.account.account_id]
        assert account.marketplace is not None
        requester = Requester(account.account_id, account.marketplace, lambda: AS_OF)
        payments, gone = _payments(requester, each.events or ())
        gaps += [
            Gap(
                account_id=account.account_id,
                source=BONUS_PAYMENTS.source,
                reason=GapReason.GONE,
                detail="the HIT of the assignment is gone",
                item=assignment_id,
            )
            for assignment_id in gone
        ]
        evidence.append(
            AccountEvidence(
                account=each.account,
                authorization=each.authorization,
                hits=tuple(Hit(hit_id=hit.hit_id, created_at=hit.created_at) for hit in requester.hits()),
                bonus_payments=tuple(payments),
                worker_blocks=tuple(requester.blocks()),
                events=each.events,
                event_coverage=each.event_coverage,
                last_accesses=each.last_accesses,
                credentials=each.credentials,
            )
        )
    return Snapshot(
        name=snapshot.name,
        sha256=snapshot.sha256,
        manifest=snapshot.manifest,
        accounts=tuple(evidence),
        gaps=tuple(gaps),
    )


def _payments(requester: Requester, events: tuple[TrailEvent, ...]) -> tuple[list[BonusPayment], list[str]]:
    """By HIT, then by assignments that only the events know; and the assignments that are gone."""
    found = [payment for hit in requester.hits() for payment in requester.bonuses_of_hit(hit.hit_id)]
    known = {payment.assignment_id for payment in found}
    gone = []
    for assignment_id in sorted({event.assignment_id for event in events if event.assignment_id} - known):
        try:
            found += requester.bonuses_of_assignment(assignment_id)
        except ServiceError:
            gone.append(assignment_id)
    return found, gone
