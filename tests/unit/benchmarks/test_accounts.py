"""The invented accounts that everything is measured on: the same for a seed, readable, and as accounts are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.policy.parse import parse_document
from audit.snapshot.authorization import AuthorizationDetails, RoleDetail, UserDetail, decode_authorization
from audit.snapshot.inputs import inputs_of
from audit.snapshot.reader import open_input
from benchmarks.accounts.account import account_id, account_json
from benchmarks.accounts.folder import write_files, write_snapshot

ROLES = 2000


@pytest.fixture(scope="module")
def account() -> AuthorizationDetails:
    return decode_authorization(b"".join(account_json(ROLES, seed=7, position=0)), "account")


def _documents(account: AuthorizationDetails) -> dict[bytes, bool]:
    """Every document -> whether it is a trust policy."""
    found = {bytes(version.document): False for policy in account.policies for version in policy.policy_version_list}
    for role in account.role_detail_list:
        found |= {bytes(policy.policy_document): False for policy in role.role_policy_list}
        found[bytes(role.assume_role_policy_document)] = True
    for user in account.user_detail_list:
        found |= {bytes(policy.policy_document): False for policy in user.user_policy_list}
    for group in account.group_detail_list:
        found |= {bytes(policy.policy_document): False for policy in group.group_policy_list}
    return found


def _text_of(account: AuthorizationDetails, role: RoleDetail) -> bytes:
    """All identity-based policies of a role."""
    managed = {policy.arn: policy.policy_version_list[0].document for policy in account.policies}
    attached = [bytes(managed[policy.policy_arn]) for policy in role.attached_managed_policies]
    return b"".join([*attached, *(bytes(policy.policy_document) for policy in role.role_policy_list)])


def test_a_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first = b"".join(account_json(50, seed=1, position=3))
    assert b"".join(account_json(50, seed=1, position=3)) == first
    assert b"".join(account_json(50, seed=2, position=3)) != first
    assert b"".join(account_json(50, seed=1, position=4)) != first


def test_accounts_have_ids_of_their_own() -> None:
    ids = {account_id(seed, position) for seed in (0, 1, 9_999) for position in (0, 1, 999_999)}
    assert len(ids) == 9
    assert {len(one) for one in ids} == {12}


def test_every_policy_that_is_attached_is_there_and_no_name_is_used_twice(account: AuthorizationDetails) -> None:
    holders: tuple[UserDetail | RoleDetail, ...] = (*account.user_detail_list, *account.role_detail_list)
    attached = {policy.policy_arn for holder in holders for policy in holder.attached_managed_policies}
    attached |= {policy.policy_arn for group in account.group_detail_list for policy in group.attached_managed_policies}
    bounded = {
        holder.permissions_boundary.permissions_boundary_arn for holder in holders if holder.permissions_boundary
    }
    assert {policy.arn for policy in account.policies} == attached | bounded
    assert len({holder.arn for holder in holders}) == len(holders)
    for policy in account.policies:
        assert [version.is_default_version for version in policy.policy_version_list].count(True) == 1


def test_every_document_can_be_read(account: AuthorizationDetails) -> None:
    for raw, is_trust in _documents(account).items():
        assert parse_document(raw, resource_based=is_trust).problems == (), raw


def test_it_is_made_up_as_accounts_are(account: AuthorizationDetails) -> None:
    """The proportions that a benchmark's figures hang on."""
    roles = account.role_detail_list
    assert len(roles) == ROLES
    assert len(account.user_detail_list) == ROLES // 50
    references = sum(
        1 + len(role.role_policy_list) + len(role.attached_managed_policies) + (role.permissions_boundary is not None)
        for role in roles
    )
    texts = [_text_of(account, role) for role in roles]
    assert references / ROLES == pytest.approx(3.65, abs=0.15)
    assert len(_documents(account)) / ROLES == pytest.approx(1.17, abs=0.1)
    assert sum(bool(role.role_policy_list) for role in roles) / ROLES == pytest.approx(0.52, abs=0.05)
    assert sum(role.permissions_boundary is not None for role in roles) / ROLES == pytest.approx(0.05, abs=0.02)
    assert sum(b'"Condition"' in text for text in texts) / ROLES == pytest.approx(0.1, abs=0.03)
    assert sum(b"mechanicalturk:" in text for text in texts) / ROLES == pytest.approx(0.08, abs=0.03)
    assert len({bytes(role.assume_role_policy_document) for role in roles}) / ROLES == pytest.approx(0.32, abs=0.05)
    whole = b"".join(texts)
    for word in (b'"NotAction"', b'"Deny"', b"aws:SourceIp", b"aws:MultiFactorAuthPresent", b"aws:RequestedRegion"):
        assert word in whole


def test_a_folder_is_a_snapshot_of_its_accounts(tmp_path: Path) -> None:
    paths = write_snapshot(tmp_path / "accounts", roles=10, files=3, seed=5)
    snapshot = open_input(tmp_path / "accounts")
    held = [one.authorization for one in snapshot.accounts]
    assert [len(one.role_detail_list) for one in held if one] == [4, 3, 3]
    assert len(snapshot.gaps) == len(snapshot.manifest.gaps if snapshot.manifest else ())
    assert paths[1].read_bytes() == b"".join(account_json(3, seed=5, position=1))


def test_plain_files_hold_the_same_accounts(tmp_path: Path) -> None:
    in_snapshot = write_snapshot(tmp_path / "snapshot", roles=10, files=3, seed=5)
    plain = write_files(tmp_path / "plain", roles=10, files=3, seed=5)
    assert [path.read_bytes() for path in plain] == [path.read_bytes() for path in in_snapshot]
    assert [one.path for one in inputs_of(tmp_path / "plain")] == plain


@pytest.mark.parametrize("write", [write_files, write_snapshot])
def test_it_refuses_files_without_roles(tmp_path: Path, write: Callable[..., list[Path]]) -> None:
    with pytest.raises(ValueError, match="at least one role a file"):
        write(tmp_path, roles=2, files=3, seed=1)
