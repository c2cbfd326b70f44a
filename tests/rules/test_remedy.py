"""The proposed changes: parsed, applied and judged by what the policy then allows."""

from __future__ import annotations

import json

import msgspec
import pytest

from audit.model.privilege import RiskClass
from audit.model.result import PolicyText
from audit.policy.document import Effect
from audit.policy.matching import action_matches
from audit.policy.parse import parse_document
from audit.rules import can_pay_money
from audit.rules.assemble import privilege_removal, privileges_of
from audit.rules.interface import RuleContext
from tests.rules.account import CLOSED, OPEN, Account, Json, allow, allow_but, deny, full, only
from tests.rules.patching import patched

PRIVILEGES = tuple(Account().context().privileges)
OTHERS = ("s3:GetObject", "iam:PassRole", "sagemaker:CreateModel", "cloudtrail:StopLogging", "crowd:GetTask")


def allowed(statements: list[Json]) -> set[str]:
    """The actions that Allow statements take in, of this service and of others."""
    document = parse_document(json.dumps({"Version": "2012-10-17", "Statement": statements}).encode())
    assert not document.problems
    return {
        action
        for action in (*PRIVILEGES, *OTHERS)
        for statement in document.statements
        if statement.effect is Effect.ALLOW and action_matches(statement, action)
    }


def removal(context: RuleContext, actions: tuple[str, ...]) -> list[Json]:
    """The statements of the account's first policy after its first one was rid of `actions`."""
    change = privilege_removal(context, (context.grants.at(context.policies[0], 0),), actions)
    assert change.difference
    after = patched(context.documents[0].text, change.difference)["Statement"]
    return after if isinstance(after, list) else [after]


