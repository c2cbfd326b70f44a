"""PMapper's edges held against ours: a difference is explained by what the evaluation says of it, or stands out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import reach_agree
from benchmarks.reach_pairs import OurEdges
from benchmarks.reach_why import Reasons
from tests.rules.account import ACCOUNT, Json, allow
from tests.rules.reaching import arn, bounded_by, managed, role, trust, user

RESERVED = "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"
OTHER = "999988887777"
Edges = dict[tuple[str, str], list[tuple[str, str]]]
CAN = {"keys": "can create access keys to authenticate as", "trust": "can update the trust document to access"}


def reserved() -> Json:
    found = role("Admin", trust(arn("saml-provider/x"), kind="Federated"))
    return found | {"Arn": arn(RESERVED), "Path": "/aws-reserved/sso.amazonaws.com/"}


def account() -> Json:
    stranger = user("stranger")
    return {
        "UserDetailList": [
            user("writer", allow("iam:CreateAccessKey", "iam:UpdateAssumeRolePolicy")),
            user("plain"),
            user("bounded", allow("iam:CreateAccessKey"), **bounded_by("Nothing")),
            user("half", allow("iam:PassRole", "lambda:CreateFunction")),
            stranger | {"Arn": stranger["Arn"].replace(ACCOUNT, OTHER)},
        ],
        "GroupDetailList": [],
        "RoleDetailList": [
            role("Target", trust(arn("user/plain"))),
            role("Runner", trust("lambda.amazonaws.com", kind="Service")),
            reserved(),
        ],
        "Policies": [managed("Nothing", allow("s3:GetObject"))],
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "account.json"
    written.write_text(json.dumps(account()), encoding="utf-8")
    return written


@pytest.mark.parametrize(
    ("source", "end", "kind", "words", "why"),
    [
        ("user/writer", "user/plain", "IAM", CAN["keys"], ""),
        ("user/writer", RESERVED, "IAM", CAN["trust"], "AWS keeps service-linked roles"),
        (
            "user/bounded",
            "user/plain",
            "IAM",
            CAN["keys"],
            "iam:CreateAccessKey is implicit_deny: permissions",
        ),
        ("user/half", "role/Target", "AssumeRole", "", "sts:AssumeRole is implicit_deny: resource-based policy"),
        ("user/plain", "role/Target", "AssumeRole", "", ""),
        ("user/half", "role/Runner", "Lambda", "", "no way through the service is complete: lambda:"),
        ("user/nobody", "role/Runner", "Lambda", "", "one of them is no principal"),
    ],
)
def test_a_reason_is_what_the_evaluation_says(
    file: Path, source: str, end: str, kind: str, words: str, why: str
) -> None:
    found = Reasons(OurEdges(file).book).why_not(arn(source), arn(end), kind, words)
    assert found.startswith(why) if why else found == ""


def test_principals_of_another_account_are_told_apart(file: Path) -> None:
    ours = OurEdges(file)
    stranger = f"arn:aws:iam::{OTHER}:user/stranger"
    assert (arn("user/writer"), stranger) not in ours.pairs
    assert "belongs to another" in Reasons(ours.book).why_not(arn("user/writer"), stranger, "IAM", CAN["keys"])


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> Edges:
    """PMapper's answer, to be filled in."""
    found: Edges = {}
    monkeypatch.setattr(reach_agree, "install", lambda *_: Path())
    monkeypatch.setattr(reach_agree, "_theirs", lambda *_: found)
    return found


def test_the_table_counts_what_is_ours_and_what_explains_the_rest(file: Path, tmp_path: Path, theirs: Edges) -> None:
    theirs[arn("user/writer"), arn("user/plain")] = [("IAM", CAN["keys"])]
    theirs[arn("user/writer"), arn(RESERVED)] = [("IAM", CAN["trust"])]
    rows, explained = reach_agree.told({"small": file}, tmp_path)
    assert explained
    assert rows[2].split()[:7] == ["small", "8", "2", "2", "1", "1", "0"]
    assert any("1 by IAM are none: AWS keeps" in row for row in rows)


def test_an_edge_that_nothing_explains_fails_the_comparison(
    file: Path,
    tmp_path: Path,
    theirs: Edges,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs[arn("user/plain"), arn("role/Target")] = [("AssumeRole", "can access via sts:AssumeRole")]
    assert reach_agree.told({"small": file}, tmp_path)[1]
    monkeypatch.setattr(OurEdges, "__init__", _without_pairs(OurEdges.__init__))
    rows, explained = reach_agree.told({"small": file}, tmp_path)
    assert not explained
    assert any(row.strip().startswith("UNEXPLAINED in small") for row in rows)


def _without_pairs(made: object) -> object:
    def init(self: OurEdges, path: Path) -> None:
        made(self, path)  # type: ignore[operator]  # the method as it was
        self.pairs = frozenset()

    return init
