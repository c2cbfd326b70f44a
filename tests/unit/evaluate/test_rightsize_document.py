"""The ready policy: what is kept, by name and under the conditions of today."""

from __future__ import annotations

import pytest

from audit.model.entitlement import Verdict
from tests.unit.evaluate.accounts import MFA, OFFICE, Account, Json, allow, document, full
from tests.unit.evaluate.rightsizing import ALL, but, kept, rightsized, statements


def test_what_is_kept_is_stated_by_name_in_one_statement() -> None:
    account = Account()
    user = account.user("u", document(allow(full("Send*")[0], full("List*")[0])), document(allow(ALL)))
    result = rightsized(account, user, "SendBonus", "GetHIT", "ListHITs")
    assert statements(result) == [kept(full("GetHIT", "ListHITs", "SendBonus"))]
    assert [privilege.action for privilege in result.kept] == full("GetHIT", "ListHITs", "SendBonus")
    assert sorted(privilege.action for privilege in result.removed) == but("GetHIT", "ListHITs", "SendBonus")


def test_a_condition_stays_with_what_is_given_under_it() -> None:
    account = Account()
    user = account.user("u", document(allow(ALL, Condition=MFA), allow(*full("ListHITs"))))
    result = rightsized(account, user, "SendBonus", "DeleteHIT", "ListHITs")
    assert statements(result) == [kept(full("ListHITs")), kept(full("DeleteHIT", "SendBonus"), MFA, number="2")]
    assert {privilege.action: privilege.verdict for privilege in result.kept} == {
        "mechanicalturk:DeleteHIT": Verdict.CONDITIONAL,
        "mechanicalturk:ListHITs": Verdict.ALLOW,
        "mechanicalturk:SendBonus": Verdict.CONDITIONAL,
    }


def test_alternatives_stay_alternatives() -> None:
    account = Account()
    user = account.user("u", document(allow(ALL, Condition=MFA)), document(allow(ALL, Condition=OFFICE)))
    stated = statements(rightsized(account, user, "SendBonus"))
    assert [statement["Condition"] for statement in stated] == [MFA, OFFICE]
    assert {tuple(statement["Action"]) for statement in stated} == {("mechanicalturk:SendBonus",)}


@pytest.mark.parametrize(
    ("conditions", "stated"),
    [
        ([None, MFA], None),
        ([MFA, MFA], MFA),
        ([MFA, {**MFA, **OFFICE}], MFA),
        ([{"bool": {"AWS:MultiFactorAuthPresent": ["true"]}}, MFA], {"bool": {"AWS:MultiFactorAuthPresent": "true"}}),
    ],
    ids=["given without one", "said twice", "part of another", "spelt otherwise"],
)
def test_a_condition_that_adds_nothing_is_not_stated(conditions: list[Json | None], stated: Json | None) -> None:
    account = Account()
    granting = [allow(ALL, **({"Condition": condition} if condition else {})) for condition in conditions]
    user = account.user("u", document(*granting))
    assert statements(rightsized(account, user, "SendBonus")) == [kept(full("SendBonus"), stated)]


def test_what_was_only_given_in_the_past_is_not_stated() -> None:
    account = Account()
    expired = {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}
    user = account.user("u", document(allow(ALL, Condition=expired), allow(*full("SendBonus", "GetHIT"))))
    assert statements(rightsized(account, user, "SendBonus", "ListHITs")) == [kept(full("SendBonus"))]


def test_a_dollar_and_brace_that_was_plain_text_stays_plain_text() -> None:
    """A document of 2008 knows no variables, the ready policy does."""
    account = Account()
    agent = {"StringLike": {"aws:UserAgent": ["${aws:username}-*", "a${*}b"]}}
    user = account.user("u", document(allow(ALL, Condition=agent), version="2008-10-17"))
    result = rightsized(account, user, "SendBonus")
    escaped = {"StringLike": {"aws:UserAgent": ["${$}{aws:username}-*", "a${$}{*}b"]}}
    assert statements(result) == [kept(full("SendBonus"), escaped)]


def test_a_variable_stays_a_variable() -> None:
    account = Account()
    tag = {"StringEquals": {"aws:RequestTag/owner": "${aws:username}"}}
    user = account.user("u", document(allow(ALL, Condition=tag)))
    assert statements(rightsized(account, user, "SendBonus")) == [kept(full("SendBonus"), tag)]
