"""can-pay-money: who can pay, grouped by the statement that lets them."""

from __future__ import annotations

from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.rules import can_pay_money
from tests.rules.account import MFA, Account, allow, allow_but, deny, findings, full, only


def test_one_finding_names_the_statement_and_everybody_who_can_pay_through_it() -> None:
    account = Account()
    payroll, finance, reader = account.role("Payroll"), account.user("finance"), account.role("Reader")
    policy = account.managed("PayWorkers", allow(full("SendBonus"), sid="Pay"), to=[payroll, finance])
    account.managed("Read", allow(full("ListHITs")), to=[reader])

    found = only(can_pay_money, account.context())

    assert found.title == "2 of 3 principals can pay workers through PayWorkers, statement Pay"
    assert found.subjects == (payroll, finance)
    assert found.privileges == (full("SendBonus"),)
    assert found.causes == (policy.statement(0),)
    assert found.severity is Severity.CRITICAL
    assert found.confidence is Confidence.HIGH
    assert ("principals", "2 of 3") in found.facts


def test_approving_assignments_is_paying() -> None:
    account = Account()
    account.managed("Approve", allow(full("ApproveAssignment")), to=[account.role("Reviewer")])
    assert only(can_pay_money, account.context()).privileges == (full("ApproveAssignment"),)


def test_two_statements_that_let_the_same_principal_pay_are_two_causes() -> None:
    """Taking one away would not help."""
    account = Account()
    payroll = account.role("Payroll")
    account.managed("A", allow(full("SendBonus")), allow(full("Send*")), to=[payroll])
    assert [found.subjects for found in findings(can_pay_money, account.context())] == [(payroll,), (payroll,)]


def test_members_are_named_and_not_their_group() -> None:
    account = Account()
    ann, bob = account.user("ann"), account.user("bob")
    team = account.group("Requesters", ann, bob)
    policy = account.inline("Pay", team, allow(full("SendBonus")))

    found = only(can_pay_money, account.context())

    assert found.subjects == (ann, bob)
    assert found.causes == (policy.statement(0),)
    assert found.title == "2 of 2 principals can pay workers through inline Pay of Requesters, statement 1"


def test_a_group_without_members_cannot_pay() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus")), to=[account.group("Empty")])
    assert not findings(can_pay_money, account.context())


def test_a_user_with_the_policy_directly_and_through_a_group_is_named_once() -> None:
    account = Account()
    ann = account.user("ann")
    team = account.group("Requesters", ann)
    account.managed("Pay", allow(full("SendBonus")), to=[ann, team])
    assert only(can_pay_money, account.context()).subjects == (ann,)


def test_nobody_who_is_denied_or_bounded_is_named() -> None:
    account = Account()
    denied, bounded, broad = account.role("Denied"), account.role("Bounded"), account.role("Broad")
    account.managed("Pay", allow(full("*")), to=[denied, bounded])
    account.managed("Guard", deny(full("SendBonus"), full("ApproveAssignment")), to=[denied])
    account.boundary("Limit", allow("s3:*", full("List*")), of=[bounded])
    account.managed("AllButTurk", allow_but(full("*")), to=[broad])
    assert not findings(can_pay_money, account.context())


def test_conditions_make_it_medium_and_are_named() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus"), condition=MFA), to=[account.role("Payroll")])

    found = only(can_pay_money, account.context())

    assert found.confidence is Confidence.MEDIUM
    assert found.title.startswith("1 of 1 principal can, under conditions, pay workers")
    assert "For 1 of 1: only if aws:MultiFactorAuthPresent." in found.considered
    assert ("allowed under conditions", "1 of 1") in found.facts


def test_one_sure_subject_makes_the_finding_sure_and_the_others_are_counted() -> None:
    account = Account()
    payroll, limited = account.role("Payroll"), account.role("Limited")
    account.managed("Pay", allow(full("SendBonus")), to=[payroll, limited])
    account.managed("NightOff", deny(full("SendBonus"), condition=MFA, sid="Night"), to=[limited])

    found = only(can_pay_money, account.context())

    assert found.confidence is Confidence.HIGH
    assert "1 allowed outright, whatever the request; 1 allowed only under conditions" in found.confidence_reason
    assert "NightOff, statement Night limits 1 of 2 under a condition." in found.considered


def test_what_was_not_fully_evaluated_is_low_and_says_so() -> None:
    account = Account()
    payroll = account.role("Payroll")
    account.managed("Pay", allow(full("SendBonus")), to=[payroll])
    account.unsure(payroll)

    found = only(can_pay_money, account.context())

    assert found.confidence is Confidence.LOW
    assert "cannot be read" in found.confidence_reason
    assert "may be able to pay" in found.title


def test_unknown_service_control_policies_make_it_an_upper_bound() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus")), to=[account.role("Payroll")])
    assert any("upper bound" in sentence for sentence in only(can_pay_money, account.context()).considered)


def test_a_boundary_that_lets_it_through_is_said_to_have_been_weighed() -> None:
    account = Account()
    payroll = account.role("Payroll")
    account.managed("Pay", allow(full("SendBonus")), to=[payroll])
    account.boundary("Wide", allow("*"), of=[payroll])
    assert any(
        "1 of 1 have a permissions boundary" in words for words in only(can_pay_money, account.context()).considered
    )


def test_of_many_conditions_ten_are_spelt_out_and_the_rest_is_counted() -> None:
    account = Account()
    policy = [allow(full("SendBonus"), condition={"Bool": {f"aws:Key{number:02}": "true"}}) for number in range(12)]
    account.managed("Pay", *policy, to=[account.role("Payroll")])
    for found in findings(can_pay_money, account.context()):
        assert "For 1 of 1: only if aws:Key09." in found.considered
        assert not any("aws:Key10" in sentence for sentence in found.considered)
        assert "It depends on 2 further conditions, told per entitlement." in found.considered
