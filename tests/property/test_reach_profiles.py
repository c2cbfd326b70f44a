"""Callers who are looked at once are alike: a profile's answer is that of each of its members by itself."""

from __future__ import annotations

from hypothesis import Phase, given, settings

from audit.evaluate.reach_caller import Callers
from audit.evaluate.reach_population import Population
from audit.evaluate.reach_profiles import Profiles
from tests.property.reach_worlds import populations

ACTIONS = ("sts:AssumeRole", "iam:PassRole")


@settings(max_examples=60, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(populations())
def test_a_profile_answers_of_every_target_what_each_of_its_members_does(population: Population) -> None:
    profiles = Profiles(ACTIONS)
    different = []
    for action in ACTIONS:
        alone, together = Callers(action, population.roles), Callers(action, population.roles)
        for actor in population.actors:
            one, shared = alone.of(actor), together.of_profile(profiles.of(actor))
            different += [
                (action, actor.arn, role.arn, one.on(role.id), shared.on(role.id))
                for role in population.actors
                if role.role is not None and one.on(role.id) != shared.on(role.id)
            ]
    assert different == []
