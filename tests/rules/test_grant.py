"""How a statement is recognized next quarter: by its owner, its policy, and its Sid or what it says."""

from __future__ import annotations

import pytest

from audit.rules import can_pay_money
from tests.rules.account import MFA, Account, Json, allow, findings, full, only

OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def fingerprint(
    *statements: Json, unique_id: str = "AROA1", inline: bool = True, account_id: str = "111122223333"
) -> str:
    """The fingerprint of the one finding about a role with these statements."""
    account = Account(account_id)
    role = account.role("Payer", unique_id=unique_id)
    if inline:
        account.inline("Pay", role, *statements)
    else:
        account.managed("Pay", *statements, to=[role])
    return only(can_pay_money, account.context()).fingerprint


PAY = allow(full("SendBonus"))


@pytest.mark.parametrize(
    "same",
    [
        allow("MECHANICALTURK:sendbonus"),
        allow(full("SendBonus"), full("SendBonus")),
        {"Effect": "Allow", "Action": full("SendBonus"), "Resource": ["*"]},
    ],
    ids=["case", "twice", "text or list"],
)
def test_ways_to_write_one_statement_are_the_same(same: Json) -> None:
    assert fingerprint(same) == fingerprint(PAY)


@pytest.mark.parametrize(
    "other",
    [
        allow(full("SendBonus"), full("GetHIT")),
        allow(full("SendBonus"), condition=MFA),
        allow(full("SendBonus"), resource=["*", "arn:aws:s3:::x"]),
        allow(full("SendBonus"), sid="Pay"),
    ],
    ids=["another action", "a condition", "another resource", "a Sid"],
)
def test_a_statement_without_a_sid_that_says_something_else_is_another(other: Json) -> None:
    assert fingerprint(other) != fingerprint(PAY)


def test_a_statement_with_a_sid_stays_the_same_whatever_it_comes_to_say() -> None:
    assert fingerprint(allow(full("SendBonus"), sid="Pay")) == fingerprint(
        allow(full("SendBonus"), full("ApproveAssignment"), condition=MFA, sid="Pay")
    )


def test_statements_that_differ_in_their_condition_alone_are_two() -> None:
    account = Account()
    account.managed(
        "Pay",
        allow(full("SendBonus"), condition=MFA),
        allow(full("SendBonus"), condition=OFFICE),
        to=[account.role("R")],
    )
    assert len(findings(can_pay_money, account.context())) == 2


def test_a_statement_that_stands_twice_is_one_cause_with_both_places() -> None:
    account = Account()
    policy = account.managed("Pay", PAY, allow("s3:*"), PAY, to=[account.role("R")])
    assert only(can_pay_money, account.context()).causes == (policy.statement(0), policy.statement(2))


def test_an_inline_policy_goes_by_the_unique_id_of_its_owner() -> None:
    """A role that was deleted and made again under its name is another one."""
    assert fingerprint(PAY, unique_id="AROA1") != fingerprint(PAY, unique_id="AROA2")


def test_without_a_unique_id_it_goes_by_the_arn() -> None:
    assert fingerprint(PAY, unique_id="") == fingerprint(PAY, unique_id="")
    assert fingerprint(PAY, unique_id="") != fingerprint(PAY, unique_id="AROA1")


def test_a_managed_policy_does_not_go_by_who_has_it() -> None:
    assert fingerprint(PAY, unique_id="AROA1", inline=False) == fingerprint(PAY, unique_id="AROA2", inline=False)


def test_inline_policies_of_one_name_are_told_apart_by_their_owners() -> None:
    account = Account()
    for name in ("A", "B"):
        account.inline("Pay", account.role(name), PAY)
    assert len({finding.fingerprint for finding in findings(can_pay_money, account.context())}) == 2


def test_accounts_are_told_apart() -> None:
    assert fingerprint(PAY) != fingerprint(PAY, account_id="444455556666")
