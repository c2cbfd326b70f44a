"""The frameworks' requirements that findings refer to."""

from __future__ import annotations

from collections import defaultdict

import pytest

from audit.catalog.controls import controls_on, load_controls
from audit.model.finding import Control


def test_the_frameworks_and_ids_are_the_ones_of_the_review() -> None:
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in load_controls():
        ids[entry.framework, entry.version].add(entry.id)
    assert ids == {
        ("SOC 2", "2017"): {"CC6.1", "CC6.2", "CC6.3"},
        ("ISO 27001", "2022"): {"A.5.3", "A.5.15", "A.5.16", "A.5.18", "A.8.2", "A.8.3"},
        ("NIST 800-53", "r5"): {"AC-2(j)", "AC-5", "AC-6", "AC-6(7)"},
        ("PCI DSS", "4.0.1"): {"7.2.4", "7.2.5.1"},
        ("CIS AWS", "v3"): {"1.16"},
        ("CIS AWS", "v4"): {"1.16"},
        ("CIS AWS", "v5"): {"1.15"},
        ("CIS AWS", "v6"): {"2.15"},
        ("CIS AWS", "v7"): {"2.14"},
    }


def test_every_requirement_has_a_title_and_bears_on_something() -> None:
    for entry in load_controls():
        assert entry.title
        assert entry.bears_on


def test_a_requirement_stands_once() -> None:
    controls = [entry.control for entry in load_controls()]
    assert len(set(controls)) == len(controls)


def test_controls_of_several_concerns_come_sorted_and_once() -> None:
    controls = controls_on("separation of duties", "least privilege")
    assert list(controls) == sorted(set(controls))
    assert Control("NIST 800-53", "r5", "AC-5") in controls
    assert Control("NIST 800-53", "r5", "AC-6") in controls


def test_a_concern_that_no_control_has_is_an_error() -> None:
    with pytest.raises(KeyError, match="tidiness"):
        controls_on("tidiness")
