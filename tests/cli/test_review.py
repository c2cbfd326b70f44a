"""A review from evidence to the sealed package, each command as a process of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.evidence import CLOSED, account, allow, policy, saved, user
from tests.cli.process import Ended, mturk_audit

BONUS = "mechanicalturk:SendBonus"
EXCEPTION = """
[[exception]]
id = "EX-7"
subject = "arn:aws:iam::111122223333:user/bob"
rule = "can-pay-money"
reason = "pays the last bonuses"
owner = "maria.keller"
approver = "finance"
ticket = "SEC-412"
created = 2026-11-01
expires = 2027-01-31
"""
AS_OF = ("--as-of", CLOSED)


class Review:
    """A folder in which a review is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence = saved(folder, account(user("bob", policy(allow(BONUS))), user("ann", policy(allow(BONUS)))))
        self.exceptions = folder / "exceptions.toml"
        self.exceptions.write_text(EXCEPTION)

    def run(self, *words: str | Path) -> Ended:
        return mturk_audit(*words, cwd=self.folder)

    def decide(self, **fields: str) -> Path:
        """Export the form, and fill in every entry."""
        path = self.folder / "decisions.json"
        exported = self.run("review", "export", self.evidence, "--out", path, "--force", *AS_OF)
        assert exported.code == 0, exported.err
        content = json.loads(path.read_text())
        today = datetime.now(UTC).date().isoformat()
        for entry in content["decisions"]:
            entry.update({"choice": "keep", "reviewer": "rita", "decided_on": today} | fields)
        path.write_text(json.dumps(content))
        return path

    def report(self, *words: str | Path) -> Ended:
        return self.run("report", self.evidence, "--out", "report", "--format", "json", *AS_OF, *words)


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


def test_a_review_from_evidence_to_the_sealed_package(review: Review) -> None:
    excepted = ("--exceptions", review.exceptions)
    in_folder = ("--review", "review")
    applied = review.run("review", "apply", review.decide(), review.evidence, *in_folder, *AS_OF)
    assert applied.code == 0, applied.err
    assert "2 of 2 rows are answered; 2 decisions are new" in applied.err
    status = review.run("review", "status", review.evidence, *in_folder, *excepted, *AS_OF, "--strict")
    assert status.code == 0, status.err
    assert status.out.startswith(
        "Of 2 entitlements: 2 keep, 0 modify, 0 revoke, 0 exception, 0 to be reaffirmed, 0 pending.\n"
        "Exceptions: 1 active.\nNOT SIGNED.\n"
    )
    signed = review.run(
        "review", "sign", review.evidence, *in_folder, *excepted, "--name", "Rita Brandt", "--title", "CFO"
    )
    assert signed.code == 0, signed.err
    reported = review.report(*in_folder, *excepted, "--baseline", review.evidence, "--strict")
    assert reported.code == 1
    report = json.loads((review.folder / "report" / "report.json").read_bytes())
    assert [row["state"] for row in report["signatures"]] == ["stated"]
    assert [row["state"] for row in report["exceptions"]] == ["active"]
    assert {row["state"] for row in report["decisions"]} == {"current"}
    assert {row["change"] for row in report["comparison"]["findings"]} == {"unchanged"}
    assert [each["kind"] for each in report["header"]["inputs"]] == [
        "evidence",
        "baseline",
        "exceptions",
        "decisions",
        "sign-off",
    ]
    sealed = review.run(
        "review", "seal", review.evidence, "--report", "report", *in_folder, *excepted, "--out", "q3.tar"
    )
    assert sealed.code == 0, sealed.err
    assert sealed.out == "q3.tar\n"
    verified = review.run("verify", "q3.tar")
    assert (verified.code, verified.out) == (0, "")
    package = review.folder / "q3.tar"
    whole = package.read_bytes()
    place = whole.index(b'"decided_on"') + 16
    package.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    broken = review.run("verify", "q3.tar")
    assert (broken.code, broken.out) == (5, "report/report.json: changed\n")


def test_a_file_with_a_problem_changes_nothing(review: Review) -> None:
    assert review.run("review", "apply", review.decide(), review.evidence, "--review", "review", *AS_OF).code == 0
    before = (review.folder / "review" / "decisions.jsonl").read_bytes()
    path = review.decide(choice="revoke")
    ended = review.run("review", "apply", path, review.evidence, "--review", "review", *AS_OF)
    assert ended.code == 2
    assert "decision 1: the decision `revoke` needs a justification\n" in ended.err
    assert "decision 2: the decision `revoke` needs a justification\n" in ended.err
    assert "Traceback" not in ended.err
    assert (review.folder / "review" / "decisions.jsonl").read_bytes() == before


def test_strict_is_4_and_an_expired_exception_counts_again(review: Review) -> None:
    assert review.report("--strict", "--fail-on", "never").code == 4
    assert review.run("review", "apply", review.decide(), review.evidence, "--review", "review", *AS_OF).code == 0
    strict = ("--review", "review", "--strict", "--fail-on", "never")
    # A saved file is not about service control policies: that they are not known is said, and makes no 3.
    assert review.report(*strict, "--exceptions", review.exceptions).code == 0
    review.exceptions.write_text(EXCEPTION.replace("2027-01-31", "2026-11-20"))
    assert review.report(*strict, "--exceptions", review.exceptions).code == 4


def test_the_same_review_gives_the_same_bytes(review: Review) -> None:
    words = ("--exceptions", review.exceptions, "--baseline", review.evidence)
    assert review.report(*words).code == 1
    first = {path.name: path.read_bytes() for path in (review.folder / "report").iterdir()}
    assert review.report(*words).code == 1
    assert {path.name: path.read_bytes() for path in (review.folder / "report").iterdir()} == first


BAD = {
    "no such review": (("review", "status", "account.json", "--review", "none"), "`none` is no folder"),
    "no form": (("review", "export", "account.json", "--out", "x.ods"), "is of no form"),
    "there already": (("review", "export", "account.json", "--out", "account.json"), "is there already"),
    "no worksheet": (("review", "apply", "exceptions.toml", "account.json", "--review", "r"), "is of no form"),
    "no report": (
        ("review", "seal", "account.json", "--report", "none", "--review", "r", "--out", "x.tar"),
        "holds no report",
    ),
    "nothing to verify": (("verify", "account.json"), "no sealed package"),
    "no exceptions": (("report", "account.json", "--out", "o", "--exceptions", "none.toml"), "cannot be read"),
    "no baseline": (("report", "account.json", "--out", "o", "--baseline", "none"), "`none` does not exist"),
    "no chain": (("report", "account.json", "--out", "o", "--previous", "none"), "`none` does not exist"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence(case: str, review: Review) -> None:
    words, told = BAD[case]
    ended = review.run(*words)
    assert ended.code == 2
    assert told in ended.err
    assert "Traceback" not in ended.err
    assert {path.name for path in review.folder.iterdir()} == {"account.json", "exceptions.toml"}


def test_defaults_of_a_review_command_stand_in_a_table_of_their_own(review: Review) -> None:
    (review.folder / "audit.toml").write_text('[review.export]\nby = "cause"\n')
    assert review.run("review", "export", review.evidence, "--out", "d.csv", *AS_OF).code == 0
    assert ",C-" in (review.folder / "d.csv").read_text()
    (review.folder / "audit.toml").write_text('[review]\nby = "cause"\n')
    ended = review.run("review", "export", review.evidence, "--out", "d.csv", *AS_OF)
    assert ended.code == 2
    assert "there is no command `review.by`" in ended.err
