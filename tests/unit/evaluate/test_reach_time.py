"""Time does not run back: a trust whose date has passed lets nobody in, from outside or through a service."""

from __future__ import annotations

import pytest

from tests.property.reach_removal import audited, reaching
from tests.rules.account import ACCOUNT, Json, allow
from tests.rules.reaching import PARTNER, PAY, arn, role, trust, user

OUTSIDE = f"arn:aws:iam::{PARTNER}:role/payout"


def until(date: str) -> Json:
    return {"Condition": {"DateLessThan": {"aws:CurrentTime": date}}}


def starts(date: str) -> set[str]:
    deployer = allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")
    account = {
        "UserDetailList": [user("deployer", deployer)],
        "GroupDetailList": [],
        "RoleDetailList": [
            role("Runner", trust("lambda.amazonaws.com", kind="Service", **until(date)), PAY),
            role("Vendor", trust(OUTSIDE, **until(date)), PAY),
        ],
        "Policies": [],
    }
    return reaching(audited({ACCOUNT: account}).reach)


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2026-11-22T00:00:00Z", set()), ("2026-11-24T00:00:00Z", {arn("user/deployer"), OUTSIDE})],
)
def test_a_trust_ends_with_its_date(date: str, expected: set[str]) -> None:
    assert starts(date) == expected
