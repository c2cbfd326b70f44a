"""Who can give itself what it takes to pay is named by the way; a boundary that stops it is seen."""

from __future__ import annotations

from tests.rules.reaching import arn, found, subjects

RULE = "escalation-to-money"


def test_who_escalates_is_named_and_who_is_bounded_or_lacks_a_permission_is_not() -> None:
    assert subjects(RULE) == {"user/dora", "user/hal"}


def test_the_finding_names_the_way_its_needs_and_its_statement() -> None:
    by_subject = {each.subjects: each for each in found(RULE)}
    own = by_subject[(arn("user/dora"),)]
    assert "iam-put-user-policy" in own.title
    assert dict(own.facts)["needs"] == "iam:PutUserPolicy"
    assert [ref.policy.owner_arn for ref in own.causes] == [arn("user/dora")]
    passed = by_subject[(arn("user/hal"),)]
    assert "passrole-lambda-invoke" in passed.title
    assert {ref.policy.owner_arn for ref in passed.causes} == {arn("user/hal"), arn("role/Runner")}
