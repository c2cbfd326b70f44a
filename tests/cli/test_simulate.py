"""`simulate`: cases answered one by one, as a unit test of policies."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.process import COMMAND, environment, mturk_audit

DATA = Path(__file__).parents[1] / "cases" / "data"


def case(**members: Any) -> dict[str, Any]:
    request = {
        "principal": "arn:aws:iam::111122223333:role/mturk/Requester",
        "action": "mechanicalturk:SendBonus",
        "context": {},
    }
    return {"id": "one", "identity_policies": [], "request": request} | members


def document(effect: str = "Allow", **members: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "mechanicalturk:*", "Resource": "*"} | members
    return {"Version": "2012-10-17", "Statement": [statement]}


def simulate(tmp_path: Path, *cases: dict[str, Any], options: tuple[str, ...] = ()) -> tuple[int, list[Any], str]:
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in cases))
    ended = mturk_audit("simulate", file, *options)
    return ended.code, [json.loads(line) for line in ended.out.splitlines()], ended.err


def test_every_case_of_the_project_agrees() -> None:
    files = sorted(DATA.glob("*.jsonl"))
    cases = sum(len(file.read_bytes().splitlines()) for file in files)
    assert cases >= 867
    ended = mturk_audit("simulate", *files)
    assert ended.code == 0
    assert f"{cases} of {cases} cases with an expected verdict agree" in ended.err
    assert len(ended.out.splitlines()) == cases


def test_a_disagreement_is_named_and_gives_1(tmp_path: Path) -> None:
    code, answers, told = simulate(
        tmp_path, case(identity_policies=[document()], expected={"verdict": "implicit_deny"})
    )
    assert code == 1
    assert answers[0]["verdict"] == "allow"
    assert answers[0]["agrees"] is False
    assert "one: expected implicit_deny, got allow" in told


def test_an_open_context_is_answered_with_conditions_and_a_witness(tmp_path: Path) -> None:
    mcp = document(Condition={"Bool": {"aws:IsMcpServiceAction": "true"}})
    request = case()["request"] | {"context": None}
    _, (answer,), _ = simulate(tmp_path, case(identity_policies=[mcp], request=request))
    assert answer["verdict"] == "conditional"
    assert answer["conditions"] == ["only if aws:IsMcpServiceAction is true"]
    closed = case()["request"] | {"context": answer["witness"]}
    _, (again,), _ = simulate(tmp_path, case(identity_policies=[mcp], request=closed))
    assert again["verdict"] == "allow"


def test_an_allow_that_has_expired_is_no_grant(tmp_path: Path) -> None:
    until = document(Condition={"DateLessThan": {"aws:CurrentTime": "2026-06-30T00:00:00Z"}})
    request = case()["request"] | {"context": None}
    asked = case(identity_policies=[until], request=request)
    _, (before,), _ = simulate(tmp_path, asked, options=("--as-of", "2026-06-01"))
    _, (after,), _ = simulate(tmp_path, asked, options=("--as-of", "2026-07-01"))
    assert (before["verdict"], after["verdict"]) == ("conditional", "implicit_deny")


def test_what_cannot_be_evaluated_is_named_and_is_no_allow(tmp_path: Path) -> None:
    strange = document(Condition={"FakeOperator": {"aws:username": "x"}})
    open_request = case()["request"] | {"context": None}
    _, answers, _ = simulate(
        tmp_path,
        case(identity_policies=[strange]),
        case(identity_policies=[strange], request=open_request),
        case(identity_policies=[document(), document("Deny", Condition={"FakeOperator": {"aws:username": "x"}})]),
    )
    assert [answer["verdict"] for answer in answers] == ["implicit_deny", "conditional", "conditional"]
    assert all("unknown condition operator `FakeOperator`" in answer["problems"][0] for answer in answers)


def test_cases_come_from_standard_input_too() -> None:
    ended = subprocess.run(
        [*COMMAND, "simulate", "-"],
        input=json.dumps(case(identity_policies=[document()])).encode(),
        env=environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(ended.stdout)["verdict"] == "allow"


def test_a_line_that_is_no_case_is_refused_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(case()) + '\n{"id": 5}\n')
    ended = mturk_audit("simulate", file)
    assert ended.code == 2
    assert "line 2` is no case" in ended.err
    assert "Traceback" not in ended.err
