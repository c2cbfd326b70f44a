"""Entitlements with their use: what the evidence says of each principal that holds a privilege.

An event names its actor, so a use is the principal's own. Where no event is there, how far the logs reach decides what
that means; and what nobody in the account did, as its own lists show, this principal did not do either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter

import msgspec

from audit.evidence.absence import absence
from audit.evidence.log_reach import LogReach
from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Entitlement
from audit.model.principal import Principal, PrincipalType
from audit.model.snapshot import Window
from audit.model.usage import Usage


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """The use of one privilege by one principal, with the meaning of the fields of `Entitlement`."""

    observation: Observation
    count: int | None = None
    first_used_at: datetime | None = None
    last_used_at: datetime | None = None
    source: str = ""
    note: str = ""


class UseEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that one account's evidence holds about who used what."""

    usage: tuple[Usage, ...]
    """Of the window; empty also where there are no events, which `reach` tells."""
    reach: LogReach | None
    """None: the evidence holds no events."""
    window: Window | None
    activity: Mapping[str, ActionActivity]
    """By action: what was done in the account, by whomever."""
    contradictions: Mapping[str, str]
    """By principal ARN: what IAM saw of it that the events do not hold, in words."""
    environment: str = "production"


def with_use(
    entitlements: Iterable[Entitlement], principals: Mapping[str, Principal], evidence: UseEvidence
) -> Iterator[Entitlement]:
    """Join the entitlements of one account with what was used; `principals` are the account's, by ARN."""
    uses = _Uses(evidence)
    for arn, own in groupby(entitlements, key=attrgetter("principal_arn")):
        use_of = uses.of_principal(principals[arn])
        for entitlement in own:
            use = use_of(entitlement.action)
            yield msgspec.structs.replace(
                entitlement,
                observation=use.observation,
                count=use.count,
                first_used_at=use.first_used_at,
                last_used_at=use.last_used_at,
                source=use.source,
                note=use.note,
            )


class _Uses:
    """Looks up one principal's use after another."""

    def __init__(self, evidence: UseEvidence) -> None:
        self._evidence = evidence
        self._absences: dict[tuple[datetime | None, str], Use] = {}
        self._calls: dict[tuple[str, str], Usage] = {}
        self._elsewhere: dict[tuple[str, str], int] = defaultdict(int)
        for row in evidence.usage:
            key = row.principal_arn, row.action
            # A role of that name that is gone is another principal.
            if row.known and row.environment == evidence.environment:
                self._calls[key] = _together(self._calls[key], row) if key in self._calls else row
            elif row.known:
                self._elsewhere[key] += row.count
        self._told = {*evidence.contradictions, *(arn for arn, _ in (*self._calls, *self._elsewhere))}
        """ARNs of those of whom the evidence says something."""

    def of_principal(self, principal: Principal) -> Callable[[str], Use]:
        """The use of each privilege by one principal, by action."""
        if principal.type is PrincipalType.GROUP:
            return partial(self._of_group, principal)
        if principal.arn in self._told:
            return partial(self._of_one, principal)
        # Nothing names most of them: what that means depends on when they were created alone.
        return partial(self._absence, self._young(principal))

    def _of_one(self, principal: Principal, action: str) -> Use:
        row = self._calls.get((principal.arn, action))
        if row is not None and row.count:
            return Use(
                observation=Observation.OBSERVED,
                count=row.count,
                first_used_at=row.first_used_at,
                last_used_at=row.last_used_at,
                source=row.source,
                note=_joined(_attempts(row)),
            )
        return _with_notes(
            self._absence(self._young(principal), action),
            _attempts(row),
            _in_sandbox(self._elsewhere.get((principal.arn, action), 0)),
            self._evidence.contradictions.get(principal.arn, ""),
        )

    def _of_group(self, group: Principal, action: str) -> Use:
        """The use of its members, without a count: their own rows have it."""
        rows = [self._calls[arn, action] for arn in group.members if (arn, action) in self._calls]
        used = [row for row in rows if row.count]
        if not used:
            return self._absence(self._young(group), action)
        return Use(
            observation=Observation.OBSERVED,
            first_used_at=min((row.first_used_at for row in used if row.first_used_at), default=None),
            last_used_at=max((row.last_used_at for row in used if row.last_used_at), default=None),
            source=used[0].source,
            note=f"the use of {len(used)} of its {len(group.members)} members, who may hold it elsewhere too; "
            "it is counted with them",
        )

    def _young(self, principal: Principal) -> datetime | None:
        """When it was created, where that was in the window."""
        since = self._evidence.window.since if self._evidence.window else None
        return principal.created_at if since is None or (principal.created_at or since) > since else None

    def _absence(self, young: datetime | None, action: str) -> Use:
        key = (young, action)
        found = self._absences.get(key)
        if found is None:
            found = self._absences[key] = self._by_lists(action, _by_logs(self._evidence, young, action))
        return found

    def _by_lists(self, action: str, by_logs: Use) -> Use:
        """What the account's own lists say, where they say more than the logs."""
        row = self._evidence.activity.get(action)
        if row is None or row.observation is not Observation.NOT_OBSERVED or row.source == by_logs.source:
            return by_logs
        if by_logs.observation is Observation.NOT_OBSERVED:
            return by_logs
        return Use(
            observation=row.observation, count=0, source=row.source, note=f"by nobody in the account: {row.note}"
        )


