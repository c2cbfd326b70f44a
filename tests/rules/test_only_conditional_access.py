"""only-conditional-access: principals whose every privilege hangs on a condition."""

from __future__ import annotations

from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.rules import only_conditional_access
from tests.rules.account import MFA, Account, allow, deny, findings, full, only

OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def test_the_conditions_are_named() -> None:
    account = Account()
    contractor = account.user("contractor")
    account.managed("Pay", allow(full("SendBonus"), condition=MFA), to=[contractor])
    account.managed("Look", allow(full("List*"), condition=OFFICE), to=[contractor])

    found = only(only_conditional_access, account.context())

    assert found.subjects == (contractor,)
    assert found.confidence is Confidence.MEDIUM
    assert found.severity is Severity.MEDIUM
    assert len(found.privileges) == 11
    assert "For 1 of 1: only if aws:MultiFactorAuthPresent." in found.considered
    assert "For 1 of 1: only if aws:SourceIp." in found.considered
    assert found.title.startswith("1 of 1 principal can use 11 of 39 privileges under conditions only, through")


def test_one_privilege_without_a_condition_is_enough_not_to_be_one() -> None:
    account = Account()
    account.managed(
        "Mixed", allow(full("SendBonus"), condition=MFA), allow(full("GetAccountBalance")), to=[account.user("ann")]
    )
    assert not findings(only_conditional_access, account.context())


def test_a_watched_action_of_another_service_does_not_count() -> None:
    account = Account()
    ann = account.user("ann")
    account.managed("Mixed", allow(full("SendBonus"), condition=MFA), allow("cloudtrail:StopLogging"), to=[ann])
    assert only(only_conditional_access, account.context()).privileges == (full("SendBonus"),)


def test_access_that_a_conditional_deny_limits_is_conditional() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus")), deny("*", condition=OFFICE), to=[account.user("ann")])
    found = only(only_conditional_access, account.context())
    assert "Pay, statement 2 limits 1 of 1 under a condition." in found.considered


def test_what_was_not_evaluated_is_not_called_conditional() -> None:
    account = Account()
    ann = account.user("ann")
    account.managed("Pay", allow(full("SendBonus"), condition=MFA), to=[ann])
    account.unsure(ann)
    assert not findings(only_conditional_access, account.context())


def test_nobody_without_privileges_is_named() -> None:
    account = Account()
    account.managed("Other", allow("s3:*", condition=MFA), to=[account.user("ann")])
    assert not findings(only_conditional_access, account.context())
