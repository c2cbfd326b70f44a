"""uncatalogued-action: names and prefixes that no catalog holds."""

from __future__ import annotations

import pytest

from audit.model.privilege import Severity
from audit.rules import uncatalogued_action
from tests.rules.account import Account, allow, allow_but, deny, findings, full, only


@pytest.mark.parametrize("action", ["crowd:*", "Crowd:GetTask", full("SendBonuses"), full("Pay*")])
def test_an_allow_on_it_is_low(action: str) -> None:
    account = Account()
    role = account.role("Labelling")
    account.managed("Crowd", allow(action, "s3:GetObject"), to=[role])
    found = only(uncatalogued_action, account.context())
    assert found.subjects == (role,)
    assert found.severity is Severity.LOW
    assert found.title == (
        f"Crowd, statement 1 allows {action}, which no catalog holds: it grants nothing that is known"
    )
    assert f'-        "{action}",' in found.fix.split("\n")


def test_a_deny_on_it_is_graver_and_has_no_single_fix() -> None:
    account = Account()
    account.managed("Guard", deny(full("SendBonuses"), full("DeleteHIT")), to=[account.role("Payer")])
    found = only(uncatalogued_action, account.context())
    assert found.severity is Severity.MEDIUM
    assert found.fix == ""
    assert "protects nothing that is known" in found.title


def test_living_and_retired_names_and_other_services_are_none() -> None:
    account = Account()
    account.managed(
        "Known",
        allow(full("*"), full("SendBonus"), full("GrantBonus"), "s3:Nothing", "crowdsource:*", "*"),
        allow_but("crowd:*"),
        to=[account.role("Known")],
    )
    assert not findings(uncatalogued_action, account.context())


def test_the_managed_policy_cannot_be_edited_but_detached() -> None:
    account = Account()
    policy = "AmazonMechanicalTurkCrowdFullAccess"
    account.managed(policy, allow("crowd:*"), to=[account.role("Labelling")], aws=True)
    found = only(uncatalogued_action, account.context())
    assert found.fix == ""
    assert any("cannot be edited: detach it" in sentence for sentence in found.considered)
