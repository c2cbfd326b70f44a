"""Who becomes a payer by assuming roles is named, with the shortest way."""

from __future__ import annotations

from audit.model.finding import Confidence
from tests.rules.reaching import arn, found, subjects

RULE = "reaches-money-through-roles"


def test_who_can_become_a_payer_is_named_and_nobody_else() -> None:
    assert subjects(RULE) == {"user/ann", "user/carl", "user/fay", "role/Bridge"}


def test_a_way_of_two_steps_is_one_finding_with_the_way_of_one_that_it_ends_with() -> None:
    (finding,) = [each for each in found(RULE) if "role/Second" in each.title]
    assert finding.subjects == (arn("role/Bridge"), arn("user/ann"))
    assert "in 1 to 2 steps" in finding.title
    assert (finding.causes[0].policy.owner_arn, finding.causes[0].index) == (arn("role/Second"), 0)
    assert any("user/ann becomes role/Bridge" in each for each in finding.considered)


def test_a_step_under_a_condition_makes_it_less_sure_and_is_named() -> None:
    (finding,) = [each for each in found(RULE) if "role/Payer" in each.title]
    assert finding.confidence is Confidence.MEDIUM
    assert any("aws:MultiFactorAuthPresent is true" in each for each in finding.considered)
