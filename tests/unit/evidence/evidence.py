"""Small pieces of evidence for tests of the join."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from audit.catalog.load import load_profile
from audit.evidence.log_reach import LogReach, log_reach
from audit.model.activity import BonusPayment, Hit, WorkerBlock
from audit.model.event import Actor, ActorType, EventCoverage, EventRoad, TrailEvent
from audit.model.principal import Principal, PrincipalType
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
    events: tuple[TrailEvent, ...] | None = None,
    covered: EventCoverage | None = None,
) -> AccountEvidence:
    return AccountEvidence(
        account=AccountSummary(account_id=ACCOUNT),
        hits=hits,
        bonus_payments=payments,
        worker_blocks=blocks,
        events=events,
        event_coverage=None if events is None else covered or coverage(),
    )


def full(name: str) -> str:
    return f"mechanicalturk:{name}"


def role(name: str = "Payer", **fields: Any) -> Principal:
    values = {"unique_id": f"AROA{name.upper()}", "created_at": moment("2024-01-01"), **fields}
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return Principal(arn=arn, type=PrincipalType.ROLE, name=name, account_id=ACCOUNT, **values)


def actor(name: str = "Payer", **fields: Any) -> Actor:
    """A session of the role of that name."""
    values = {"unique_id": f"AROA{name.upper()}", "session_name": "nightly", **fields}
    return Actor(type=ActorType.ROLE, principal_arn=f"arn:aws:iam::{ACCOUNT}:role/{name}", account_id=ACCOUNT, **values)


def event(when: str, action: str = "SendBonus", *, by: Actor | None = None, **fields: Any) -> TrailEvent:
    """A performed call; of SendBonus it is the one that made `payment(when)`."""
    values: dict[str, Any] = {"event_id": f"{action} at {when}"}
    if action == "SendBonus":
        values |= {"assignment_id": "3ASSIGNMENT", "worker_ids": ("A1WORKER",), "amount": Decimal("1.00")}
    values |= fields
    return TrailEvent(at=moment(when), action=full(action), account_id=ACCOUNT, actor=by or actor(), **values)


def coverage(**fields: Any) -> EventCoverage:
    """Logs of the whole quarter, with calls of both kinds."""
    values = {
        "road": EventRoad.LOG_FILES,
        "origin": "s3://fernhill-trail",
        "since": QUARTER.since,
        "until": QUARTER.until,
        "logs_writes": True,
        "logs_reads": True,
        **fields,
    }
    return EventCoverage(**values)


def reach(**fields: Any) -> LogReach:
    return log_reach(coverage(**fields), (), load_profile())


def gap(source: str, reason: GapReason = GapReason.FAILED, item: str = "") -> Gap:
    return Gap(account_id=ACCOUNT, source=source, reason=reason, detail=f"{source} gave no answer", item=item)
