"""The list of what is to be kept, as people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.evaluate.rightsize_wanted import read_wanted, wanted_actions
from audit.model.error import InputError
from tests.unit.evaluate.accounts import full
from tests.unit.evaluate.rightsizing import NAMES, PROFILE


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SendBonus", ["SendBonus"]),
        ("mechanicalturk:SendBonus", ["SendBonus"]),
        ("MechanicalTurk:sendbonus", ["SendBonus"]),
        ("*Bonus", ["SendBonus"]),
        ("mechanicalturk:Send*", ["SendBonus", "SendTestEventNotification"]),
        ("?etHIT", ["GetHIT"]),
        ("*", NAMES),
    ],
)
def test_privileges_are_named_or_fitted(text: str, names: list[str]) -> None:
    assert wanted_actions([text], PROFILE) == frozenset(full(*names))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("GrantBonus", "is a retired name, which grants and denies nothing; today it is SendBonus"),
        ("mechanicalturk:grantbonus", "today it is SendBonus"),
        ("s3:GetObject", "is no privilege of Amazon Mechanical Turk"),
        ("s3:*", "fits no privilege"),
        ("Fetch*", "fits no privilege"),
        ("SendBonuss", "did you mean `SendBonus`"),
        ("Assignment", "give one in full"),
    ],
)
def test_anything_else_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match="`") as raised:
        wanted_actions(["ListHITs", text], PROFILE)
    assert told in str(raised.value)


def test_a_file_holds_one_a_line_and_remarks(tmp_path: Path) -> None:
    path = tmp_path / "keep.txt"
    path.write_bytes("\ufeff# what payroll needs\r\n\nSendBonus   # every Friday\n  List*\n#GetHIT\n".encode())
    assert read_wanted(path) == ["SendBonus", "List*"]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keep.txt"
    path.write_bytes(b"\xff\xfe\x00S")
    with pytest.raises(InputError, match="is not text"):
        read_wanted(path)


def test_a_file_that_names_nothing_is_not_taken_for_a_wish_to_keep_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keep.txt"
    path.write_text("# SendBonus\n\n")
    with pytest.raises(InputError, match="names no action"):
        read_wanted(path)
