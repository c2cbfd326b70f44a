"""Laws of pages: whatever their size and whatever empty ones come between, they hold the list once and in order."""

from __future__ import annotations

from collections.abc import Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.demo.faults import Fault
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.wire import Call
from tests.demo.building import ACCOUNT, NOW


def _call(number: int, operation: str = "ListHITs") -> Call:
    return Call(
        number=number,
        account_id=ACCOUNT,
        service="mturk",
        operation=operation,
        parameters={},
        received_at=NOW,
        request_id="r",
    )


def _follow(rows: list[int], size: int, empty: Set[int]) -> tuple[list[int], list[str]]:
    """The rows of all pages, and their tokens; the calls numbered in `empty` meet an empty page."""
    found: list[int] = []
    tokens: list[str] = []
    number, token = 0, None
    while True:
        number += 1
        page = cut_page(rows, token, size, _call(number), Fault.EMPTY_PAGE if number in empty else None)
        assert len(page.rows) <= size
        found += page.rows
        token = page.token
        if token is None:
            return found, tokens
        tokens.append(token)


@given(
    rows=st.lists(st.integers(), max_size=30),
    size=st.integers(1, 12),
    empty=st.sets(st.integers(1, 12), max_size=6),
)
def test_pages_hold_the_list_once_and_no_token_comes_twice(rows: list[int], size: int, empty: set[int]) -> None:
    found, tokens = _follow(rows, size, empty)
    assert found == rows
    assert len(set(tokens)) == len(tokens)
    assert all(len(token) <= 255 for token in tokens)


@pytest.mark.parametrize("token", ["", "x", "!!", "bm90/YQ==", "w7w="])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(BadTokenError):
        cut_page([1, 2], token, 1, _call(1))


def test_a_token_belongs_to_its_operation() -> None:
    token = cut_page([1, 2], None, 1, _call(1)).token
    with pytest.raises(BadTokenError):
        cut_page([1, 2], token, 1, _call(2, "ListWorkerBlocks"))
