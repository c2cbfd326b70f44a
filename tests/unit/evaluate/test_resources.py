"""Resource patterns over the whole of AWS: what they can be about, and what they cover."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.catalog.services import load_services, service_prefixes
from audit.evaluate.resources import ResourceIndex, covers, overlap, takes_away
from audit.evaluate.survey import EntitlementCount, Survey, action_index
from audit.model.entitlement import Verdict
from audit.model.error import InputError
from audit.policy.wildcard import matches, tokenize
from audit.snapshot.authorization import decode_authorization

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
patterns = st.text("ab/*?", max_size=6)


@given(patterns, patterns, st.text("ab/", max_size=6))
def test_a_text_that_matches_both_is_an_overlap(left: str, right: str, text: str) -> None:
    if matches(left, text) and matches(right, text):
        assert overlap(tokenize((left,)), tokenize((right,)))


@given(patterns, st.text("ab/", max_size=6))
def test_a_text_overlaps_with_what_matches_it_and_nothing_else(pattern: str, text: str) -> None:
    assert overlap(tokenize((pattern,)), tokenize((text,))) == matches(pattern, text)


@given(patterns, patterns, st.text("ab/", max_size=6))
def test_what_covers_a_pattern_matches_all_that_it_matches(pattern: str, other: str, text: str) -> None:
    if covers(pattern, other) and matches(other, text):
        assert matches(pattern, text)


FORMATS = {
    "arn:*:s3:::*": [0],
    "arn:*:s3:::*/*": [1],
    "arn:*:dynamodb:*:*:table/*": [2],
    "arn:*:dynamodb:*:*:table/*/index/*": [3],
    "arn:*:organizations::*:ou/o-*/ou-*": [4],
}


@pytest.mark.parametrize(
    ("pattern", "mask"),
    [
        ("arn:aws:s3:::bucket", 1),
        ("arn:aws:s3:::bucket/*", 3),
        ("arn:aws:s3:::bucket/key", 3),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/orders", 4),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/orders/index/by-day", 12),
        ("arn:aws:dynamodb:us-east-1:111122223333:stream/orders", 0),
        ("arn:aws:dynamodb:*:*:tab*", 12),
        ("arn:aws:organizations::111122223333:ou/o-abc/ou-1", 16),
        ("arn:aws:organizations::111122223333:ou/abc/1", 0),
        ("arn:aws:*:*:*:*", 31),
        ("arn:*", 31),
        ("not an arn", 0),
    ],
)
def test_a_pattern_touches_the_formats_it_can_spell(pattern: str, mask: int) -> None:
    index = ResourceIndex(FORMATS.items())
    assert index.touching(pattern) == mask
    assert index.touching(pattern) == mask, "the second answer comes from memory"


def test_memory_does_not_change_an_answer() -> None:
    """Patterns alike but for names share an answer; each alone must give the same."""
    several = ResourceIndex(FORMATS.items())
    for name in ("orders", "table", "o-x", "index", "a.b", "1234"):
        for pattern in (
            f"arn:aws:dynamodb:us-east-1:111122223333:table/{name}",
            f"arn:aws:dynamodb:us-east-1:111122223333:{name}/x",
            f"arn:aws:organizations::1:ou/{name}/ou-1",
            f"arn:aws:dynamodb:us-east-1:111122223333:table/{name}*",
        ):
            assert several.touching(pattern) == ResourceIndex(FORMATS.items()).touching(pattern)
            assert several.covering(pattern) == ResourceIndex(FORMATS.items()).covering(pattern)


def test_only_a_pattern_that_takes_in_every_resource_covers() -> None:
    index = ResourceIndex(FORMATS.items())
    assert index.covering("arn:aws:s3:::bucket/*") == 0
    assert index.covering("arn:*:s3:::*") == 3
    assert index.covering("arn:*") == 31


def test_a_deny_takes_away_what_it_covers() -> None:
    granted = ("arn:aws:s3:::a/*", "arn:aws:s3:::b/*")
    assert takes_away(granted, ("arn:aws:s3:::*",), denied_negated=False)
    assert not takes_away(granted, ("arn:aws:s3:::a/*",), denied_negated=False)
    assert takes_away(granted, ("arn:aws:s3:::c/*",), denied_negated=True)
    assert not takes_away(granted, ("arn:aws:s3:::a/*",), denied_negated=True)


def survey(service: str, *statements: dict[str, Any]) -> dict[str, Verdict]:
    user = {
        "UserName": "a",
        "Arn": "arn:aws:iam::111122223333:user/a",
        "UserPolicyList": [
            {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
        ],
    }
    details = {"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    asked = Survey(decode_authorization(json.dumps(details).encode(), "a"), action_index((service,)), AS_OF)
    rows = {row.action: row.verdict for row in asked.rows()}
    count = asked.count()
    assert (count.allow, count.conditional) == (
        sum(verdict is Verdict.ALLOW for verdict in rows.values()),
        sum(verdict is Verdict.CONDITIONAL for verdict in rows.values()),
    )
    return rows


def allow(action: str, resource: str, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


def test_a_grant_on_one_bucket_is_a_grant_on_some_resource() -> None:
    rows = survey("s3", allow("s3:*", "arn:aws:s3:::reports/*"))
    assert rows["s3:GetObject"] is Verdict.ALLOW
    assert "s3:ListAllMyBuckets" not in rows, "it has no resource types, so only the star grants it"


def test_a_deny_of_the_same_resources_takes_the_grant_away() -> None:
    grant = allow("s3:GetObject", "arn:aws:s3:::reports/2026/*")
    assert survey("s3", grant, allow("s3:*", "arn:aws:s3:::reports/*", "Deny")) == {}
    assert survey("s3", grant, allow("s3:*", "arn:aws:s3:::other/*", "Deny")) == {"s3:GetObject": Verdict.ALLOW}
    assert survey("s3", allow("s3:GetObject", "*"), allow("s3:*", "arn:aws:s3:::reports/*", "Deny")) == {
        "s3:GetObject": Verdict.ALLOW
    }


def test_the_catalog_knows_every_service_and_refuses_others() -> None:
    assert {"s3", "iam", "mechanicalturk"} <= set(service_prefixes())
    assert len(load_services(["all"])) > 20_000
    assert len({action.action for action in load_services(["mechanicalturk"])}) == 39
    with pytest.raises(InputError, match="`s4` is no service prefix"):
        load_services(["s3", "s4"])


def test_counts_add_up() -> None:
    one = EntitlementCount(principals=1, allow=2, conditional=3, not_evaluated=4, undecided=1, incomplete=1)
    assert one.plus(EntitlementCount()) == one
    assert one.plus(one).allow == 4
