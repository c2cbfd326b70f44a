"""`review revoke` as a process: what it prints and writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.evidence import account, allow, policy, saved, user
from tests.cli.process import Ended
from tests.cli.test_review import AS_OF, BONUS, Review


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


def decided(review: Review, **fields: str) -> None:
    applied = review.run("review", "apply", review.decide(**fields), review.evidence, "--review", "review", *AS_OF)
    assert applied.code == 0, applied.err


def revoke(review: Review, *words: str | Path) -> Ended:
    return review.run("review", "revoke", review.evidence, "--review", "review", *AS_OF, *words)


def test_commands_go_to_standard_output_and_the_count_beside_it(review: Review) -> None:
    decided(review, choice="revoke", justification="nothing is paid any more")
    ended = revoke(review)
    assert ended.code == 0
    assert "  aws iam delete-user-policy --user-name ann --policy-name policy-1\n" in ended.out
    assert ended.err == (
        "2 decisions to carry out: 2 changes take 2 privileges away, proved by evaluating again; 0 without a change\n"
    )
    told = json.loads(revoke(review, "--format", "json").out)
    assert [step["kind"] for step in told["accounts"][0]["steps"]] == ["delete inline policy"] * 2
    assert {each["decided_on_sha256"] for each in told["decided"]} == {told["evidence_sha256"]}


def test_a_file_is_written_once_and_replaced_on_request(review: Review) -> None:
    decided(review, choice="revoke", justification="nothing is paid any more")
    written = revoke(review, "--format", "terraform", "--out", "revoke.tf")
    assert (written.code, written.out) == (0, "revoke.tf\n")
    content = (review.folder / "revoke.tf").read_text()
    assert 'resource "aws_iam_user_policies_exclusive"' in content
    refused = revoke(review, "--out", "revoke.tf")
    assert (refused.code, refused.out) == (2, "")
    assert "`revoke.tf` is there already" in refused.err
    assert (review.folder / "revoke.tf").read_text() == content
    assert revoke(review, "--out", "revoke.tf", "--force").code == 0
    assert (review.folder / "revoke.tf").read_text().startswith("#!/bin/sh\n")


def test_a_decision_without_a_change_makes_the_code_3(review: Review) -> None:
    decided(review, choice="modify", justification="make it smaller")
    ended = revoke(review)
    assert ended.code == 3
    assert "# NO CHANGE for arn:aws:iam::111122223333:user/ann: mechanicalturk:SendBonus\n" in ended.out
    assert "does not say what stays" in ended.out
    assert "\naws " not in ended.out


def test_a_hostile_policy_name_gets_no_command(review: Review) -> None:
    details = account(user("bob", policy(allow(BONUS))))
    details["UserDetailList"][0]["UserPolicyList"][0]["PolicyName"] = "x\n; touch pwned; \x1b[2J"
    review.evidence = saved(review.folder, details)
    decided(review, choice="revoke", justification="nothing is paid any more")
    ended = revoke(review)
    assert ended.code == 3
    assert "pwned" not in ended.out
    assert "\x1b" not in ended.out + ended.err


def test_without_a_folder_it_is_one_sentence(review: Review) -> None:
    ended = revoke(review)
    assert ended.code == 2
    assert "`review` is no folder" in ended.err
    assert "Traceback" not in ended.err
