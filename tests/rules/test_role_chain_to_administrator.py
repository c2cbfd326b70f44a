"""Who becomes an administrator by assuming roles is named."""

from __future__ import annotations

from tests.rules.reaching import arn, found, subjects

RULE = "role-chain-to-administrator"


def test_who_can_assume_the_administrator_is_named_and_who_has_no_permission_to_is_not() -> None:
    assert subjects(RULE) == {"user/carl"}
    (finding,) = found(RULE)
    assert [ref.policy.owner_arn for ref in finding.causes] == [arn("role/Admin")]
