"""Following the recommendations on the example company: evaluated again from nothing, the reach has ended."""

from __future__ import annotations

import pytest

from audit.model.privilege import Severity
from audit.model.reach import ReachCut
from audit.rules import entrance_from_outside, escalation_to_money, reaches_money_through_roles
from tests.demo.company_worlds import Coming, findings_of_company, reach_of_company, worlds
from tests.property.reach_removal import cut_off, reaching, without

RULES = (entrance_from_outside, escalation_to_money, reaches_money_through_roles)
CUTS = reach_of_company().cuts
SAMPLE = tuple(cut for place, cut in enumerate(CUTS) if place % 12 == 0 or len(cut.statements) > 2)


def name(cut: ReachCut) -> str:
    return cut.starts[0].rpartition("/")[2][-24:]


def ends_and_is_minimal(cut: ReachCut) -> None:
    ended = Coming(without(worlds(), cut.statements))
    assert [start for start in cut.starts if ended.comes(start)] == []
    for spared in cut.statements if len(cut.statements) > 1 else ():
        left = Coming(without(worlds(), [one for one in cut.statements if one != spared]))
        assert [start for start in cut.starts if not left.comes(start)] == [], spared.label


def test_everybody_who_comes_to_pay_is_in_a_cut() -> None:
    reach = reach_of_company()
    assert sorted(cut_off(reach)) == sorted(reaching(reach))
    assert (reach.cuts_not_sought, reach.cuts_not_found) == ((), ())
    found = Coming(worlds())
    assert [start for cut in CUTS for start in cut.starts if not found.comes(start)] == []


@pytest.mark.parametrize("cut", SAMPLE, ids=name)
def test_without_its_statements_the_reach_ends_and_with_any_of_them_it_does_not(cut: ReachCut) -> None:
    ends_and_is_minimal(cut)


@pytest.mark.long
@pytest.mark.parametrize("cut", CUTS, ids=name)
def test_without_the_statements_of_every_cut_its_reach_ends(cut: ReachCut) -> None:
    ends_and_is_minimal(cut)


def test_every_critical_finding_about_reach_says_what_ends_it() -> None:
    starts = set(cut_off(reach_of_company()))
    found = [one for one in findings_of_company(RULES) if one.severity is Severity.CRITICAL]
    assert {finding.rule for finding in found} == {rule.INFO.id for rule in RULES}
    for finding in found:
        outside = dict(finding.identity).get("outside")
        assert ({outside} if outside else {*finding.subjects}) <= starts
        assert [words for words in finding.considered if words.startswith("Removing ")], finding.title
