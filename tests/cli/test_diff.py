"""`mturk-audit diff` as a process."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.evidence import CLOSED, account, allow, policy, saved, user
from tests.cli.process import mturk_audit

PAYS = policy(allow("mechanicalturk:SendBonus"))


def test_it_tells_what_changed_and_why(tmp_path: Path) -> None:
    old = saved(tmp_path, account(user("maria"), user("bob", PAYS)), "old.json")
    new = saved(tmp_path, account(user("maria", PAYS), user("bob", PAYS)), "new.json")
    ended = mturk_audit("diff", old, new, "--as-of", CLOSED)
    assert ended.code == 1, ended.err
    assert ended.out.startswith("Findings against old.json (2026-11-23): ")
    assert "Privileges: 1 gained, 0 lost." in ended.out
    assert (
        "user/maria gained (allow): mechanicalturk:SendBonus\n    because: The inline policy policy-1 was written."
    ) in ended.out
    assert mturk_audit("diff", old, new, "--as-of", CLOSED, "--fail-on", "never").code == 0


def test_as_json_it_is_the_comparison(tmp_path: Path) -> None:
    old = saved(tmp_path, account(user("bob", PAYS)), "old.json")
    ended = mturk_audit("diff", old, old, "--as-of", CLOSED, "--format", "json", "--history", old)
    assert ended.code == 0, ended.err
    comparison = json.loads(ended.out)
    assert {finding["change"] for finding in comparison["findings"]} == {"unchanged"}
    assert comparison["notes"] == ["Both are the same evidence."]
    assert comparison["history"] == ["old.json"]


def test_hostile_names_do_not_reach_the_terminal(tmp_path: Path) -> None:
    old = saved(tmp_path, account(user("ann")), "old.json")
    new = saved(tmp_path, account(user("ann"), user("evil\x1b[31m", PAYS)), "new.json")
    ended = mturk_audit("diff", old, new, "--as-of", CLOSED)
    assert "\x1b" not in ended.out
    assert "evil\\x1b[31m" in ended.out


def test_a_side_that_is_not_there_is_named(tmp_path: Path) -> None:
    new = saved(tmp_path, account(user("ann")), "new.json")
    ended = mturk_audit("diff", tmp_path / "none", new)
    assert ended.code == 2
    assert "none` does not exist" in ended.err
