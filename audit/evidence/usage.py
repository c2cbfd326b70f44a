"""Use by principal, from the events of an account: performed, denied and failed calls told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from audit.cloudtrail.people import person_of
from audit.evidence.actors import Actors
from audit.model.event import ActorType, TrailEvent
from audit.model.snapshot import Window
from audit.model.usage import SessionUse, Usage

_WITH_SESSIONS = (ActorType.ROLE, ActorType.FEDERATED, ActorType.OTHER_ACCOUNT)


def events_in(events: Iterable[TrailEvent], window: Window | None) -> tuple[TrailEvent, ...]:
    """The events of the window, each once, by time and event id; all there are where there is no window."""
    distinct = {event.event_id: event for event in sorted(events, key=_order, reverse=True)}
    return tuple(sorted((event for event in distinct.values() if window is None or window.holds(event.at)), key=_order))


def usage_of(events: Iterable[TrailEvent], account_id: str, actors: Actors, source: str) -> tuple[Usage, ...]:
    """One row for every principal, action and environment, by environment, principal and action.

    `events` are those of the window, as `events_in` gives them. A role that was deleted and made again under its name
    is another principal.
    """
    calls: dict[tuple[str, str, str, str, str], list[TrailEvent]] = defaultdict(list)
    for event in events:
        actor = event.actor
        key = (event.environment, actors.arn(actor), event.action, actor.type.value, actor.unique_id)
        calls[key].append(event)
    return tuple(_row(own, account_id, actors, source) for _, own in sorted(calls.items()))


def _row(calls: list[TrailEvent], account_id: str, actors: Actors, source: str) -> Usage:
    first = calls[0]
    performed = [event for event in calls if event.performed]
    denied = [event for event in calls if event.denied]
    return Usage(
        account_id=account_id,
        principal_arn=actors.arn(first.actor),
        actor_type=first.actor.type,
        action=first.action,
        environment=first.environment,
        count=len(performed),
        denied=len(denied),
        failed=len(calls) - len(performed) - len(denied),
        first_used_at=_first(performed),
        last_used_at=_last(performed),
        last_denied_at=_last(denied),
        source=source,
        known=actors.knows(first.actor),
        sessions=_sessions(calls) if first.actor.type in _WITH_SESSIONS else (),
    )


def _sessions(calls: list[TrailEvent]) -> tuple[SessionUse, ...]:
    """By session name and source identity; of those who only tried, too, with a count of 0."""
    named: dict[tuple[str, str], list[TrailEvent]] = defaultdict(list)
    for event in calls:
        if event.actor.session_name or event.actor.source_identity:
            named[event.actor.session_name, event.actor.source_identity].append(event)
    rows = []
    for (session_name, source_identity), own in sorted(named.items()):
        person = person_of(own[0].actor)
        performed = [event for event in own if event.performed]
        rows.append(
            SessionUse(
                session_name=session_name,
                source_identity=source_identity,
                person=person.name,
                told_by=person.told_by,
                count=len(performed),
                first_at=_first(performed),
                last_at=_last(performed),
            )
        )
    return tuple(rows)


def _order(event: TrailEvent) -> tuple[datetime, str]:
    return event.at, event.event_id


def _first(events: list[TrailEvent]) -> datetime | None:
    return min((event.at for event in events), default=None)


def _last(events: list[TrailEvent]) -> datetime | None:
    return max((event.at for event in events), default=None)
