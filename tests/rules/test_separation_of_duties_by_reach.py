"""Duties are counted over what one can become; who has both at once is another rule's."""

from __future__ import annotations

from tests.rules.reaching import found, subjects

RULE = "separation-of-duties-by-reach"


def test_one_side_held_and_the_other_in_reach_is_found() -> None:
    assert subjects(RULE) == {"user/fay"}
    (finding,) = found(RULE)
    assert "role/Reviewer" in finding.title
    assert dict(finding.facts)["holds itself"] == "CreateHIT"
