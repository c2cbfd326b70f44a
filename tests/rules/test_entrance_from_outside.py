"""Who comes in from outside is judged by where it leads and by how wide the way is."""

from __future__ import annotations

import pytest

from audit.model.privilege import Severity
from tests.rules.reaching import GITHUB, PARTNER, STRANGER, found, subjects

RULE = "entrance-from-outside"


def test_roles_that_let_somebody_in_from_outside_are_named_and_no_others() -> None:
    assert subjects(RULE) == {"role/Vendor", "role/Door", "role/Quiet", "role/Ci"}


@pytest.mark.parametrize(
    ("outside", "severity", "words"),
    [
        (PARTNER, Severity.CRITICAL, "It is known to this audit by name."),
        (STRANGER, Severity.LOW, "No ExternalId"),
        ("*", Severity.CRITICAL, "Shortest way"),
        (GITHUB, Severity.CRITICAL, "Any repository of the owner example"),
    ],
)
def test_who_can_pay_from_outside_is_critical_and_what_is_too_wide_is_said(
    outside: str, severity: Severity, words: str
) -> None:
    (finding,) = [each for each in found(RULE) if dict(each.facts)["outside"] == outside]
    assert finding.severity is severity
    assert any(words in each for each in finding.considered)


def test_a_partner_is_named_as_the_settings_name_it() -> None:
    (finding,) = [each for each in found(RULE) if dict(each.facts)["outside"] == PARTNER]
    assert "payroll vendor" in finding.title
