"""`path` and `who-can --reach`: how one becomes another, and who comes to a privilege."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.process import mturk_audit
from tests.rules.reaching import PARTNER, arn, details


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reach") / "account.json"
    path.write_text(json.dumps(details()), encoding="utf-8")
    return path


def test_it_shows_each_step_with_its_statement(evidence: Path) -> None:
    ended = mturk_audit("path", evidence, "ann", "Second")
    assert ended.code == 0
    assert "way 1 of 1, in 2 steps" in ended.out
    assert f"because of trust policy of Bridge of {arn('role/Bridge')}, statement 1" in ended.out


def test_json_is_a_list_of_ways_each_a_list_of_steps(evidence: Path) -> None:
    (way,) = json.loads(mturk_audit("path", evidence, "hal", "Runner", "--format", "json").out)
    assert [(step["target"], step["technique"]) for step in way] == [(arn("role/Runner"), "passrole-lambda-invoke")]


def test_whoever_a_trust_policy_names_can_be_the_start(evidence: Path) -> None:
    (way,) = json.loads(mturk_audit("path", evidence, PARTNER, "Vendor", "--format", "json").out)
    assert [step["source"] for step in way] == [PARTNER]


def test_no_way_is_said_and_is_an_empty_list(evidence: Path) -> None:
    ended = mturk_audit("path", evidence, "bob", "Payer", "--format", "json")
    assert (ended.code, json.loads(ended.out)) == (0, [])
    assert "no way leads from" in ended.err


def test_who_can_lists_also_who_comes_to_it(evidence: Path) -> None:
    rows = json.loads(mturk_audit("who-can", evidence, "SendBonus", "--reach", "--format", "json").out)
    found = {row["principal_arn"]: row for row in rows}
    assert found[arn("role/Payer")]["via"] == ["direct"]
    coming = found[arn("role/Bridge")]
    assert (coming["verdict"], coming["via"]) == ("allow", [f"{arn('role/Second')} by sts:AssumeRole"])
    assert found["*"]["principal_type"] == "outside"
    assert arn("user/bob") not in found
