"""`who-can`: everybody who may use one privilege, and how they come by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.evidence import account, allow, policy, saved, user
from tests.cli.process import mturk_audit

FROM_OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    return saved(
        tmp_path,
        account(
            user("payer", policy(allow("mechanicalturk:SendBonus"))),
            user("careful", policy(allow("mechanicalturk:Send*", Condition=FROM_OFFICE))),
            user("reader", policy(allow("mechanicalturk:List*"))),
        ),
    )


def test_it_lists_holders_with_verdict_way_and_condition(evidence: Path) -> None:
    ended = mturk_audit("who-can", evidence, "SendBonus", "--format", "json")
    found = {row["principal_arn"].rpartition("/")[2]: row for row in json.loads(ended.out)}
    assert ended.code == 0
    assert set(found) == {"payer", "careful"}
    assert (found["payer"]["verdict"], found["payer"]["via"]) == ("allow", ["direct"])
    assert found["careful"]["verdict"] == "conditional"
    assert found["careful"]["conditions"] == ["only if aws:SourceIp is in 192.0.2.0/24"]


def test_the_table_holds_the_same_and_the_note_has_its_denominator(evidence: Path) -> None:
    ended = mturk_audit("who-can", evidence, "sendbonus")
    assert "user/payer" in ended.out
    assert "user/reader" not in ended.out
    assert "mechanicalturk:SendBonus: 2 of 3 users, groups and roles may use it" in ended.err


def test_nobody_is_an_empty_list(evidence: Path) -> None:
    ended = mturk_audit("who-can", evidence, "DeleteHIT", "--format", "json")
    assert (ended.code, json.loads(ended.out)) == (0, [])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("SendBonuss", "did you mean `SendBonus`?"),
        ("HIT", "fits 14 privileges"),
        ("GrantBonus", "today it is SendBonus"),
        ("s3:GetObject", "is no privilege of Amazon Mechanical Turk"),
    ],
)
def test_an_action_that_is_not_meant_by_one_privilege_is_refused(evidence: Path, typed: str, told: str) -> None:
    ended = mturk_audit("who-can", evidence, typed)
    assert ended.code == 2
    assert told in ended.err
    assert ended.err.count("\n") == 1
