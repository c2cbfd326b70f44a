"""No bytes make the parser fail, and its quick and slow ways agree: on what is read, and on what it means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.evaluate.actions import ActionIndex
from audit.evaluate.compile import compile_document, compile_wire
from audit.policy import parse, wire
from audit.policy.document import Document
from audit.policy.parse import parse_document
from tests.property.document_mutations import ATOMS, WORDS, mutate
from tests.property.fuzzing import FoundError, fuzz
from tests.property.strategies import ACTIONS, documents

CASES = Path(__file__).parents[1] / "cases" / "data"
INDEX = ActionIndex((*ACTIONS, "s3:GetObject", "iam:PassRole"))
_QUOTED = re.compile(r"`.*`|\d+", re.DOTALL)


def seeds() -> list[bytes]:
    """Every tenth of the cases' documents, and small ones of each kind."""
    found = [
        json.dumps(document).encode()
        for name in sorted(path.name for path in CASES.glob("*.jsonl"))
        for line in (CASES / name).read_bytes().splitlines()[::10]
        for document in json.loads(line)["identity_policies"]
    ]
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"a": "true"}}}
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    small = (
        {"Version": "2012-10-17", "Id": "i", "Statement": [{"Sid": "s", **statement}]},
        {"Statement": trust},
        {"Statement": [{**trust, "Principal": "*", "Condition": {"Null": {"a": True}}}, {**trust, "Resource": "*"}]},
        {"Statement": {"Effect": "Deny", "NotPrincipal": {"AWS": ["1", "2"], "Service": "a"}, "Action": "sts:*"}},
    )
    found += [json.dumps(each).encode() for each in small]
    # AWS hands documents out without white space; people write them with.
    compact = [json.dumps(json.loads(each), separators=(",", ":")).encode() for each in found]
    return [*found, *compact, b"", b"{}", b"[]"]


def read_slowly(raw: bytes, *, resource_based: bool) -> Document:
    """The same document without the quick way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "decode_identity_document", _nothing_certain)
        patch.setattr(parse, "decode_resource_document", _nothing_certain)
        return parse_document(raw, resource_based=resource_based)


def _nothing_certain(raw: bytes) -> None:
    return None


def check(raw: bytes) -> Iterator[str]:
    """What must hold of any bytes; the kinds of outcome, for the fuzzer to look for more."""
    document, trust = parse_document(raw), parse_document(raw, resource_based=True)
    assert document == read_slowly(raw, resource_based=False)
    assert trust == read_slowly(raw, resource_based=True)
    yield from _sound(document)
    yield from (f"resource-based: {outcome}" for outcome in _sound(trust))
    decoded = wire.decode_identity_document(raw)
    quick = None if decoded is None else compile_wire(decoded, INDEX)
    yield "compiled from its bytes" if quick is not None else "parsed first"
    compiled = compile_document(document, INDEX)
    assert quick is None or quick == compiled
    assert not (compiled.allow | compiled.deny) & ~INDEX.everything


def _sound(document: Document) -> Iterator[str]:
    """A document tells of everything that it cannot evaluate, where it stands, and keeps nothing of it."""
    broken = {statement.index for statement in document.statements if statement.broken}
    told = {problem.statement for problem in document.problems}
    assert broken <= told
    assert told <= {-1, *range(len(document.statements))} or document.unreadable
    assert [statement.index for statement in document.statements] == list(range(len(document.statements)))
    if document.unreadable:
        assert document.problems
        assert not document.statements
        yield "unreadable"
    for statement in document.statements:
        parts = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
        if statement.broken:
            assert parts == (None, None, None, None)
        else:
            assert (statement.actions is None) != (statement.not_actions is None)
            assert statement.resources is None or statement.not_resources is None
    for problem in document.problems:
        assert problem.detail
        problem.detail.encode()
        yield _QUOTED.sub("…", problem.detail)[:60]


def test_no_input_of_a_short_run_fails() -> None:
    """Fixed seed and rounds: it is the same run each time."""
    report = fuzz(seeds(), (parse, wire), check, mutate, rounds=12_000, seed=20_261_123)
    assert report.found > 20, "the fuzzer found nothing that its seeds had not reached"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_no_input_of_a_long_run_fails(seed: int) -> None:
    report = fuzz(seeds(), (parse, wire), check, mutate, rounds=150_000, seed=seed)
    assert report.found > 40


def test_an_input_that_fails_is_found_and_named() -> None:
    """The fuzzer itself: no seed has two members of one name, and getting there takes several changes."""

    def faulty(raw: bytes) -> Iterator[str]:
        document = parse_document(raw)
        assert not any("stands twice" in problem.detail for problem in document.problems)
        return iter(())

    with pytest.raises(FoundError) as raised:
        fuzz(seeds(), (parse, wire), faulty, mutate, rounds=20_000, seed=1)
    assert any("stands twice" in problem.detail for problem in parse_document(raised.value.raw).problems)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
        | st.fixed_dictionaries({"Effect": inner, "Action": inner, "Resource": inner})
        | st.fixed_dictionaries({"Version": st.just("2012-10-17"), "Statement": inner})
    ),
    max_leaves=15,
)


@given(documents() | json_values, st.sampled_from([None, 1, (" , ", " : ")]))
def test_the_ways_of_reading_agree_on_random_documents(document: Any, spacing: Any) -> None:
    separators = spacing if isinstance(spacing, tuple) else None
    raw = json.dumps(document, indent=spacing if spacing == 1 else None, separators=separators).encode()
    assert list(check(raw))