def _by_logs(evidence: UseEvidence, created_at: datetime | None, action: str) -> Use:
    """What it means that the logs hold no event, from a principal's creation on where that was in the window."""
    reach = evidence.reach
    if reach is None:
        # Of every principal and privilege: the coverage says it once.
        return Use(observation=Observation.NOT_COLLECTED, source="CloudTrail")
    since = evidence.window.since if evidence.window else reach.since
    until = evidence.window.until if evidence.window else reach.until
    if created_at is not None and created_at >= until:
        note = f"it was created on {created_at:%Y-%m-%d}, after the time under review"
        return Use(observation=Observation.NOT_OBSERVED, count=0, source=reach.source, note=note)
    since = max(since, created_at or since)
    young = (
        f"judged from its creation on {created_at:%Y-%m-%d}" if created_at is not None and created_at == since else ""
    )
    observation, note = absence(reach, since, until, action)
    return Use(
        observation=observation,
        count=0 if observation is Observation.NOT_OBSERVED else None,
        source=reach.source,
        note=_joined(young, note),
    )


def _together(one: Usage, other: Usage) -> Usage:
    """A user's own calls and those of the sessions that it handed on."""
    return msgspec.structs.replace(
        one,
        count=one.count + other.count,
        denied=one.denied + other.denied,
        failed=one.failed + other.failed,
        first_used_at=min(filter(None, (one.first_used_at, other.first_used_at)), default=None),
        last_used_at=max(filter(None, (one.last_used_at, other.last_used_at)), default=None),
        last_denied_at=max(filter(None, (one.last_denied_at, other.last_denied_at)), default=None),
    )


def _attempts(row: Usage | None) -> str:
    if row is None or not (row.denied or row.failed):
        return ""
    words = []
    if row.denied:
        last = f", the last time on {row.last_denied_at:%Y-%m-%d}" if row.last_denied_at else ""
        words.append(f"denied {_times(row.denied)}{last}")
    if row.failed:
        words.append(f"refused by the service {_times(row.failed)}")
    return f"{' and '.join(words)}, which is no use"


def _in_sandbox(calls: int) -> str:
    return f"used {_times(calls)} in the other environment, which counts apart" if calls else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _with_notes(use: Use, *notes: str) -> Use:
    more = _joined(use.note, *notes)
    return use if more == use.note else msgspec.structs.replace(use, note=more)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
