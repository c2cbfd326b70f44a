"""Laws of paging, on a scripted API without a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.collect.interface import Answer, ApiCall, CallError, Complaint, Failure
from audit.collect.paging import IAM, MTURK, Paging, mturk_complaint, pages
from audit.model.snapshot import GapReason

LIST_HITS = ApiCall(service="mturk", operation="ListHITs", permission="p", reason="r", how_often="o")
COMPLAINT = mturk_complaint("HITs", lambda row: None)


class ScriptedApi:
    """Answers by token; what the complaint refuses is a failed call."""

    def __init__(self, paging: Paging, answers: dict[str, Answer]) -> None:
        self.asked: list[str] = []
        self._paging = paging
        self._answers = answers

    def ask(self, call: ApiCall, complaint: Complaint, **parameters: object) -> Answer:
        token = str(parameters.get(self._paging.marker_parameter, ""))
        assert parameters[self._paging.size[0]] == self._paging.size[1]
        self.asked.append(token)
        answer = self._answers[token]
        wrong = complaint(answer)
        if wrong:
            raise CallError(Failure(reason=GapReason.FAILED, detail=wrong))
        return answer

    def ask_first(self, call: ApiCall, complaint: Complaint) -> Answer:
        return self.ask(call, complaint)


def mturk_answers(sizes: list[int], last_token: str | None = None) -> dict[str, Answer]:
    """Pages of the given sizes; the last one points to `last_token`."""
    answers: dict[str, Answer] = {}
    number = 0
    for index, size in enumerate(sizes):
        rows = [{"HITId": str(number + offset)} for offset in range(size)]
        number += size
        token = f"t{index + 1}" if index + 1 < len(sizes) else last_token
        answers[f"t{index}" if index else ""] = {"HITs": rows, "NumResults": size} | (
            {"NextToken": token} if token else {}
        )
    return answers


def followed(api: ScriptedApi, paging: Paging = MTURK, tokens: tuple[str, ...] = ()) -> list[Answer]:
    found = pages(api, LIST_HITS, paging, COMPLAINT, rows_of=("HITs",), tokens=tokens)
    return [page.answer for page in found]


SIZES = st.lists(st.integers(0, 3), min_size=1, max_size=30)


@given(sizes=SIZES)
def test_every_row_comes_once_and_in_order_empty_pages_or_not(sizes: list[int]) -> None:
    api = ScriptedApi(MTURK, mturk_answers(sizes))
    rows = [int(row["HITId"]) for answer in followed(api) for row in answer["HITs"]]
    assert rows == list(range(sum(sizes)))
    assert len(api.asked) == len(sizes)


@given(sizes=SIZES, data=st.data())
def test_a_cycle_to_any_earlier_page_ends_with_an_error_after_each_page_once(
    sizes: list[int], data: st.DataObject
) -> None:
    tokens = [f"t{index}" for index in range(1, len(sizes))] or ["again"]
    target = data.draw(st.sampled_from(tokens))
    answers = mturk_answers(sizes, target)
    if target == "again":
        answers["again"] = answers[""]
    api = ScriptedApi(MTURK, answers)
    with pytest.raises(CallError, match=f"the token `{target}` for the second time"):
        followed(api)
    assert len(api.asked) <= len(sizes) + 1


@given(sizes=SIZES, data=st.data())
def test_going_on_from_the_tokens_seen_gives_the_rest(sizes: list[int], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sizes) - 1))
    seen = tuple(f"t{index}" for index in range(1, start + 1))
    rest = followed(ScriptedApi(MTURK, mturk_answers(sizes)), tokens=seen)
    assert rest == followed(ScriptedApi(MTURK, mturk_answers(sizes)))[start:]


@given(sizes=SIZES, data=st.data(), member=st.sampled_from(["HITs", "NumResults"]))
def test_a_page_that_lacks_a_member_is_never_the_end(sizes: list[int], data: st.DataObject, member: str) -> None:
    answers = mturk_answers(sizes)
    damaged = data.draw(st.sampled_from(sorted(answers)))
    answers[damaged] = {name: value for name, value in answers[damaged].items() if name != member}
    with pytest.raises(CallError, match="without NumResults and HITs"):
        followed(ScriptedApi(MTURK, answers))


def test_a_count_that_differs_is_refused() -> None:
    with pytest.raises(CallError, match="a page of 1 rows that says it has 2"):
        followed(ScriptedApi(MTURK, {"": {"HITs": [{}], "NumResults": 2}}))


@pytest.mark.parametrize("token", [7, ["t"], {"t": 1}])
def test_a_token_that_is_no_text_is_refused(token: object) -> None:
    with pytest.raises(CallError, match="a NextToken that is no text"):
        followed(ScriptedApi(MTURK, {"": {"HITs": [], "NumResults": 0, "NextToken": token}}))


def test_an_empty_token_is_the_end() -> None:
    assert len(followed(ScriptedApi(MTURK, {"": {"HITs": [], "NumResults": 0, "NextToken": ""}}))) == 1


@pytest.mark.parametrize("period", [1, 7])
def test_pages_that_come_back_under_new_tokens_are_given_up(period: int) -> None:
    answers: dict[str, Answer] = {
        f"t{index}" if index else "": {
            "HITs": [{"HITId": str(index % period)}],
            "NumResults": 1,
            "NextToken": f"t{index + 1}",
        }
        for index in range(1200)
    }
    with pytest.raises(CallError, match="1000 pages in a row with nothing new on them"):
        followed(ScriptedApi(MTURK, answers))


def iam_pages(answers: dict[str, Answer]) -> list[Answer]:
    api = ScriptedApi(IAM, answers)
    found = pages(api, LIST_HITS, IAM, lambda answer: None, rows_of=("UserDetailList", "RoleDetailList"))
    return [page.answer for page in found]


def test_iam_goes_on_while_it_says_so_and_no_longer() -> None:
    answers: dict[str, Answer] = {
        "": {"UserDetailList": [1], "IsTruncated": True, "Marker": "m1"},
        "m1": {"IsTruncated": True, "Marker": "m2"},
        "m2": {"RoleDetailList": [2], "IsTruncated": False, "Marker": "left over"},
    }
    assert iam_pages(answers) == list(answers.values())


def test_iam_that_goes_on_without_a_marker_is_refused() -> None:
    with pytest.raises(CallError, match="a page that is not the last and has no Marker"):
        iam_pages({"": {"IsTruncated": True}})


def test_a_thousand_pages_that_hold_no_group_are_not_empty() -> None:
    answers: dict[str, Answer] = {
        f"m{index}" if index else "": {"RoleDetailList": [index], "IsTruncated": True, "Marker": f"m{index + 1}"}
        for index in range(1200)
    }
    answers["m1200"] = {"IsTruncated": False}
    assert len(iam_pages(answers)) == 1201
