"""Documents that cannot be read in part or whole say what is wrong, and never grant by it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.policy.document import Effect
from audit.policy.parse import parse_document

GOOD: dict[str, Any] = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}


def read(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("escaped", ['"\\ud800"', '"\\ud800x"', '["a", "\\udfff"]'])
def test_half_a_character_is_unreadable(escaped: str) -> None:
    """JSON can spell it and no output could show it: it would end every report with an error."""
    inner = '{"Statement": {"Effect": "Allow", "Action": ' + escaped + ', "Resource": "*"}}'
    for raw in (inner.encode(), json.dumps(inner).encode()):
        document = parse_document(raw)
        assert document.unreadable
        assert "half of a character" in document.problems[0].detail


def test_a_whole_character_outside_the_first_plane_is_read() -> None:
    document = parse_document(json.dumps(json.dumps({"Statement": {**GOOD, "Sid": "\U0001f600"}})).encode())
    assert document.statements[0].sid == "\U0001f600"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"Action": None}, "Action is neither"),
        ({"Action": 1}, "Action is neither"),
        ({"Action": [["s3:*"]]}, "Action is neither"),
        ({"Action": "GetObject"}, "has no service prefix"),
        ({"Action": {"s3:*": "x"}}, "Action is neither"),
        ({"NotAction": "iam:*"}, "both Action and NotAction"),
        ({"Resource": 5}, "Resource is neither"),
        ({"NotResource": "a"}, "both Resource and NotResource"),
        ({"Principal": "*"}, "Principal stands in a policy that is not resource-based"),
        ({"Condition": []}, "Condition is not a JSON object"),
        ({"Condition": {"Bool": "true"}}, "is not followed by a JSON object"),
        ({"Condition": {"Bool": {"a": None}}}, "is neither text, number nor true/false"),
        ({"Condition": {"Bool": {"a": {}}}}, "is neither text, number nor true/false"),
        ({"Comment": "x"}, "unknown element `Comment`"),
    ],
)
def test_a_statement_that_cannot_be_read_is_broken_and_named(change: dict[str, Any], told: str) -> None:
    document = parse_document(read({"Version": "2012-10-17", "Statement": [GOOD, {**GOOD, **change}]}))
    assert not document.unreadable
    assert [statement.broken for statement in document.statements] == [False, True]
    assert [(problem.where, problem.statement) for problem in document.problems] == [("statement 2", 1)]
    assert told in document.problems[0].detail


@pytest.mark.parametrize("missing", ["Action", "Resource"])
def test_a_statement_without_a_part_is_broken(missing: str) -> None:
    statement = {name: value for name, value in GOOD.items() if name != missing}
    document = parse_document(read({"Statement": statement}))
    assert (document.statements[0].broken, document.statements[0].effect) == (True, Effect.ALLOW)
    assert document.problems


@pytest.mark.parametrize(
    "statement", [{**GOOD, "Effect": "allow"}, {**GOOD, "Effect": ["Allow"]}, {"Action": "*"}, "x"]
)
def test_a_statement_that_may_allow_or_deny_leaves_nothing_to_rely_on(statement: object) -> None:
    document = parse_document(read({"Statement": [GOOD, statement]}))
    assert document.unreadable
    assert document.problems[-1].where == "statement 2"


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b"12", b'"x"', b"\xff", b'{"Version": "2012-10-17"}', b"[" * 100_000],
)
def test_what_is_no_document_is_unreadable_and_says_why(raw: bytes) -> None:
    document = parse_document(raw)
    assert document.unreadable
    assert document.statements == ()
    assert document.problems[0].detail


def test_a_name_that_stands_twice_breaks_its_statement() -> None:
    raw = b'{"Statement":{"Effect":"Allow","Effect":"Allow","Action":"s3:*","Resource":"*"}}'
    assert parse_document(raw).statements[0].broken
    raw = (
        b'{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a":"true","a":"true"}}}}'
    )
    assert parse_document(raw).statements[0].broken


@pytest.mark.parametrize("space", ["", " ", "\n", "\t", "\r", "  \n"])
def test_white_space_does_not_hide_a_name_that_stands_twice(space: str) -> None:
    raw = '{"Statement":{"Effect"%s:"Deny","Effect":"Allow","Action":"s3:*","Resource":"*"}}'.replace("%s", space)
    assert "stands twice" in parse_document(raw.encode()).problems[0].detail


def test_a_document_in_a_text_is_read_url_encoded_or_not() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [GOOD]})
    encoded = text.replace("{", "%7B").replace('"', "%22").replace("*", "%2A")
    plain = parse_document(text.encode())
    assert not plain.problems
    assert parse_document(read(text)) == plain == parse_document(read(encoded))


@pytest.mark.parametrize("value", [True, 5, 0.5, ["true", False, 7]])
def test_condition_values_may_be_numbers_and_booleans(value: object) -> None:
    texts = {
        "True": ("true",),
        "5": ("5",),
        "0.5": ("0.5",),
        "['true', False, 7]": ("true", "false", "7"),
    }
    document = parse_document(read({"Statement": {**GOOD, "Condition": {"StringEquals": {"a": value}}}}))
    assert document.statements[0].clauses[0].values == texts[str(value)]


def test_a_resource_based_document_needs_a_principal() -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": ["1", "2"]}, "Action": "sts:AssumeRole"}
    document = parse_document(read({"Statement": trust}), resource_based=True)
    assert not document.problems
    assert document.statements[0].principals == (("AWS", "1"), ("AWS", "2"))
    assert parse_document(read({"Statement": GOOD}), resource_based=True).statements[0].broken
    assert parse_document(read({"Statement": trust})).statements[0].broken


@pytest.mark.parametrize(
    ("principals", "told"),
    [
        ('{"AWS": "1", "AWS": "2"}', "`AWS` of Principal stands twice"),
        ('{"AWS": {"1": "2"}}', "`AWS` of Principal is neither a text nor a list of texts"),
        ('["1"]', "Principal is neither `*` nor a JSON object"),
    ],
)
def test_principals_that_cannot_be_read_break_their_statement(principals: str, told: str) -> None:
    raw = '{"Statement": {"Effect": "Allow", "Principal": %s, "Action": "sts:AssumeRole"}}'.replace("%s", principals)
    document = parse_document(raw.encode(), resource_based=True)
    assert document.statements[0].broken
    assert [problem.detail for problem in document.problems] == [told]
