"""separation-of-duties: conflicting duties that one principal holds, by the statements that give both."""

from __future__ import annotations

import pytest

from audit.catalog.separation_of_duties import Conflict, load_conflicts
from audit.model.finding import Confidence, Finding
from audit.model.privilege import Severity
from audit.rules import separation_of_duties
from tests.rules.account import CLOSED, MFA, Account, allow, deny, findings, full

CONFLICTS = load_conflicts()


def conflicts(account: Account) -> dict[str, list[Finding]]:
    """The findings by conflict."""
    by_conflict: dict[str, list[Finding]] = {}
    for found in findings(separation_of_duties, account.context()):
        by_conflict.setdefault(dict(found.identity)["conflict"], []).append(found)
    return by_conflict


@pytest.mark.parametrize("conflict", CONFLICTS, ids=lambda conflict: conflict.id)
def test_one_action_of_each_duty_is_a_conflict(conflict: Conflict) -> None:
    account = Account()
    role = account.role("Both")
    account.managed("Both", allow(*(duty.actions[0] for duty in conflict.duties)), to=[role])

    (found,) = conflicts(account)[conflict.id]

    assert found.subjects == (role,)
    assert found.severity is conflict.severity
    assert found.confidence is Confidence.HIGH
    assert found.title == f"1 of 1 principal can {conflict.title} through Both, statement 1"
    assert conflict.why in found.considered


@pytest.mark.parametrize(
    "conflict", [conflict for conflict in CONFLICTS if len(conflict.duties) > 1], ids=lambda conflict: conflict.id
)
def test_the_duties_in_different_hands_are_none(conflict: Conflict) -> None:
    account = Account()
    for duty in conflict.duties:
        account.managed(duty.id, allow(*duty.actions), to=[account.role(duty.id)])
    assert conflict.id not in conflicts(account)


def test_a_graver_variant_stands_for_the_milder_ones() -> None:
    account = Account()
    account.managed(
        "All", allow(full("CreateHIT"), full("ApproveAssignment"), full("SendBonus")), to=[account.role("A")]
    )
    found = conflicts(account)
    assert "create-approve-and-pay-bonus" in found
    assert not {"create-and-approve", "create-alone"} & set(found)


def test_a_graver_variant_that_is_less_sure_does_not_hide_the_milder_one() -> None:
    account = Account()
    account.managed(
        "Mixed",
        allow(full("CreateHIT"), full("ApproveAssignment")),
        allow(full("SendBonus"), condition=MFA),
        to=[account.role("A")],
    )
    found = conflicts(account)
    assert found["create-approve-and-pay-bonus"][0].confidence is Confidence.MEDIUM
    assert found["create-and-approve"][0].confidence is Confidence.HIGH
    assert "create-alone" not in found


def test_publishing_alone_is_the_low_variant() -> None:
    account = Account()
    account.managed("Publish", allow(full("CreateHIT")), to=[account.role("Publisher")])
    (found,) = conflicts(account)["create-alone"]
    assert found.severity is Severity.LOW


def test_sides_from_two_policies_are_one_cause_of_both() -> None:
    account = Account()
    both, paying = account.role("Both"), account.role("Paying")
    pay = account.managed("Pay", allow(full("SendBonus")), to=[both, paying])
    clean = account.inline("Clean", both, allow(full("DeleteHIT")))

    (found,) = conflicts(account)["pay-and-delete-hit"]

    assert found.subjects == (both,)
    assert set(found.causes) == {pay.statement(0), clean.statement(0)}
    assert ("delete a HIT", "DeleteHIT") in found.facts
    assert ("pay", "SendBonus") in found.facts


def test_a_statement_that_is_enough_alone_is_the_cause_alone() -> None:
    account = Account()
    role = account.role("Admin")
    admin = account.managed("Admin", allow("*"), to=[role])
    account.managed("Pay", allow(full("SendBonus")), to=[role])
    (found,) = conflicts(account)["pay-and-delete-hit"]
    assert found.causes == (admin.statement(0),)


def test_two_statements_that_are_each_enough_are_two_findings() -> None:
    account = Account()
    role = account.role("Twice")
    account.managed("A", allow(full("SendBonus"), full("DeleteHIT")), to=[role])
    account.managed("B", allow(full("*")), to=[role])
    assert len(conflicts(account)["pay-and-delete-hit"]) == 2


def test_blinding_the_log_counts_on_every_trail_only() -> None:
    account = Account()
    account.managed(
        "OneTrail",
        allow(full("SendBonus")),
        allow("cloudtrail:StopLogging", resource="arn:aws:cloudtrail:us-east-1:111122223333:trail/t"),
        to=[account.role("OneTrail")],
    )
    assert "pay-and-blind-log" not in conflicts(account)
    account.managed("AllTrails", allow(full("SendBonus"), "cloudtrail:StopLogging"), to=[account.role("AllTrails")])
    (found,) = conflicts(account)["pay-and-blind-log"]
    assert any("one trail's ARN does not" in sentence for sentence in found.considered)


def test_what_a_deny_takes_away_breaks_the_pair() -> None:
    account = Account()
    role = account.role("Guarded")
    account.managed("Both", allow(full("SendBonus"), full("DeleteHIT")), to=[role])
    account.managed("Guard", deny(full("DeleteHIT")), to=[role])
    assert "pay-and-delete-hit" not in conflicts(account)


def test_one_conditional_side_makes_the_pair_conditional() -> None:
    account = Account()
    account.managed(
        "Both", allow(full("SendBonus")), allow(full("DeleteHIT"), condition=MFA), to=[account.role("Both")]
    )
    (found,) = conflicts(account)["pay-and-delete-hit"]
    assert found.confidence is Confidence.MEDIUM


def test_which_side_goes_is_the_owners_choice_while_the_service_is_open() -> None:
    account = Account()
    account.managed("Both", allow(full("SendBonus"), full("DeleteHIT")), to=[account.role("Both")])
    (found,) = conflicts(account)["pay-and-delete-hit"]
    assert found.fix == ""


def test_of_a_closed_service_both_sides_go() -> None:
    account = Account()
    account.managed("Both", allow(full("SendBonus"), full("DeleteHIT"), "s3:*"), to=[account.role("Both")])
    found = findings(separation_of_duties, account.context(as_of=CLOSED))
    assert [one.fix.count("\n-") for one in found] == [2]
