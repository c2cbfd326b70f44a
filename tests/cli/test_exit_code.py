"""Exit codes: what a script may rely on."""

from __future__ import annotations

import pytest

from audit.cli.exit_code import ExitCode, of_gaps
from audit.model.snapshot import Gap, GapReason


def _gap(reason: GapReason) -> Gap:
    return Gap(account_id="111122223333", source="mturk:ListHITs", reason=reason, detail="It is missing.")


def test_codes_do_not_change() -> None:
    """Scripts hold them."""
    assert {code.name: int(code) for code in ExitCode} == {
        "CLEAN": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "INCOMPLETE": 3,
        "DEFECT": 70,
        "INTERRUPTED": 130,
        "READER_GONE": 141,
    }


@pytest.mark.parametrize("reason", GapReason)
def test_any_gap_makes_incomplete(reason: GapReason) -> None:
    """Also one that nobody can fill: a closed service did not say that nothing was paid."""
    assert of_gaps((_gap(reason),)) == ExitCode.INCOMPLETE


def test_no_gap_is_clean() -> None:
    assert of_gaps(()) == ExitCode.CLEAN
