"""Answers as CSV and from the page, and what is refused of them: held to the evidence and to other reviewers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from audit.model.error import InputError
from audit.model.result import AuditResult
from audit.model.review import Choice, DecisionState
from audit.review.answers import AnswerFile
from audit.review.check_answers import Terms
from audit.review.decisions import decision_rows
from audit.review.folder import ReviewFolder
from audit.review.read_excel import read_excel
from audit.review.sheet import (
    DECISION,
    HEADS,
    REVIEWER,
)
from audit.review.work_rows import By, work_rows
from audit.review.worksheet_csv import read_csv, write_csv
from audit.review.worksheet_json import read_json, write_json
from tests.unit.evaluate.accounts import arn
from tests.unit.review.applying import APPLIED, NOTHING, applied, problems, reviewed_account
from tests.unit.review.audits import audited, snapshot
from tests.unit.review.sheets import (
    KEPT,
    exported,
    filled,
    filled_csv,
)


@pytest.fixture(scope="module")
def result() -> AuditResult:
    return audited(snapshot(reviewed_account()))


@pytest.fixture(scope="module")
def sheet_bytes(result: AuditResult) -> bytes:
    return exported(result)


@pytest.mark.parametrize("save", ["commas", "semicolons", "utf-16", "no mark"])
def test_csv_comes_back_as_spreadsheets_save_it(save: str, result: AuditResult) -> None:
    raw = write_csv(work_rows(result, By.ENTITLEMENT), "2026-Q3", result.header.input_sha256)
    text = filled_csv(raw, ";" if save == "semicolons" else ",").decode()
    encoded = text.encode("utf-16" if save == "utf-16" else "utf-8" if save == "no mark" else "utf-8-sig")
    assert len(applied(result, read_csv("d.csv", encoded))) == 3


def test_csv_of_another_encoding_or_form_is_one_sentence() -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        read_csv("d.csv", b"Princip\xe4l,Decision\r\n")
    with pytest.raises(InputError, match="has no column"):
        read_csv("d.csv", b"")
    with pytest.raises(InputError, match="no CSV"):
        read_csv("d.csv", ",".join(HEADS).encode() + b'\r\n"a"b,c\r\n')


def _entries(result: AuditResult, **fields: str) -> dict[str, Any]:
    raw = write_json(work_rows(result, By.ENTITLEMENT), "2026-Q3", result.header.input_sha256)
    content: dict[str, Any] = msgspec.json.decode(raw)
    given = {"choice": "keep", "reviewer": "rita", "decided_on": "2026-10-06"} | fields
    for entry in content["decisions"]:
        entry.update(given)
    return content


def _from_json(content: object) -> AnswerFile:
    return read_json("decisions.json", msgspec.json.encode(content))


def test_what_the_page_saves_is_taken(result: AuditResult) -> None:
    assert len(applied(result, _from_json(_entries(result)))) == 3
    (finding,) = [
        each for each in result.findings if each.rule == "can-pay-money" and each.subjects == (arn("role", "payroll"),)
    ]
    content = _entries(result, choice="exception", justification="EX-7", fingerprint=finding.fingerprint)
    content["decisions"] = [entry for entry in content["decisions"] if entry["unique_id"] == "AROAPAYROLL"]
    (decision,) = applied(result, _from_json(content))
    assert (decision.fingerprint, decision.choice) == (finding.fingerprint, Choice.EXCEPTION)


WRONG_ENTRIES = {
    "unknown id": ({"unique_id": "AROANOBODY"}, "there is no principal with the unique id `AROANOBODY`"),
    "another arn": ({"principal_arn": arn("role", "boss")}, "and not `arn:aws:iam::111122223333:role/boss`"),
    "not held": ({"actions": ["mechanicalturk:DeleteHIT"]}, "does not hold `mechanicalturk:DeleteHIT`"),
    "nothing": ({"actions": []}, "it names no privilege"),
    "no finding": ({"fingerprint": "f" * 32}, "there is no finding"),
}


@pytest.mark.parametrize("case", WRONG_ENTRIES)
def test_entries_are_held_to_the_evidence(case: str, result: AuditResult) -> None:
    changes, told = WRONG_ENTRIES[case]
    content = _entries(result)
    content["decisions"][0].update(changes)
    found = problems(result, _from_json(content))
    assert [problem for problem in found if problem.startswith("decision 1:") and told in problem], found


def test_json_of_another_form_is_one_sentence() -> None:
    for raw in (b"{}", b"[", b'{"schema": 1}', b"\xff"):
        with pytest.raises(InputError, match="no decisions file"):
            read_json("decisions.json", raw)
    other = {"schema": "mturk-audit/decisions/9", "evidence_sha256": "", "quarter": "", "decisions": []}
    with pytest.raises(InputError, match="decisions/9"):
        _from_json(other)


def test_reviewers_who_disagree_are_named_and_one_may_overrule(result: AuditResult, sheet_bytes: bytes) -> None:
    kept = applied(result, read_excel("d.xlsx", filled(sheet_bytes)))
    present = ReviewFolder(name="review", decisions=kept)
    other = read_excel("d.xlsx", filled(sheet_bytes, {**KEPT, DECISION: "revoke", REVIEWER: "bob"}))
    found = problems(result, other, present)
    assert len(found) == 3
    assert found[0].startswith("row 2: `bob` decided revoke on ")
    assert "and `rita` keep (on record)" in found[0]
    assert len(applied(result, other, present, Terms(applied_at=APPLIED, overrule=True))) == 3
    own = read_excel("d.xlsx", filled(sheet_bytes, {**KEPT, DECISION: "revoke", REVIEWER: "Rita@example.com"}))
    assert len(applied(result, own, present)) == 3


def test_two_reviewers_in_one_file_must_agree(result: AuditResult) -> None:
    content = _entries(result)
    content["decisions"] += [
        {**entry, "reviewer": "bob", "choice": "revoke", "justification": "x"} for entry in content["decisions"]
    ]
    found = problems(result, _from_json(content))
    assert len(found) == 3
    assert "decision 4: `bob` decided revoke" in found[0]
    assert "`rita` keep (decision 1)" in found[0]


def test_decisions_of_oneself_are_taken_only_on_request(result: AuditResult, sheet_bytes: bytes) -> None:
    file = read_excel("d.xlsx", filled(sheet_bytes, {**KEPT, REVIEWER: "maria.keller"}))
    assert len(problems(result, file)) == 2
    assert len(applied(result, file, NOTHING, Terms(applied_at=APPLIED, self_review=True))) == 3


def test_a_saved_file_without_a_window_is_known_by_its_hash(result: AuditResult) -> None:
    """A report may have been asked about a window that the evidence itself does not tell."""
    bare = msgspec.structs.replace(result, header=msgspec.structs.replace(result.header, window=None))
    content = _entries(bare)
    assert content["quarter"] == "2026-Q3"
    (first, *_) = applied(bare, _from_json(content))
    assert first.quarter == "2026-10-05"
    assert {row.state for row in decision_rows(result, [first])} == {DecisionState.CURRENT}
    other = {**content, "evidence_sha256": "f" * 64}
    assert len(problems(bare, _from_json(other))) == 3
