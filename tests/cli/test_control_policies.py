"""Service control policies in every command that answers who may do what."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.evidence import account, allow, policy, user
from tests.cli.organized import FULL, organized
from tests.cli.process import mturk_audit

NO_PAY = {"Sid": "NoPay", "Effect": "Deny", "Action": "mechanicalturk:SendBonus", "Resource": "*"}
HOME = {"StringNotEquals": {"aws:PrincipalTag/Team": "Labeling"}}
TEAM_ONLY = {"Sid": "Team", "Effect": "Deny", "Action": "mechanicalturk:Delete*", "Resource": "*", "Condition": HOME}
DETAILS = account(
    user("payer", policy(allow("mechanicalturk:SendBonus", "mechanicalturk:GetHIT", "mechanicalturk:DeleteHIT"))),
    user("none", policy(allow("s3:*"))),
)


@pytest.fixture
def guarded(tmp_path: Path) -> Path:
    """SCPs that deny SendBonus to all, and deletions to those without a tag."""
    return organized(tmp_path / "guarded", DETAILS, FULL, policy(NO_PAY, TEAM_ONLY))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """An SCP that allows nothing but S3."""
    return organized(tmp_path / "listed", DETAILS, policy(allow("s3:*")))


def actions(evidence: Path) -> dict[str, dict[str, str]]:
    ended = mturk_audit("entitlements", evidence, "--format", "csv")
    return {row["action"]: row for row in csv.DictReader(io.StringIO(ended.out, newline=""))}


def test_what_they_deny_is_no_entitlement(guarded: Path, listed: Path) -> None:
    # The user has no tags at all, so that the Deny on deletions always holds.
    assert set(actions(guarded)) == {"mechanicalturk:GetHIT"}
    assert actions(listed) == {}
    assert mturk_audit("entitlements", guarded, "--format", "count").out.startswith("allow 1\n")


def test_the_management_account_is_exempt(tmp_path: Path) -> None:
    evidence = organized(tmp_path / "management", DETAILS, policy(NO_PAY), management_account_id="111122223333")
    assert len(actions(evidence)) == 3
    told = mturk_audit("explain", evidence, "payer", "SendBonus").out
    assert "No service control policy bounds it: the management account is exempt." in told


def test_explain_shows_the_statement_with_its_lines(guarded: Path) -> None:
    ended = mturk_audit("explain", guarded, "payer", "SendBonus")
    assert ended.code == 0
    assert "not allowed: a statement denies it (explicit deny)" in ended.out
    assert "blocked by: service control policy" in ended.out
    assert "service control policy guard-2 at account 111122223333 (arn:aws:organizations::" in ended.out
    assert "* statement 1 (NoPay), Deny: denies it" in ended.out
    assert '"Sid": "NoPay"' in ended.out
    told = json.loads(mturk_audit("explain", guarded, "payer", "SendBonus", "--format", "json").out)
    assert told["blocked_by"] == ["service control policy"]


def test_explain_says_that_no_policy_of_a_level_allows(listed: Path) -> None:
    told = mturk_audit("explain", listed, "payer", "SendBonus").out
    assert "not allowed: no service control policy allows it (implicit deny)" in told


def test_who_can_shows_from_whom_they_take_it(guarded: Path, listed: Path) -> None:
    (row,) = json.loads(mturk_audit("who-can", guarded, "SendBonus", "--format", "json").out)
    assert row["principal_arn"].endswith("user/payer")
    assert row["verdict"] == "explicit_deny"
    assert row["taken_away_by"] == ["SCP guard-2 at account 111122223333, statement NoPay"]
    ended = mturk_audit("who-can", listed, "SendBonus")
    assert "no SCP at account 111122223333 allows it" in " ".join(ended.out.split())
    assert "0 of 2 users, groups and roles may use it" in ended.err
    assert "service control policies take it away from 1 more" in ended.err


def test_rightsize_keeps_what_they_leave_and_denies_what_they_refuse(guarded: Path) -> None:
    told = json.loads(mturk_audit("rightsize", guarded, "payer", "--keep-none", "--format", "json").out)
    assert [one["action"] for one in told["removed"]] == ["mechanicalturk:GetHIT"]
    assert told["proof"]["removed"] == 1
    assert "were evaluated too" in told["control"]


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    unknown = organized(tmp_path / "unknown", DETAILS, policy(NO_PAY), nodes=None)
    assert len(actions(unknown)) == 3
    said = "The organization's tree was not to be read: service control policies are unknown"
    assert said in mturk_audit("explain", unknown, "payer", "SendBonus").out
    assert said in mturk_audit("who-can", unknown, "SendBonus").err
    report = tmp_path / "report"
    mturk_audit("report", unknown, "--format", "json", "--out", report)
    rows = json.loads((report / "report.json").read_text())["coverage"]
    (row,) = [row for row in rows if row["part"] == "service control policies"]
    assert row["state"] == "not collected"
    assert "upper bound" in row["detail"]
