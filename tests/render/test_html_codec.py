"""How the page's data is kept small and harmless."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from audit.render.html_codec import (
    PLAIN_LIMIT,
    Budget,
    Interner,
    data_block,
    packed_seconds,
    runs,
    script_json,
    seconds,
)


def places_of(written: list[int]) -> list[int]:
    """Read runs back."""
    places: list[int] = []
    at = 0
    for skip, take in zip(written[::2], written[1::2], strict=True):
        at += skip
        places.extend(range(at, at + take))
        at += take
    return places


@given(st.sets(st.integers(0, 500)))
def test_runs_hold_exactly_the_places(places: set[int]) -> None:
    assert places_of(runs(places)) == sorted(places)


@given(st.sets(st.integers(0, 500), min_size=1))
def test_runs_are_as_few_as_they_can_be(places: set[int]) -> None:
    assert len(runs(places)) == 2 * sum(1 for place in places if place - 1 not in places)


def test_an_interner_numbers_values_by_their_first_appearance() -> None:
    interner = Interner[str]()
    assert [interner.place(text) for text in ("b", "a", "b")] == [0, 1, 0]
    assert interner.values() == ["b", "a"]
    assert interner.find("a") == 1
    assert interner.find("c") is None
    assert interner.values() == ["b", "a"]


def test_a_budget_takes_whole_texts_and_counts_what_it_refuses() -> None:
    budget = Budget(5)
    assert [budget.admits(text) for text in ("abc", "def", "gh", "i")] == [True, False, True, False]
    assert budget.refused == 2


def test_packed_seconds_are_unsigned_and_zero_where_not_known() -> None:
    late = datetime(2100, 1, 1, tzinfo=UTC)
    early = datetime(1960, 1, 1, tzinfo=UTC)
    too_late = datetime(2200, 1, 1, tzinfo=UTC)
    assert struct.unpack("<2I", base64.b64decode(packed_seconds([late, None]))) == (seconds(late), 0)
    packed = base64.b64decode(packed_seconds([late, None, early, too_late]))
    assert struct.unpack("<4I", packed) == (seconds(late), 0, 0, 2**32 - 1)


@given(
    st.recursive(
        st.text() | st.integers(-1000, 1000), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_script_json_says_the_same_and_cannot_leave_its_element(value: object) -> None:
    written = script_json(value)
    assert json.loads(written) == value
    assert not re.search("[<>&\u2028\u2029]", written)


def test_short_data_can_be_read_as_it_lies() -> None:
    block = data_block(["</script>"])
    assert (block.type, block.text) == ("application/json", '["\\u003c/script\\u003e"]')


def test_long_data_is_deflated_and_says_so() -> None:
    longest = "a" * (PLAIN_LIMIT - 2)
    assert data_block(longest).type == "application/json"
    block = data_block(longest + "b")
    assert block.type == "application/zlib"
    assert json.loads(zlib.decompress(base64.b64decode(block.text, validate=True))) == longest + "b"
