"""Small pieces of evidence for tests of the join."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from audit.model.activity import BonusPayment, Hit, WorkerBlock
from audit.model.snapshot import AccountSummary, Gap, GapReason, Window
from audit.snapshot.content import AccountEvidence

ACCOUNT = "111122223333"
QUARTER = Window(since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 10, 1, tzinfo=UTC), label="2026-Q3")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def payment(when: str, amount: str = "1.00", worker: str = "A1WORKER", assignment: str = "3ASSIGNMENT") -> BonusPayment:
    return BonusPayment(
        hit_id="3HIT",
        assignment_id=assignment,
        worker_id=worker,
        amount=Decimal(amount),
        reason="good work",
        granted_at=moment(when),
    )


def hit(when: str) -> Hit:
    return Hit(hit_id=f"3HIT{when}", created_at=moment(when))


def block(worker: str = "A1WORKER") -> WorkerBlock:
    return WorkerBlock(worker_id=worker, reason="spam")


def account(
    payments: tuple[BonusPayment, ...] | None = (),
    *,
    hits: tuple[Hit, ...] | None = (),
    blocks: tuple[WorkerBlock, ...] | None = (),
) -> AccountEvidence:
    return AccountEvidence(
        account=AccountSummary(account_id=ACCOUNT), hits=hits, bonus_payments=payments, worker_blocks=blocks
    )


def gap(source: str, reason: GapReason = GapReason.FAILED, item: str = "") -> Gap:
    return Gap(account_id=ACCOUNT, source=source, reason=reason, detail=f"{source} gave no answer", item=item)
