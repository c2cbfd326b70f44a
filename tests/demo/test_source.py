"""A company's data file: what is short in it comes out whole, and what is misspelt is named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from audit.demo.source import AccountSource, authorization_of
from audit.model.error import InputError

DENY = {"Version": "2012-10-17", "Statement": []}


def _source(**changes: Any) -> AccountSource:
    base: dict[str, Any] = {
        "account_id": "222233334444",
        "alias": "a",
        "collector": "u",
        "trusts": {"t": DENY},
        "policies": [{"name": "P", "path": "/p/", "older": [{"old": 1}], "document": DENY}],
        "groups": [{"name": "g", "created": "2024-01-01T00:00:00Z", "attached": ["P"]}],
        "users": [{"name": "u", "created": "2024-01-01T00:00:00Z", "groups": ["g"], "boundary": "P"}],
        "roles": [
            {
                "name": "r",
                "created": "2024-01-01T00:00:00Z",
                "trust": "t",
                "attached": ["aws:job-function/ViewOnlyAccess"],
            }
        ],
        "marketplace": {"available": "1.00", "workers": 3, "batches": []},
    }
    return msgspec.json.decode(msgspec.json.encode({**base, **changes}), type=AccountSource)


def test_names_of_policies_become_arns() -> None:
    details = authorization_of(_source())
    own = "arn:aws:iam::222233334444:policy/p/P"
    assert details.group_detail_list[0].attached_managed_policies[0].policy_arn == own
    boundary = details.user_detail_list[0].permissions_boundary
    assert boundary is not None
    assert boundary.permissions_boundary_arn == own
    (attached,) = details.role_detail_list[0].attached_managed_policies
    assert (attached.policy_name, attached.policy_arn) == (
        "ViewOnlyAccess",
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
    )


def test_the_newest_version_of_a_policy_is_its_default() -> None:
    (policy,) = authorization_of(_source()).policies
    assert policy.default_version_id == "v2"
    assert [(version.version_id, version.is_default_version) for version in policy.policy_version_list] == [
        ("v1", False),
        ("v2", True),
    ]


def test_a_role_that_was_never_used_is_told_apart_from_one_that_nobody_asked_about() -> None:
    used = authorization_of(_source()).role_detail_list[0].role_last_used
    assert used is not None
    assert used.last_used_date == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trusts": {}}, "role `r` has the trust policy `t`"),
        ({"groups": []}, "user `u` is in the group `g`"),
        ({"policies": []}, "`u` has the policy `P`"),
    ],
)
def test_a_name_that_the_file_does_not_have_is_an_error(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        authorization_of(_source(**changes))


def test_a_misspelt_field_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError, match="polices"):
        _source(polices=[])
