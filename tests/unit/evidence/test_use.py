"""Use by principal: an event is a use of whoever made it, and what silence means depends on the logs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from audit.evidence.actors import Actors
from audit.evidence.last_access import contradictions
from audit.evidence.usage import events_in, usage_of
from audit.evidence.use import UseEvidence, with_use
from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Entitlement, Verdict
from audit.model.event import Actor, ActorType, TrailEvent
from audit.model.last_access import AccessKeyUse, CredentialUse, ServiceLastAccess
from audit.model.principal import Principal, PrincipalType
from audit.model.snapshot import Window
from audit.model.usage import Usage
from tests.unit.evidence.evidence import ACCOUNT, QUARTER, actor, event, full, moment, reach, role

PAYER = role()


def usage(*events: TrailEvent, principals: tuple[Principal, ...] = (PAYER,)) -> tuple[Usage, ...]:
    return usage_of(events_in(events, QUARTER), ACCOUNT, Actors(ACCOUNT, principals), "CloudTrail log files")


def used(
    *events: TrailEvent,
    action: str = "SendBonus",
    principal: Principal = PAYER,
    members: tuple[Principal, ...] = (),
    window: Window | None = QUARTER,
    collected: bool = True,
    activity: tuple[ActionActivity, ...] = (),
    contradicted: dict[str, str] | None = None,
    **logs: Any,
) -> Entitlement:
    """The entitlement of one principal, joined with events that the logs hold."""
    held = Entitlement(principal_arn=principal.arn, action=full(action), verdict=Verdict.ALLOW)
    evidence = UseEvidence(
        usage=usage(*events, principals=(principal, *members)),
        reach=reach(**logs) if collected else None,
        window=window,
        activity={row.action: row for row in activity},
        contradictions=contradicted or {},
    )
    (joined,) = with_use([held], {principal.arn: principal}, evidence)
    return joined


def test_a_performed_call_is_a_use_and_its_repetition_in_the_logs_is_none() -> None:
    first, second = event("2026-08-01T10:00:00"), event("2026-09-01T10:00:00")
    found = used(second, first, first)
    assert (found.observation, found.count) == (Observation.OBSERVED, 2)
    assert (found.first_used_at, found.last_used_at) == (first.at, second.at)
    assert found.source == "CloudTrail log files"


def test_events_outside_the_window_are_no_use_in_it() -> None:
    found = used(event("2026-06-30T23:59:59"), event("2026-10-01T00:00:00"))
    assert (found.observation, found.count) == (Observation.NOT_OBSERVED, 0)


def test_denied_and_failed_calls_are_attempts_and_no_use() -> None:
    denied = event("2026-08-01", error_code="AccessDenied")
    failed = event("2026-08-02", error_code="ServiceFault")
    found = used(denied, failed)
    assert (found.observation, found.count, found.last_used_at) == (Observation.NOT_OBSERVED, 0, None)
    assert found.note == "denied once, the last time on 2026-08-01 and refused by the service once, which is no use"


def test_the_sandbox_counts_apart() -> None:
    found = used(event("2026-08-01", environment="sandbox"))
    assert found.observation is Observation.NOT_OBSERVED
    assert "used once in the other environment" in found.note


@pytest.mark.parametrize(
    ("logs", "action", "expected", "note"),
    [
        ({}, "SendBonus", Observation.NOT_OBSERVED, ""),
        ({"logs_reads": False}, "SendBonus", Observation.NOT_OBSERVED, ""),
        ({"logs_reads": False}, "GetHIT", Observation.NOT_TRACKED, "does not log calls that only read"),
        ({"logs_reads": None}, "GetHIT", Observation.PARTLY_COVERED, "not known whether calls that only read"),
        ({"logs_writes": None}, "SendBonus", Observation.PARTLY_COVERED, "not known whether calls that change"),
        ({"missing_days": (date(2026, 8, 3),)}, "SendBonus", Observation.PARTLY_COVERED, "of 2026-08-03"),
        ({"until": moment("2026-09-29")}, "SendBonus", Observation.PARTLY_COVERED, "of 2026-09-29 to 2026-09-30"),
        ({"since": moment("2026-07-01T12:00:00")}, "SendBonus", Observation.PARTLY_COVERED, "of 2026-07-01"),
        ({"damaged_files": ("1/2026/08/03/a.json.gz",)}, "SendBonus", Observation.PARTLY_COVERED, "of 2026-08-03"),
        ({"damaged_files": ("a.json.gz",)}, "SendBonus", Observation.PARTLY_COVERED, "1 damaged log file may be"),
        ({"since": moment("2026-10-01"), "until": moment("2026-11-01")}, "GetHIT", Observation.NOT_COLLECTED, "no day"),
    ],
)  # fmt: skip
def test_silence_means_what_the_logs_allow(logs: dict[str, Any], action: str, expected: Observation, note: str) -> None:
    found = used(action=action, **logs)
    assert found.observation is expected
    assert found.count == (0 if expected is Observation.NOT_OBSERVED else None)
    assert note in found.note


def test_many_days_are_named_in_short() -> None:
    days = tuple(date(2026, 8, day) for day in (1, 2, 3, 5, 7, 9, 10, 11))
    note = used(missing_days=days).note
    assert note == "no logs, or not all, of 2026-08-01 to 2026-08-03, 2026-08-05, 2026-08-07 and 3 more days"


def test_a_principal_made_in_the_window_is_judged_from_its_creation() -> None:
    young = role(created_at=moment("2026-09-01T08:00:00"))
    found = used(principal=young, missing_days=(date(2026, 8, 3),))
    assert (found.observation, found.count) == (Observation.NOT_OBSERVED, 0)
    assert found.note == "judged from its creation on 2026-09-01"
    assert used(principal=young, missing_days=(date(2026, 9, 3),)).observation is Observation.PARTLY_COVERED


def test_a_principal_made_after_the_window_could_not_act_in_it() -> None:
    assert "after the time under review" in used(principal=role(created_at=moment("2026-11-01"))).note


def test_without_events_it_is_not_collected_unless_a_list_shows_that_nobody_did() -> None:
    assert used(collected=False).observation is Observation.NOT_COLLECTED
    nobody = ActionActivity(
        account_id=ACCOUNT, action=full("SendBonus"), observation=Observation.NOT_OBSERVED, source="mturk:X"
    )
    for found in (
        used(collected=False, activity=(nobody,)),
        used(missing_days=(date(2026, 8, 3),), activity=(nobody,)),
    ):
        assert (found.observation, found.count, found.source) == (Observation.NOT_OBSERVED, 0, "mturk:X")


def test_a_role_that_was_made_again_did_not_do_what_the_old_one_did() -> None:
    old = event("2026-08-01", by=actor(unique_id="AROAOLD"))
    assert used(old).observation is Observation.NOT_OBSERVED
    (row,) = usage(old)
    assert (row.known, row.count) == (False, 1)


def test_a_session_without_the_roles_path_is_still_the_roles() -> None:
    pathed = msgspec.structs.replace(PAYER, arn=f"arn:aws:iam::{ACCOUNT}:role/labelling/Payer")
    assert used(event("2026-08-01"), principal=pathed).observation is Observation.OBSERVED
    assert used(event("2026-08-01", by=actor(unique_id="")), principal=pathed).observation is Observation.OBSERVED


def test_a_users_federated_sessions_are_the_users() -> None:
    ann = Principal(
        arn=f"arn:aws:iam::{ACCOUNT}:user/ann", type=PrincipalType.USER, name="ann", account_id=ACCOUNT,
        unique_id="AIDAANN",
    )  # fmt: skip
    calls = [
        event(f"2026-08-0{day}", by=Actor(type=type_, principal_arn=ann.arn, unique_id="AIDAANN", session_name=name))
        for day, (type_, name) in enumerate([(ActorType.USER, ""), (ActorType.FEDERATED, "kiosk")], 1)
    ]
    assert used(*calls, principal=ann).count == 2


def test_a_group_shows_its_members_use_and_does_not_count_it_again() -> None:
    group = Principal(
        arn=f"arn:aws:iam::{ACCOUNT}:group/payers", type=PrincipalType.GROUP, name="payers", account_id=ACCOUNT,
        members=(PAYER.arn, "arn:aws:iam::111122223333:user/bob"),
    )  # fmt: skip
    found = used(event("2026-08-01"), principal=group, members=(PAYER,))
    assert (found.observation, found.count, found.last_used_at) == (Observation.OBSERVED, None, moment("2026-08-01"))
    assert found.note.startswith("the use of 1 of its 2 members")
    assert used(principal=group, members=(PAYER,)).observation is Observation.NOT_OBSERVED


def test_sessions_keep_apart_and_name_their_people() -> None:
    calls = (
        event("2026-08-01", by=actor(session_name="maria@example.com")),
        event("2026-08-02", by=actor(session_name="x", source_identity="jonas")),
        event("2026-08-03", by=actor(session_name="x", source_identity="jonas"), error_code="AccessDenied"),
        event("2026-08-04", by=actor(session_name="nightly")),
    )
    (row,) = usage(*calls)
    assert [(each.session_name, each.person, each.told_by, each.count) for each in row.sessions] == [
        ("maria@example.com", "maria@example.com", "session name", 1),
        ("nightly", "", "", 1),
        ("x", "jonas", "source identity", 1),
    ]
    assert (row.count, row.denied) == (3, 1)


def test_the_root_user_is_always_known_and_others_accounts_principals_never() -> None:
    root = Actor(type=ActorType.ROOT, principal_arn=f"arn:aws:iam::{ACCOUNT}:root", account_id=ACCOUNT)
    other = Actor(type=ActorType.OTHER_ACCOUNT, principal_arn="arn:aws:iam::999988887777:role/Payer", unique_id="AROAX")
    rows = usage(event("2026-08-01", by=root), event("2026-08-02", by=other))
    assert {row.actor_type: row.known for row in rows} == {ActorType.ROOT: True, ActorType.OTHER_ACCOUNT: False}


def test_what_iam_saw_and_the_logs_do_not_hold_is_a_note_and_no_use() -> None:
    seen = ServiceLastAccess(
        principal_arn=PAYER.arn, service="mechanicalturk", last_attempt_at=datetime(2026, 8, 3, tzinfo=UTC)
    )
    words = contradictions([seen], [], [], QUARTER, "mechanicalturk")
    found = used(contradicted=dict(words))
    assert found.observation is Observation.NOT_OBSERVED
    assert found.note == (
        "Access Advisor names an attempt at the service on 2026-08-03, of which the events hold nothing"
    )
    assert not contradictions([seen], [], usage(event("2026-08-01")), QUARTER, "mechanicalturk")
    before = msgspec.structs.replace(seen, last_attempt_at=moment("2026-06-01"))
    assert not contradictions([before], [], [], QUARTER, "mechanicalturk")


def test_a_key_that_was_last_used_for_the_service_contradicts_silence_too() -> None:
    key = AccessKeyUse(number=1, active=True, last_used_at=moment("2026-08-03"), last_used_service="mechanicalturk")
    row = CredentialUse(principal_arn=PAYER.arn, name="ann", keys=(key,))
    assert "credential report" in contradictions([], [row], [], QUARTER, "mechanicalturk")[PAYER.arn]
    assert not contradictions([], [row], [], QUARTER, "s3")
