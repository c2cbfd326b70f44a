"""retired-action-name: Allow on names that no API answers to."""

from __future__ import annotations

from audit.model.privilege import Severity
from audit.rules import retired_action_name
from tests.rules.account import Account, allow, allow_but, deny, findings, full, only


def test_retired_names_are_told_with_their_successors() -> None:
    account = Account()
    role = account.role("Old")
    account.inline("Old", role, allow(full("GrantBonus"), full("blockworker"), full("SendBonus")))

    found = only(retired_action_name, account.context())

    assert found.subjects == (role,)
    assert found.severity is Severity.LOW
    assert found.privileges == ()
    assert found.title == (
        "inline Old of Old, statement 1 allows 2 retired action names, which grant nothing: "
        "GrantBonus (now SendBonus) and BlockWorker (now CreateWorkerBlock)"
    )


def test_names_without_or_with_several_successors_are_told_as_such() -> None:
    account = Account()
    account.inline("Old", account.role("Old"), allow(full("GetRequesterStatistic"), full("ExtendHIT")))
    title = only(retired_action_name, account.context()).title
    assert "GetRequesterStatistic (without successor)" in title
    assert "ExtendHIT (now UpdateExpirationForHIT and CreateAdditionalAssignmentsForHIT)" in title


def test_a_wildcard_that_matches_retired_names_alone_is_one() -> None:
    account = Account()
    account.inline("Old", account.role("Old"), allow(full("Grant*")))
    assert "2 retired action names" in only(retired_action_name, account.context()).title


def test_wildcards_over_living_names_a_deny_and_names_of_others_are_none() -> None:
    account = Account()
    account.inline(
        "Alive",
        account.role("Alive"),
        allow(full("*"), full("*Bonus*"), "*"),
        deny(full("GrantBonus")),
        allow_but(full("GrantBonus")),
        allow("s3:GrantBonus"),
    )
    assert not findings(retired_action_name, account.context())


def test_the_fix_drops_the_names_and_nothing_else() -> None:
    account = Account()
    account.managed("Old", allow(full("GrantBonus"), full("ListHITs")), to=[account.role("Old")])
    changed = [
        line for line in only(retired_action_name, account.context()).fix.split("\n")[2:] if line[:1] in ("+", "-")
    ]
    assert changed == ['-        "mechanicalturk:GrantBonus",']


def test_where_nothing_else_is_in_the_policy_it_says_to_remove_the_policy() -> None:
    account = Account()
    account.managed("Old", allow(full("GrantBonus")), to=[account.role("Old")])
    found = only(retired_action_name, account.context())
    assert found.fix == ""
    assert "Old holds nothing else: remove the whole policy." in found.considered
