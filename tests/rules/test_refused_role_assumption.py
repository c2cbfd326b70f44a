"""What one side grants and the other refuses is told, by the statement that grants in vain."""

from __future__ import annotations

from tests.rules.reaching import arn, found, subjects

RULE = "refused-role-assumption"


def test_a_grant_that_the_trust_policy_refuses_is_named_and_one_that_it_lets_in_is_not() -> None:
    assert subjects(RULE) == {"user/gus"}
    (finding,) = found(RULE)
    assert dict(finding.facts)["refused by"] == "trust policy"
    assert dict(finding.facts)["roles"] == arn("role/Payer")
