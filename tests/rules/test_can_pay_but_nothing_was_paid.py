"""can-pay-but-nothing-was-paid: only where the payments were read in full and there was none."""

from __future__ import annotations

import msgspec
import pytest

from audit.model.activity import ActionActivity, Observation
from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.model.snapshot import Window
from audit.rules import can_pay_but_nothing_was_paid as rule
from tests.rules.account import MFA, QUARTER, Account, allow, bonuses, findings, full, only
from tests.rules.acts import REACH


def payers() -> Account:
    account = Account()
    account.managed("Pay", allow(full("SendBonus")), to=[account.role("Payroll"), account.user("finance")])
    account.managed("Look", allow(full("ListHITs")), to=[account.role("Reader")])
    return account


def test_everybody_who_can_pay_is_named_if_nothing_was_paid() -> None:
    found = only(rule, payers().context(activity=(bonuses(Observation.NOT_OBSERVED, number=0),)))

    assert found.title == (
        "2 of 3 principals can pay bonuses through Pay, statement 1, and the account paid none in 2026-Q3"
    )
    assert found.privileges == (full("SendBonus"),)
    assert found.severity is Severity.CRITICAL
    assert ("bonuses paid in the window", "0") in found.facts


def test_whole_logs_without_a_call_make_it_sure() -> None:
    activity = (bonuses(Observation.NOT_OBSERVED, number=0),)
    assert only(rule, payers().context(activity=activity, log_reach=REACH)).confidence is Confidence.HIGH
    short = msgspec.structs.replace(REACH, until=QUARTER.since.replace(month=9))
    assert only(rule, payers().context(activity=activity, log_reach=short)).confidence is Confidence.MEDIUM


def test_by_the_list_alone_it_is_not_quite_sure_and_says_what_the_list_may_lack() -> None:
    found = only(rule, payers().context(activity=(bonuses(Observation.NOT_OBSERVED, number=0),)))
    assert found.confidence is Confidence.MEDIUM
    assert found.confidence_reason.endswith("so that one on a HIT that is gone is not seen.")


def test_the_evidences_own_words_on_what_it_lacks_come_first() -> None:
    activity = bonuses(Observation.NOT_OBSERVED, number=0, note="2 HITs are gone")
    found = only(rule, payers().context(activity=(activity,)))
    assert found.confidence_reason.endswith("The list may lack payments: 2 HITs are gone.")


def test_under_conditions_it_is_less_sure() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus"), condition=MFA), to=[account.role("Payroll")])
    found = only(rule, account.context(activity=(bonuses(Observation.NOT_OBSERVED, number=0),)))
    assert found.confidence is Confidence.LOW


@pytest.mark.parametrize(
    "activity",
    [
        (),
        (bonuses(Observation.OBSERVED, number=3),),
        (bonuses(Observation.NOT_COLLECTED),),
        (bonuses(Observation.NOT_TRACKED),),
    ],
    ids=["no evidence", "paid", "not collected", "not tracked"],
)
def test_what_was_paid_or_not_collected_is_no_finding(activity: tuple[ActionActivity, ...]) -> None:
    assert not findings(rule, payers().context(activity=activity))


def test_without_a_window_there_is_nothing_to_say() -> None:
    activity = (bonuses(Observation.NOT_OBSERVED, number=0),)
    assert not findings(rule, payers().context(window=None, activity=activity))


def test_approving_is_not_told_by_the_list_of_bonuses() -> None:
    account = Account()
    account.managed("Approve", allow(full("ApproveAssignment")), to=[account.role("Reviewer")])
    assert not findings(rule, account.context(activity=(bonuses(Observation.NOT_OBSERVED, number=0),)))


def test_a_window_without_a_name_is_told_by_its_days() -> None:
    window = Window(since=QUARTER.since, until=QUARTER.until)
    found = only(rule, payers().context(window=window, activity=(bonuses(Observation.NOT_OBSERVED, number=0),)))
    assert found.title.endswith("none in 2026-07-01 to 2026-10-01 (not included)")


def test_the_finding_is_the_same_one_next_quarter() -> None:
    activity = (bonuses(Observation.NOT_OBSERVED, number=0),)
    later = Window(since=QUARTER.until, until=QUARTER.until.replace(year=2027, month=1), label="2026-Q4")
    now = only(rule, payers().context(activity=activity))
    then = only(rule, payers().context(window=later, activity=activity))
    assert now.fingerprint == then.fingerprint
