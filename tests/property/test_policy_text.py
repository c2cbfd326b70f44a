"""A document is shown in the same lines whichever way its text is made."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from audit.evaluate import policy_text as subject

_TEXTS = st.one_of(
    st.sampled_from(("Statement", "Sid", "Allow", "*", "    }", '"', "\\", "\n", "é", "\u2028", "\x7f", "\ud800", "")),
    st.text(max_size=6),
)
_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXTS)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=8,
)
_STATEMENT = st.dictionaries(st.sampled_from(("Sid", "Effect", "Action", "Condition")), _VALUES, max_size=4)
_DOCUMENTS = st.one_of(
    _VALUES,
    st.tuples(
        st.dictionaries(_TEXTS, _VALUES, max_size=2),
        st.one_of(_VALUES, _STATEMENT, st.lists(_STATEMENT, max_size=3)),
        st.dictionaries(_TEXTS, _VALUES, max_size=2),
    ).map(lambda parts: {**parts[0], "Statement": parts[1], **parts[2]}),
)


@given(_DOCUMENTS, st.booleans(), st.sampled_from((None, 1)))
@example({"Version": "2012-10-17", "Statement": [{"Sid": "A"}, {"Sid": "B"}]}, True, None)
@example({"Statement": {"Sid": "    }"}, "Version": "2012-10-17"}, True, None)
def test_ordinary_documents_are_shown_like_all_others(value: object, escaped: bool, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=escaped, indent=indent).encode("utf-8", "surrogatepass")
    assert subject.policy_text(raw) == subject._by_members(raw)


def test_an_ordinary_document_is_made_at_once() -> None:
    raw = b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*"}, {"Effect": "Deny"}]}'
    made = subject._at_once(raw)
    assert made is not None
    assert made.statement_lines == ((4, 7), (8, 10))
    assert made.text.split("\n")[3] == "    {"


@given(st.binary(max_size=40))
@example(b'{"Statement": [{"a": 1}], "Statement": [{"b": 2}, {"c": 3}]}')
@example(b'\xef\xbb\xbf{"Statement": [{"a": 1}]}')
@example(b'{"Statement": [{"a": 123456789012345678901234567890}]}')
@example(b'{"Statement": [{"a": 1e16}]}')
@example(b'{"Statement": ' + b"[" * 100_000)
def test_any_bytes_are_shown_alike(raw: bytes) -> None:
    assert subject.policy_text(raw) == subject._by_members(raw)


@given(_VALUES)
def test_a_value_is_indented_as_the_standard_library_does(value: object) -> None:
    assert subject.indented(value) == json.dumps(value, indent=2, ensure_ascii=False)
