"""The decision agrees with every case; each line of the data files is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from audit.model.entitlement import Verdict
from audit.policy.case import Case, case_known, case_policies, case_question, case_request, decode_case
from audit.policy.decision import decide
from audit.policy.open_decision import decide_open

DATA = Path(__file__).parent / "data"
EXPECTED_CASES = {"subtle-handwritten.jsonl": 43, "principals-handwritten.jsonl": 28, "mturk-generated.jsonl": 796}


def cases(name: str) -> list[Case]:
    return [decode_case(line) for line in (DATA / name).read_bytes().splitlines()]


ALL = [case for name in EXPECTED_CASES for case in cases(name)]


@pytest.mark.parametrize("name", sorted(EXPECTED_CASES))
def test_no_case_is_lost(name: str) -> None:
    found = cases(name)
    assert len(found) == EXPECTED_CASES[name]
    assert len({case.id for case in found}) == len(found)


@pytest.mark.parametrize("name", [name for name in EXPECTED_CASES if "handwritten" in name])
def test_every_handwritten_case_cites_its_page(name: str) -> None:
    assert all((case.cites or "").startswith("https://docs.aws.amazon.com/") for case in cases(name))


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_the_decision_is_the_expected_one(case: Case) -> None:
    assert case.expected is not None
    assert decide(case_request(case), case_policies(case)).verdict == case.expected.verdict


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_the_open_question_holds_for_the_request_of_the_case(case: Case) -> None:
    """What is answered for every request must hold for the one request that the case has."""
    assert case.expected is not None
    open_case = msgspec.structs.replace(case, request=msgspec.structs.replace(case.request, context=None))
    known = case_known(open_case, None)
    context = case_request(case).context
    if any(context.get(key, value) != value for key, value in known.values) or any(
        key not in context for key in ("aws:requestedregion", "aws:principalarn")
    ):
        # The case's request is none that this principal can make of this service.
        return
    answer = decide_open(case_question(open_case), case_policies(case), known)
    assert answer.decided
    if case.expected.verdict is Verdict.ALLOW:
        assert answer.verdict in (Verdict.ALLOW, Verdict.CONDITIONAL)
    else:
        assert answer.verdict is not Verdict.ALLOW


def conditional_answers() -> Iterator[tuple[Case, object]]:
    for case in ALL:
        answer = decide_open(case_question(case), case_policies(case), case_known(case, None))
        if answer.verdict is Verdict.CONDITIONAL:
            yield case, answer.witness


def test_every_witness_is_a_request_that_is_allowed() -> None:
    found = list(conditional_answers())
    assert len(found) > len(ALL) // 20
    for case, witness in found:
        assert isinstance(witness, dict)
        request = msgspec.structs.replace(case_request(case), context=witness)
        assert decide(request, case_policies(case)).verdict is Verdict.ALLOW
