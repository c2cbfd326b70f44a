"""A unique id in a trust policy is the trace of one who is gone."""

from __future__ import annotations

from tests.rules.reaching import DELETED, arn, found

RULE = "trust-in-deleted-principal"


def test_roles_that_trust_one_who_is_gone_are_named() -> None:
    (finding,) = found(RULE)
    assert finding.subjects == (arn("role/Old"),)
    assert DELETED in finding.title
