"""How far each action was called in an account in the window, by whomever, as the events tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from audit.evidence.absence import absence
from audit.evidence.log_reach import LogReach
from audit.model.activity import ActionActivity, Observation
from audit.model.event import TrailEvent
from audit.model.privilege import ServiceProfile
from audit.model.snapshot import Window

_NO_EVENTS = "the evidence holds no events: CloudTrail tells of single calls"


def calls_of(
    events: Iterable[TrailEvent],
    account_id: str,
    profile: ServiceProfile,
    window: Window | None,
    reach: LogReach | None,
) -> Mapping[str, ActionActivity]:
    """One row for every privilege, by action. `events` are those of the window, in the environment under review."""
    performed: dict[str, list[TrailEvent]] = defaultdict(list)
    for event in events:
        if event.performed:
            performed[event.action].append(event)
    return {
        privilege.action: _row(account_id, privilege.action, performed[privilege.action], window, reach)
        for privilege in profile.privileges
    }


def _row(
    account_id: str, action: str, calls: list[TrailEvent], window: Window | None, reach: LogReach | None
) -> ActionActivity:
    if reach is None:
        return ActionActivity(
            account_id=account_id, action=action, observation=Observation.NOT_COLLECTED, note=_NO_EVENTS
        )
    since, until = (window.since, window.until) if window else (reach.since, reach.until)
    observation, note = absence(reach, since, until, action)
    if calls:
        observation = Observation.OBSERVED
        note = f"a lower bound: {note}" if note else ""
    times = [event.at for event in calls]
    return ActionActivity(
        account_id=account_id,
        action=action,
        observation=observation,
        count=len(calls) if observation in (Observation.OBSERVED, Observation.NOT_OBSERVED) else None,
        amount=_amount(calls),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        source=reach.source,
        note=note,
    )


def _amount(calls: list[TrailEvent]) -> Decimal | None:
    """What the calls asked to pay; None where one of them does not tell."""
    amounts = [event.amount for event in calls if event.amount is not None]
    return sum(amounts, Decimal(0)) if amounts and len(amounts) == len(calls) else None