PAYING = privileges_of(Account().context(), RiskClass.PAYS_MONEY)
STATEMENTS = {
    "named": allow(full("SendBonus"), full("ListHITs")),
    "one name": allow(full("SendBonus"), "s3:GetObject"),
    "wildcard": allow(full("Send*"), "s3:*"),
    "case": allow("MECHANICALTURK:sendbonus", "s3:GetObject"),
    "question mark": allow(full("SendBonu?"), "iam:*"),
    "all of the service": allow(full("*")),
    "everything": allow("*"),
    "everything and more": allow("*", "s3:GetObject"),
    "everything, spelt out": allow("*:*"),
    "not action": allow_but("iam:*"),
    "with a condition": allow(full("*"), condition={"Bool": {"aws:SecureTransport": "true"}}),
    "with a retired name": allow(full("GrantBonus"), full("SendBonus"), full("GetHIT"), "s3:GetObject"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_exactly_the_privileges_in_question_go(name: str) -> None:
    account = Account()
    statement = STATEMENTS[name]
    account.managed("Policy", statement, allow("sagemaker:*"), to=[account.role("R")])
    before = allowed([statement, allow("sagemaker:*")])
    assert allowed(removal(account.context(as_of=OPEN), PAYING)) == before - set(PAYING)


@pytest.mark.parametrize("name", STATEMENTS)
def test_of_a_closed_service_all_privileges_go_and_nothing_else(name: str) -> None:
    account = Account()
    statement = STATEMENTS[name]
    account.managed("Policy", statement, allow("sagemaker:*"), to=[account.role("R")])
    before = allowed([statement, allow("sagemaker:*")])
    after = removal(account.context(as_of=CLOSED), PAYING)
    assert allowed(after) == before - set(PRIVILEGES)
    assert "condition" not in name or len(after) == 1


def test_of_a_closed_service_the_statement_for_it_alone_goes() -> None:
    account = Account()
    account.managed("Policy", allow(full("*")), allow("s3:*"), to=[account.role("R")])
    assert removal(account.context(as_of=CLOSED), PAYING) == [allow("s3:*")]


def test_everything_becomes_everything_but_the_service() -> None:
    account = Account()
    account.managed("Policy", allow("*", sid="All"), to=[account.role("R")])
    assert removal(account.context(as_of=CLOSED), PAYING) == [
        {"Sid": "All", "Effect": "Allow", "NotAction": [full("*")], "Resource": "*"}
    ]


def test_a_condition_and_the_resource_stay_as_they_are() -> None:
    account = Account()
    statement = allow(full("*"), "s3:*", condition={"Bool": {"aws:SecureTransport": "true"}}, sid="Limited")
    account.managed("Policy", statement, to=[account.role("R")])
    assert removal(account.context(as_of=CLOSED), PAYING) == [{**statement, "Action": ["s3:*"]}]


def test_statements_that_say_the_same_are_changed_together() -> None:
    account = Account()
    account.managed(
        "Policy",
        allow(full("SendBonus"), "s3:*"),
        deny("iam:*"),
        allow("s3:*", full("SendBonus")),
        to=[account.role("R")],
    )
    assert removal(account.context(), PAYING) == [allow("s3:*"), deny("iam:*"), allow("s3:*")]


def test_a_single_statement_that_is_no_list_stays_one() -> None:
    account = Account()
    account.managed("Policy", allow(full("SendBonus"), "s3:*"), to=[account.role("R")])
    context = account.context()
    text = json.dumps({"Version": "2012-10-17", "Statement": allow(full("SendBonus"), "s3:*")}, indent=2)
    context = msgspec.structs.replace(context, documents=(PolicyText(text=text),))
    change = privilege_removal(context, (context.grants.at(context.policies[0], 0),), PAYING)
    assert patched(text, change.difference)["Statement"] == allow("s3:*")


def test_an_aws_managed_policy_has_no_difference_but_advice() -> None:
    account = Account()
    account.managed("AdministratorAccess", allow("*"), to=[account.role("R")], aws=True)
    found = only(can_pay_money, account.context())
    assert found.fix == ""
    assert any(sentence.startswith("AdministratorAccess is an AWS managed policy") for sentence in found.considered)


def test_a_policy_that_holds_nothing_else_is_to_be_removed() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus")), to=[account.role("R")])
    found = only(can_pay_money, account.context())
    assert found.fix == ""
    assert "Pay holds nothing else: remove the whole policy." in found.considered


def test_a_wildcard_in_the_service_has_no_single_right_edit() -> None:
    account = Account()
    account.managed("Odd", allow("mechanical*:SendBonus"), to=[account.role("R")])
    found = only(can_pay_money, account.context())
    assert found.fix == ""
    assert any("no single right edit" in sentence for sentence in found.considered)


def test_the_difference_names_the_policy_and_reads_as_one() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus"), full("GetHIT")), to=[account.role("R")])
    lines = only(can_pay_money, account.context()).fix.split("\n")
    assert lines[:3] == ["--- Pay (now)", "+++ Pay (proposed)", "@@ -4,7 +4,6 @@"]
    assert lines[-1] == ""


def test_a_name_from_outside_cannot_break_out_of_the_head() -> None:
    account = Account()
    account.managed("Pay\n+evil\u2028", allow(full("SendBonus"), full("GetHIT")), to=[account.role("R")])
    lines = only(can_pay_money, account.context()).fix.split("\n")
    assert lines[:2] == ["--- Pay?+evil? (now)", "+++ Pay?+evil? (proposed)"]
    assert [line for line in lines[3:] if line.startswith("+")] == []


def test_line_separators_inside_a_value_do_not_break_the_difference() -> None:
    account = Account()
    account.managed("Pay", allow("s3:a\u2028b\x85c", full("SendBonus")), to=[account.role("R")])
    assert removal(account.context(), PAYING) == [allow("s3:a\u2028b\x85c")]


def test_names_that_are_left_of_two_wildcards_stand_once() -> None:
    account = Account()
    account.managed("Pay", allow(full("Send*"), full("SendT*"), full("S*")), to=[account.role("R")])
    assert removal(account.context(), PAYING) == [allow(full("SendTestEventNotification"), full("SendT*"))]


def test_of_a_closed_service_the_retired_names_go_as_well() -> None:
    account = Account()
    account.managed("Old", allow(full("SendBonus"), full("GrantBonus"), "s3:*"), to=[account.role("R")])
    assert removal(account.context(as_of=CLOSED), PAYING) == [allow("s3:*")]


def test_without_the_policys_text_there_is_no_difference() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus"), full("GetHIT")), to=[account.role("R")])
    assert only(can_pay_money, msgspec.structs.replace(account.context(), documents=())).fix == ""
