"""grant-without-effect: Allow on a resource that the actions do not have."""

from __future__ import annotations

import pytest

from audit.model.privilege import Severity
from audit.rules import grant_without_effect
from tests.rules.account import Account, Json, allow, deny, findings, full, only


@pytest.mark.parametrize(
    "resource",
    ["arn:aws:mechanicalturk:*:*:*", "arn:*", "arn:aws:s3:::x", ["arn:aws:s3:::x", "arn:aws:mturk:us-east-1:*:hit/*"]],
    ids=["mechanicalturk", "any ARN", "s3", "several"],
)
def test_named_actions_on_an_arn_grant_nothing(resource: str | list[str]) -> None:
    account = Account()
    role = account.role("Hopeful")
    account.managed("Hopeful", allow(full("SendBonus"), full("List*"), resource=resource), to=[role])

    found = only(grant_without_effect, account.context())

    assert found.subjects == (role,)
    assert found.severity is Severity.LOW
    assert found.privileges == ()
    assert "allows 11 privileges on" in found.title
    assert found.title.endswith(": it grants nothing")
    assert ("have some of them otherwise", "0") in found.facts


def test_a_not_resource_that_holds_everything_grants_nothing_either() -> None:
    account = Account()
    statement: Json = {"Effect": "Allow", "Action": full("SendBonus"), "NotResource": ["*"]}
    account.managed("Hopeful", statement, to=[account.role("Hopeful")])
    assert "on all but *" in only(grant_without_effect, account.context()).title


def test_statements_that_take_effect_or_do_not_name_the_service_are_none() -> None:
    account = Account()
    but_one_bucket: Json = {"Effect": "Allow", "Action": full("*"), "NotResource": "arn:aws:s3:::x"}
    account.managed(
        "Fine",
        allow(full("SendBonus")),
        allow(full("SendBonus"), resource=["arn:aws:s3:::x", "*"]),
        but_one_bucket,
        allow("*", resource="arn:aws:s3:::x"),
        allow("s3:*", resource="arn:aws:s3:::x"),
        allow(full("GrantBonus"), resource="arn:aws:s3:::x"),
        deny(full("SendBonus"), resource="arn:aws:s3:::x"),
        to=[account.role("Fine")],
    )
    assert not findings(grant_without_effect, account.context())


def test_who_has_it_by_another_statement_is_counted() -> None:
    account = Account()
    role = account.role("Both")
    account.managed("Hopeful", allow(full("SendBonus"), resource="arn:*"), allow(full("SendBonus")), to=[role])
    assert ("have some of them otherwise", "1") in only(grant_without_effect, account.context()).facts


def test_the_fix_drops_the_actions_and_widens_no_resource() -> None:
    account = Account()
    account.managed("Mixed", allow("s3:Get*", full("SendBonus"), resource="arn:aws:s3:::x"), to=[account.role("M")])
    fix = only(grant_without_effect, account.context()).fix
    assert '-        "mechanicalturk:SendBonus"' in fix.split("\n")
    assert not any(line.startswith("+") and '"*"' in line for line in fix.split("\n"))


def test_a_statement_that_cannot_be_read_is_left_to_those_who_list_it() -> None:
    account = Account()
    broken: Json = {"Effect": "Allow", "Action": [full("SendBonus")], "Resource": {"not": "a text"}}
    account.managed("Broken", broken, to=[account.role("R")])
    assert not findings(grant_without_effect, account.context())
