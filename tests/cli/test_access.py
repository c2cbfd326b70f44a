"""`access init` and `report --access`: proposed from use, held against what is, and refused in one sentence."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.evidence import ACCOUNT, CLOSED, account, allow, policy, saved, user
from tests.cli.process import mturk_audit
from tests.unit.cloudtrail.records import record
from tests.unit.cloudtrail.trail_files import log_file, put

DATA = ("--format", "json")


@pytest.fixture
def evidence(tmp_path: Path) -> tuple[Path, Path]:
    """Two users that may pay, and a trail in which one of them did."""
    pays = policy(allow("mechanicalturk:SendBonus", "mechanicalturk:ListHITs"))
    folder = tmp_path / "trail"
    arn = f"arn:aws:iam::{ACCOUNT}:user/ulla"
    who = {
        "type": "IAMUser",
        "principalId": "AIDAULLA",
        "arn": arn,
        "accountId": ACCOUNT,
        "userName": "ulla",
    }
    put(folder, "2026-07-02", log_file([record(userIdentity=who)]))
    return saved(tmp_path, account(user("ulla", pays), user("ivan", pays))), folder


def test_what_is_proposed_from_use_leaves_only_the_rest_outside(evidence: tuple[Path, Path], tmp_path: Path) -> None:
    file, trail = evidence
    asked = ("--cloudtrail", trail, "--since", "2026-07-01", "--until", "2026-07-04", "--as-of", CLOSED)
    model = tmp_path / "access.toml"
    proposed = mturk_audit("access", "init", file, "--out", model, *asked)
    assert proposed.code == 3, proposed.err
    assert proposed.out == f"{model}\n"
    (entry,) = tomllib.loads(model.read_text())["access"]
    assert entry["privileges"] == ["SendBonus"]
    assert entry["principals"] == [f"arn:aws:iam::{ACCOUNT}:user/ulla"]
    again = mturk_audit("access", "init", file, "--out", model, *asked)
    assert (again.code, "is there already" in again.err) == (2, True)

    ended = mturk_audit("report", file, "--out", tmp_path / "out", "--access", model, *asked, *DATA)
    assert ended.code == 1, ended.err
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    outside = [finding for finding in report["findings"] if finding["rule"] == "outside-access-model"]
    assert {(subject, tuple(finding["privileges"])) for finding in outside for subject in finding["subjects"]} == {
        (f"arn:aws:iam::{ACCOUNT}:user/ivan", ("mechanicalturk:ListHITs", "mechanicalturk:SendBonus")),
        (f"arn:aws:iam::{ACCOUNT}:user/ulla", ("mechanicalturk:ListHITs",)),
    }
    assert "--access access.toml" in report["header"]["command"]
    assert ("access model", "access.toml") in {(each["kind"], each["name"]) for each in report["header"]["inputs"]}


def test_where_nobody_is_seen_nothing_is_proposed(evidence: tuple[Path, Path], tmp_path: Path) -> None:
    file, _ = evidence
    ended = mturk_audit("access", "init", file, "--out", tmp_path / "access.toml")
    assert ended.code == 2
    assert "names nobody as having used a privilege" in ended.err
    assert not (tmp_path / "access.toml").exists()


def test_a_model_that_is_wrong_stops_the_report_with_one_sentence(evidence: tuple[Path, Path], tmp_path: Path) -> None:
    file, _ = evidence
    model = tmp_path / "access.toml"
    model.write_text("[[access]]\nid = 'x'\nwho = 'ulla'\n")
    ended = mturk_audit("report", file, "--out", tmp_path / "out", "--access", model, *DATA)
    assert ended.code == 2
    assert "has the key `who`, which is not known" in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out").exists()
