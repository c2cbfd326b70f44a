"""Rows of what was done, as the rules about acts see them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from audit.catalog.load import load_profile
from audit.evidence.log_reach import log_reach
from audit.model.activity import Observation
from audit.model.entitlement import Verdict
from audit.model.event import ActorType, EventCoverage, EventRoad
from audit.model.reconciliation import Explanation, Outcome, PrincipalPayments, ReconciliationRow, Subject
from audit.model.usage import Usage
from audit.rules.interface import RuleContext
from tests.rules.account import ACCOUNT, QUARTER, full

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
REACH = log_reach(
    EventCoverage(
        road=EventRoad.LOG_FILES,
        origin="trail",
        since=QUARTER.since,
        until=QUARTER.until,
        logs_reads=True,
        logs_writes=True,
    ),
    (),
    load_profile(),
)
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def paid(by: str = "", amount: str = "1.00", worker: str = "worker-1", **fields: Any) -> ReconciliationRow:
    """A payment: matched with a call of `by`, or one that no event explains."""
    values = {
        "account_id": ACCOUNT,
        "subject": Subject.BONUS,
        "outcome": Outcome.MATCHED if by else Outcome.NO_EVENT,
        "explanation": Explanation.NONE if by else Explanation.UNEXPLAINED,
        "worker": worker,
        "assignment_id": "3ASSIGNMENT",
        "amount": Decimal(amount),
        "paid_at": NOON,
        "principal_arn": by,
        "actor_type": ActorType.ROLE if by else None,
        **fields,
    }
    return ReconciliationRow(**values)


def blocked(outcome: Outcome, by: str = "") -> ReconciliationRow:
    return ReconciliationRow(
        account_id=ACCOUNT,
        subject=Subject.BLOCK,
        outcome=outcome,
        explanation=Explanation.UNDATED,
        worker="worker-1",
        principal_arn=by,
    )


def payer(arn: str, verdict: Verdict | None, kind: ActorType = ActorType.ROLE) -> PrincipalPayments:
    return PrincipalPayments(
        account_id=ACCOUNT,
        principal_arn=arn,
        actor_type=kind,
        count=2,
        amount=Decimal("2.50"),
        workers=1,
        verdict=verdict,
    )


def tried(arn: str, action: str = "SendBonus", **fields: Any) -> Usage:
    values = {
        "account_id": ACCOUNT,
        "principal_arn": arn,
        "actor_type": ActorType.ROLE,
        "action": full(action),
        "count": 0,
        "denied": 3,
        "last_denied_at": NOON,
        **fields,
    }
    return Usage(**values)


def observed(context: RuleContext, uses: dict[tuple[str, str], Observation]) -> RuleContext:
    """The context with logs of the whole window: nothing is observed in use but what `uses` says otherwise."""
    entitlements = {
        arn: {
            action: msgspec.structs.replace(
                each, observation=uses.get((arn, action), Observation.NOT_OBSERVED), source=REACH.source
            )
            for action, each in held.items()
        }
        for arn, held in context.entitlements.items()
    }
    return msgspec.structs.replace(context, entitlements=entitlements, log_reach=REACH)
