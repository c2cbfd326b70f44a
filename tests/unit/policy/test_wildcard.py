"""Wildcards of actions and resources.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from __future__ import annotations

import pytest

from audit.policy.wildcard import is_everything, matches, matches_action
from tests.unit.policy.patterns import ACTIONS, EVERYTHING, RESOURCES


@pytest.mark.parametrize(("pattern", "action", "taken"), ACTIONS)
def test_action_patterns_have_no_case_and_need_the_service(pattern: str, action: str, taken: bool) -> None:
    assert matches_action(pattern, action) is taken


@pytest.mark.parametrize(("pattern", "everything"), EVERYTHING)
def test_everything_is_stars_alone(pattern: str, everything: bool) -> None:
    assert is_everything(pattern) is everything


@pytest.mark.parametrize(("pattern", "text", "taken"), RESOURCES)
def test_resources_match_with_case(pattern: str, text: str, taken: bool) -> None:
    assert matches(pattern, text) is taken
