"""Random organizations: a chain of levels above one account, with policies that can be read and some that cannot."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from tests.property.naive import Json
from tests.property.strategies import MFA, statements
from tests.property.worlds import ACCOUNT

MANAGEMENT = "444455556666"
FULL: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
UNREADABLE = (None, "{", '{"Version": "2012-10-17"}')
_ODD = {"Sounds": {"aws:x": "y"}}
_ALL: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
BROKEN: tuple[Json, ...] = tuple(
    {"Version": "2012-10-17", "Statement": statements}
    for statements in (
        [_ALL, {"Effect": "Deny", "Action": "mechanicalturk:Send*", "Resource": "*", "Condition": _ODD}],
        [{**_ALL, "Condition": _ODD}],
        [_ALL, {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {**_ODD, "Bool": {MFA: "false"}}}],
        [{**_ALL, "Condition": {**_ODD, "Bool": {MFA: "true"}}}],
    )
)
"""Documents that can be evaluated in part."""


def small_documents() -> st.SearchStrategy[Json]:
    """Of one statement or two: trying every context of many takes long."""
    one = st.lists(statements(), min_size=1, max_size=2)
    return one.map(lambda several: {"Version": "2012-10-17", "Statement": several})


levels_of_documents = st.lists(
    st.lists(st.one_of(st.just(FULL), small_documents()), max_size=2), min_size=1, max_size=3
)
"""From the root to the account; an empty level denies everything."""


def texts() -> st.SearchStrategy[str | None]:
    """Documents as the organization has them, readable or not."""
    readable = st.one_of(st.just(FULL), st.just(FULL), small_documents(), st.sampled_from(BROKEN)).map(json.dumps)
    return st.one_of(readable, readable, readable, st.sampled_from(UNREADABLE))


levels_of_texts = st.lists(st.lists(texts(), max_size=2), min_size=1, max_size=3)


def organization(levels: list[list[str | None]], **changes: Any) -> Organization:
    """An organization whose levels above the account hold these documents; the last is the account itself."""
    above: list[list[str | None]] = levels if len(levels) > 1 else [[json.dumps(FULL)], *levels]
    nodes: list[OrganizationNode] = []
    policies: list[ControlPolicy] = []
    for depth, level in enumerate(above):
        last = depth == len(above) - 1
        ids = tuple(f"p-{depth}-{at}" for at in range(len(level)))
        policies += [
            ControlPolicy(id=policy_id, arn="", name=policy_id, type="SERVICE_CONTROL_POLICY", document=document)
            for policy_id, document in zip(ids, level, strict=True)
        ]
        nodes.append(
            OrganizationNode(
                id=ACCOUNT if last else f"node-{depth}",
                type=NodeType.ROOT if depth == 0 else NodeType.ACCOUNT if last else NodeType.OU,
                parent_id=f"node-{depth - 1}" if depth else "",
                scp_ids=ids,
            )
        )
    values: dict[str, Any] = {
        "id": "o-a1b2c3d4e5",
        "management_account_id": MANAGEMENT,
        "nodes": tuple(nodes),
        "policies": tuple(policies),
        "scps_enabled": True,
    }
    return Organization(**(values | changes))
