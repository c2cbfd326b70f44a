"""Wildcards of actions and resources.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

import pytest

from audit.policy.wildcard import is_everything, matches, matches_action

ACTIONS = (
    ("mechanicalturk:SendBonus", "mechanicalturk:SendBonus", True),
    ("MECHANICALTURK:sendbonus", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:Send*", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:Send?onus", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:SendBonus?", "mechanicalturk:SendBonus", False),
    ("mechanicalturk:SendBonus*", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:Send", "mechanicalturk:SendBonus", False),
    ("mechanicalturk:*Bonus", "mechanicalturk:SendBonus", True),
    ("mechanical*:SendBonus", "mechanicalturk:SendBonus", True),
    ("*:SendBonus", "mechanicalturk:SendBonus", True),
    ("*:*", "mechanicalturk:SendBonus", True),
    ("*", "mechanicalturk:SendBonus", True),
    ("**", "mechanicalturk:SendBonus", True),
    ("mechanicalturk*", "mechanicalturk:SendBonus", False),
    ("*SendBonus", "mechanicalturk:SendBonus", False),
    ("s3:*", "mechanicalturk:SendBonus", False),
    ("mechanicalturk.SendBonus", "mechanicalturk:SendBonus", False),
    ("", "mechanicalturk:SendBonus", False),
)
"""(pattern, action, whether it is taken in)."""

EVERYTHING = (("*", True), ("***", True), ("", False), ("*:*", False), ("?", False), ("a*", False), ("*a", False))

RESOURCES = (
    ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", True),
    ("arn:aws:s3:::b/*", "arn:aws:s3:::B/x", False),
    ("arn:aws:s3:::b?", "arn:aws:s3:::bc", True),
    ("arn:aws:s3:::b?", "arn:aws:s3:::b", False),
    ("*", "", True),
    ("a+b", "aab", False),
)


@pytest.mark.parametrize(("pattern", "action", "taken"), ACTIONS)
def test_action_patterns_have_no_case_and_need_the_service(pattern: str, action: str, taken: bool) -> None:
    assert matches_action(pattern, action) is taken


@pytest.mark.parametrize(("pattern", "everything"), EVERYTHING)
def test_everything_is_stars_alone(pattern: str, everything: bool) -> None:
    assert is_everything(pattern) is everything


@pytest.mark.parametrize(("pattern", "text", "taken"), RESOURCES)
def test_resources_match_with_case(pattern: str, text: str, taken: bool) -> None:
    assert matches(pattern, text) is taken
