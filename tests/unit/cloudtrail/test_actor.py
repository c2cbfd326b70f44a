"""Who acted, for every kind of identity that CloudTrail documents: `identities.json` holds the cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.cloudtrail.event import decode_event
from audit.cloudtrail.people import person_of
from audit.model.event import Actor, ActorType
from tests.unit.cloudtrail.records import ACCOUNT, encoded

CASES: list[dict[str, Any]] = msgspec.json.decode(Path(__file__).with_name("identities.json").read_bytes())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_actor_and_the_person_are_who_the_record_names(case: dict[str, Any]) -> None:
    event = decode_event(encoded(userIdentity=case["userIdentity"]))
    assert event is not None
    assert event.account_id == ACCOUNT
    assert event.actor == Actor(**{**case["actor"], "type": ActorType(case["actor"]["type"])})
    assert person_of(event.actor) == tuple(case.get("person", ("", "")))


def test_the_cases_hold_every_kind_of_actor() -> None:
    assert {case["actor"]["type"] for case in CASES} == {each.value for each in ActorType}
    documented = {"Root", "IAMUser", "AssumedRole", "FederatedUser", "AWSAccount", "AWSService", "IdentityCenterUser"}
    assert documented | {"SAMLUser", "WebIdentityUser", "Unknown"} <= {
        case["userIdentity"]["type"] for case in CASES if case["userIdentity"]
    }


def test_without_a_recipient_the_callers_account_is_the_requesters() -> None:
    event = decode_event(encoded(recipientAccountId=...))
    assert event is not None
    assert (event.account_id, event.actor.type) == (ACCOUNT, ActorType.USER)
