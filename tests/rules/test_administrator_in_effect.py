"""administrator-in-effect: who holds the whole account, whatever the policy is called."""

from __future__ import annotations

from audit.catalog.watched import SPREAD
from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.rules import administrator_in_effect
from tests.rules.account import MFA, Account, allow, allow_but, deny, findings, full, only

POWER_USER = allow_but("iam:*", "organizations:*", "account:*")


def test_everything_on_everything_is_an_administrator() -> None:
    account = Account()
    admin = account.role("Admin")
    account.managed("AdministratorAccess", allow("*"), to=[admin], aws=True)

    found = only(administrator_in_effect, account.context())

    assert found.subjects == (admin,)
    assert found.title == "1 of 1 principal is an administrator in effect through AdministratorAccess, statement 1"
    assert found.severity is Severity.CRITICAL
    assert found.confidence is Confidence.HIGH
    assert len(found.privileges) == 39
    assert ("actions of unrelated services on every resource", "16 of 16") in found.facts
    assert ("actions that write permissions", "8 of 8") in found.facts


def test_not_action_that_leaves_out_nothing_relevant_is_an_administrator() -> None:
    account = Account()
    account.managed("Nearly", allow_but("aws-portal:*"), to=[account.role("Nearly")])
    assert only(administrator_in_effect, account.context()).confidence is Confidence.HIGH


def test_a_guard_on_a_few_actions_does_not_make_it_less() -> None:
    account = Account()
    role = account.role("Admin")
    account.managed("Admin", allow("*"), to=[role])
    account.managed("Guard", deny("cloudtrail:StopLogging", "organizations:*", "kms:*"), to=[role])
    found = only(administrator_in_effect, account.context())
    assert found.confidence is Confidence.MEDIUM
    assert "3 of 24 are refused" in found.confidence_reason


def test_an_administrator_who_is_denied_the_service_is_one_all_the_same() -> None:
    """It can lift the Deny."""
    account = Account()
    role = account.role("Admin")
    account.managed("Admin", allow("*"), deny(full("*")), to=[role])
    found = only(administrator_in_effect, account.context())
    assert found.subjects == (role,)
    assert found.privileges == ()


def test_broad_policies_that_cannot_write_permissions_are_none() -> None:
    account = Account()
    account.managed("PowerUserAccess", POWER_USER, to=[account.role("Power")])
    account.managed("IAMFullAccess", allow("iam:*"), to=[account.role("Iam")])
    account.managed("ReadOnly", allow("*:Get*", "*:List*", "*:Describe*"), to=[account.role("Reader")])
    account.managed("OneBucket", allow("*", resource="arn:aws:s3:::bucket/*"), to=[account.role("Bucket")])
    assert not findings(administrator_in_effect, account.context())


def test_two_policies_that_make_one_together_are_the_cause_together() -> None:
    account = Account()
    role = account.role("Both")
    power = account.managed("PowerUserAccess", POWER_USER, to=[role])
    iam = account.managed("IamFull", allow("iam:*"), to=[role])
    account.managed("Topic", allow("sns:Publish"), to=[role])

    found = only(administrator_in_effect, account.context())

    assert set(found.causes) == {power.statement(0), iam.statement(0)}
    assert found.subjects == (role,)


def test_a_condition_on_all_of_it_makes_it_conditional() -> None:
    account = Account()
    account.managed("Admin", allow("*", condition=MFA), to=[account.role("Admin")])
    found = only(administrator_in_effect, account.context())
    assert found.confidence is Confidence.MEDIUM
    assert "is, under conditions, an administrator in effect" in found.title


def test_one_sure_action_does_not_make_a_conditional_administrator_sure() -> None:
    account = Account()
    account.managed("Admin", allow("*", condition=MFA), allow("sns:Publish"), to=[account.role("Admin")])
    assert only(administrator_in_effect, account.context()).confidence is Confidence.MEDIUM


def test_the_quorum_is_needed() -> None:
    account = Account()
    few = account.role("Few")
    account.managed("Few", allow(*SPREAD[:11], "iam:PutRolePolicy"), to=[few])
    assert not findings(administrator_in_effect, account.context())
    account.managed("OneMore", allow(*SPREAD[11:12]), to=[few])
    assert only(administrator_in_effect, account.context()).subjects == (few,)


def test_a_bounded_administrator_is_none() -> None:
    account = Account()
    role = account.role("Bounded")
    account.managed("Admin", allow("*"), to=[role])
    account.boundary("Limit", allow("s3:*", full("*")), of=[role])
    assert not findings(administrator_in_effect, account.context())
