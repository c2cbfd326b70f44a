"""deny-on-retired-action-name: guards that protect nothing, as severe as what stays open."""

from __future__ import annotations

from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.rules import deny_on_retired_action_name as rule
from tests.rules.account import MFA, Account, allow, allow_but, deny, findings, full, only


def test_it_names_the_successor_and_who_can_still_use_it() -> None:
    account = Account()
    payer, reader = account.role("Payer"), account.role("Reader")
    account.managed("Pay", allow(full("SendBonus")), to=[payer])
    guard = account.managed("Guard", deny(full("GrantBonus"), sid="NoBonus"), to=[payer, reader])

    found = only(rule, account.context())

    assert found.title == (
        "Guard, statement NoBonus denies GrantBonus, which protects nothing: SendBonus stays open to 1 principal"
    )
    assert found.subjects == (payer,)
    assert found.privileges == (full("SendBonus"),)
    assert found.severity is Severity.CRITICAL
    assert found.causes == (guard.statement(0),)
    assert ("not kept from what was meant", "1 of 2") in found.facts


def test_it_is_low_where_nobody_can_use_the_successor() -> None:
    account = Account()
    role = account.role("Guarded")
    account.managed("Guard", deny(full("GrantBonus"), full("SendBonus")), allow(full("*")), to=[role])
    found = only(rule, account.context())
    assert found.severity is Severity.LOW
    assert found.subjects == (role,)
    assert found.title.endswith("nobody whom it concerns can use its successor")


def test_every_successor_counts() -> None:
    account = Account()
    role = account.role("Both")
    account.managed("Guard", deny(full("ExtendHIT")), allow(full("*")), to=[role])
    assert only(rule, account.context()).privileges == (
        full("CreateAdditionalAssignmentsForHIT"),
        full("UpdateExpirationForHIT"),
    )


def test_a_retired_name_that_not_action_leaves_out_protects_as_little() -> None:
    account = Account()
    account.managed("AllBut", allow_but(full("GrantBonus"), "iam:*"), to=[account.role("Builder")])
    found = only(rule, account.context())
    assert "leaves out GrantBonus" in found.title
    assert found.privileges == (full("SendBonus"),)


def test_a_boundary_that_denies_a_retired_name_concerns_those_whom_it_bounds() -> None:
    account = Account()
    role = account.role("Bounded")
    account.managed("Pay", allow(full("SendBonus")), to=[role])
    account.boundary("Limit", allow("*"), deny(full("GrantBonus")), of=[role])
    found = only(rule, account.context())
    assert found.subjects == (role,)
    assert found.severity is Severity.CRITICAL


def test_members_of_a_group_are_concerned_and_not_the_group() -> None:
    account = Account()
    ann = account.user("ann")
    account.managed("Pay", allow(full("*")), to=[ann])
    account.managed("Guard", deny(full("UnblockWorker")), to=[account.group("Requesters", ann)])
    found = only(rule, account.context())
    assert found.subjects == (ann,)
    assert found.privileges == (full("DeleteWorkerBlock"),)


def test_a_living_deny_and_an_allow_are_none() -> None:
    account = Account()
    account.managed(
        "Fine",
        allow(full("*"), full("GrantBonus")),
        deny(full("SendBonus"), full("*Bonus*"), full("*")),
        to=[account.role("Fine")],
    )
    assert not findings(rule, account.context())


def test_the_fix_denies_what_was_meant() -> None:
    account = Account()
    account.managed("Guard", deny(full("GrantBonus"), "s3:*"), to=[account.role("Guarded")])
    changed = [line for line in only(rule, account.context()).fix.split("\n")[2:] if line[:1] in ("+", "-")]
    assert changed == ['-        "mechanicalturk:GrantBonus",', '+        "mechanicalturk:SendBonus",']


def test_what_could_not_be_evaluated_is_not_called_closed() -> None:
    account = Account()
    payer = account.role("Payer")
    account.managed("Pay", allow(full("SendBonus")), deny(full("GrantBonus")), to=[payer])
    account.unsure(payer)
    found = only(rule, account.context())
    assert found.severity is Severity.CRITICAL
    assert found.confidence is Confidence.LOW


def test_it_is_as_sure_as_what_stays_open() -> None:
    account = Account()
    account.managed(
        "Pay", allow(full("SendBonus"), condition=MFA), deny(full("GrantBonus")), to=[account.role("Payer")]
    )
    found = only(rule, account.context())
    assert found.confidence is Confidence.MEDIUM
    assert found.confidence_reason.startswith("It stands in the policy's own text. What stays open: allowed only under")


def test_an_exclusion_of_a_name_without_successor_has_no_single_fix() -> None:
    """With nothing left to leave out, the statement would have to be written anew."""
    account = Account()
    account.managed("AllBut", allow_but(full("GetRequesterStatistic")), to=[account.role("Builder")])
    found = only(rule, account.context())
    assert found.fix == ""
    assert any("no single right edit" in sentence for sentence in found.considered)
    assert found.severity is Severity.LOW


def test_a_group_without_members_leaves_nothing_open_to_anybody() -> None:
    account = Account()
    empty = account.group("Empty")
    account.managed("Pay", allow(full("SendBonus")), deny(full("GrantBonus")), to=[empty])
    found = only(rule, account.context())
    assert found.subjects == (empty,)
    assert found.severity is Severity.LOW
