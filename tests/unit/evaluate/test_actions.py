"""Which bits a pattern of actions sets, in whichever order the services have their bits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evaluate.actions import ActionIndex
from audit.policy.wildcard import matches_action

ACTIONS = (
    "a4b:GetSkill",
    "ec2:DescribeVpcs",
    "ec2:RunInstances",
    "ec2-instance-connect:SendSSHPublicKey",
    "mechanicalturk:GetHIT",
    "mechanicalturk:SendBonus",
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:PutObject",
    "s3-object-lambda:GetObject",
    "zocalo:GetGroup",
)
INDEX = ActionIndex(reversed(ACTIONS))


def test_names_come_in_their_order_and_not_in_that_of_the_bits() -> None:
    assert tuple(INDEX.names(INDEX.everything)) == INDEX.actions == tuple(sorted(ACTIONS, key=str.lower))
    assert INDEX.bit("s3:GetObject") < INDEX.bit("a4b:GetSkill"), "a service that is often named has low bits"
    assert sum(INDEX.bit(action.upper()) for action in ACTIONS) == INDEX.everything
    assert INDEX.bit("s3:NoSuchAction") == 0
    assert not list(INDEX.names(0))


@pytest.mark.parametrize(
    "pattern", ["*", "**", "*:*", "s3:*", "S3:get*", "s3*:GetObject", "s3*", "ec2*:*", "?3:*", "*:Get*", "s3:", "", ":"]
)
def test_a_pattern_takes_in_what_it_matches(pattern: str) -> None:
    _check(pattern)


@given(
    st.text("aeGOst3c2:*?-", max_size=8) | st.from_regex(re.compile(r"(s3|ec2|s\*|\*)(:|\*:)[GPD*?]\w{0,3}\*?", re.A))
)
def test_any_pattern_takes_in_what_it_matches(pattern: str) -> None:
    _check(pattern)


def _check(pattern: str) -> None:
    wanted = [action for action in INDEX.actions if matches_action(pattern, action)]
    mask = INDEX.pattern_mask(pattern)
    assert (mask is None) == ((":" not in pattern and pattern.strip("*") != "") or pattern == "")
    assert list(INDEX.names(mask or 0)) == wanted
    found = INDEX.action_set([pattern, "s3:PutObject"])
    assert found is None or found.mask == (mask or 0) | INDEX.bit("s3:PutObject")
    assert (found is None) == (mask is None)
