"""unused-privilege: only where the logs would have shown a use, and no holder is too young to be judged."""

from __future__ import annotations

import pytest

from audit.model.activity import Observation
from audit.model.finding import Confidence
from audit.model.privilege import Severity
from audit.rules import unused_privilege as rule
from tests.rules.account import OPEN, QUARTER, Account, allow, findings, full, only
from tests.rules.acts import observed, tried


def two() -> tuple[Account, str, str]:
    account = Account()
    ann, run = account.user("ann"), account.role("Run")
    account.managed("Work", allow(full("SendBonus"), full("DeleteHIT"), full("ListHITs")), to=[ann, run])
    return account, ann, run


def test_what_no_holder_used_is_taken_out_of_the_statement() -> None:
    account, ann, run = two()
    context = observed(account.context(as_of=OPEN), {(ann, full("SendBonus")): Observation.OBSERVED})
    found = only(rule, context)
    assert found.title == (
        "2 of 3 privileges through Work, statement 1 were not observed in use in 2026-Q3 by 2 of 2 principals"
    )
    assert found.privileges == (full("DeleteHIT"), full("ListHITs"))
    assert found.subjects == (run, ann)
    assert found.severity is Severity.HIGH
    lines = {(line[0], line[1:].strip(' ,"')) for line in found.fix.splitlines()[3:]}
    assert {("-", full("DeleteHIT")), ("-", full("ListHITs")), ("+", full("SendBonus"))} <= lines


def test_it_is_sure_only_where_the_logs_hold_the_actions_of_others() -> None:
    account, _, _ = two()
    assert only(rule, observed(account.context(), {})).confidence is Confidence.MEDIUM
    others = tuple(
        tried("arn:aws:iam::111122223333:role/Gone", name) for name in ("SendBonus", "DeleteHIT", "ListHITs")
    )
    assert only(rule, observed(account.context(usage=others), {})).confidence is Confidence.HIGH


@pytest.mark.parametrize("observation", [each for each in Observation if each is not Observation.NOT_OBSERVED])
def test_one_holder_whose_use_is_known_or_not_known_leaves_the_privilege_alone(observation: Observation) -> None:
    account, ann, _ = two()
    context = observed(account.context(), {(ann, full("DeleteHIT")): observation})
    assert full("DeleteHIT") not in only(rule, context).privileges


def test_a_holder_younger_than_the_window_has_not_left_it_unused() -> None:
    account = Account()
    young = account.role("Young", created_at=QUARTER.since.replace(day=2))
    account.managed("Pay", allow(full("SendBonus")), to=[young])
    assert not findings(rule, observed(account.context(), {}))


def test_without_logs_or_a_window_nothing_is_unused() -> None:
    account, _, _ = two()
    assert not findings(rule, account.context())
    assert not findings(rule, observed(account.context(window=None), {}))
