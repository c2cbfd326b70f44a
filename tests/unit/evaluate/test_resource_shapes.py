"""The shape of a resource pattern: the same whether it is worked out or known by an expression made before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evaluate.resource_shapes import _OFTEN, Shapes

FORMS = (
    "arn:*:dynamodb:*:*:table/*",
    "arn:*:dynamodb:*:*:table/*/index/*",
    "arn:*:dynamodb:*:*:table/*/stream/*",
    "arn:*:dynamodb:us-west-2:*:ou/o-*/ou-*",
)
names = st.sampled_from(
    ("orders", "table", "tables", "index", "o-x", "o", "ou", "xo-", "a.b", "us-west-2", "us-east-1", "7", "-", "")
) | st.text("otabl-x1*?", max_size=5)
patterns = st.builds(
    lambda region, account, first, second, third: f"arn:aws:dynamodb:{region}:{account}:{first}/{second}{third}",
    names,
    st.sampled_from(("111122223333", "222233334444", "*", "", "12a", "²")),
    names,
    names,
    st.sampled_from(("", "/*", "/index/*", "/index/by-day", "*", ":x")),
)


@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        ("arn:aws:dynamodb:us-east-1:111122223333:table/orders", "arn:aws:dynamodb:x:000000000000:table/x"),
        ("arn:aws:dynamodb:us-west-2:111122223333:table/orders", "arn:aws:dynamodb:us-west-2:000000000000:table/x"),
        ("arn:aws:dynamodb:*:*:table/orders-*", "arn:aws:dynamodb:*:*:table/x*"),
        ("arn:aws:dynamodb:*:*:tab*", "arn:aws:dynamodb:*:*:tab*"),
        ("arn:aws:dynamodb:*:*:ou/o-abc/x", "arn:aws:dynamodb:*:*:ou/o-abc/x"),
        ("arn:aws:dynamodb:*", "arn:aws:dynamodb:*"),
    ],
)
def test_names_that_no_format_spells_are_hidden(pattern: str, shape: str) -> None:
    assert Shapes(FORMS).of(pattern) == shape


@given(st.lists(patterns, min_size=1, max_size=4), st.lists(patterns, min_size=1, max_size=8))
def test_what_was_met_often_changes_no_shape(often: list[str], asked: list[str]) -> None:
    seasoned = Shapes(FORMS)
    for pattern in often:
        for _ in range(_OFTEN):
            seasoned.of(pattern)
    for pattern in (*often, *asked):
        assert seasoned.of(pattern) == Shapes(FORMS).of(pattern)


def test_a_shape_that_is_met_often_is_known_at_one_look() -> None:
    shapes = Shapes(FORMS)
    for number in range(_OFTEN):
        shapes.of(f"arn:aws:dynamodb:us-east-1:111122223333:table/orders{number}/index/*")
    ((matches, shape),) = shapes._often
    assert shape == "arn:aws:dynamodb:x:000000000000:table/x/index/*"
    assert matches("arn:aws:dynamodb:eu-central-1:444455556666:table/users/index/*")
    assert not matches("arn:aws:dynamodb:us-west-2:444455556666:table/users/index/*"), "a format spells that region"
