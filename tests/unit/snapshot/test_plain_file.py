"""A saved authorization-details file in place of a snapshot."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.model.error import InputError
from audit.snapshot.reader import open_input
from tests.unit.snapshot.sample import ACCOUNT, authorization


def written(path: Path, **changes: Any) -> Path:
    path.write_bytes(msgspec.json.encode(authorization(**changes)))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_input(path)
    sentence = str(caught.value)
    assert f"`{path}`" in sentence
    assert "\n" not in sentence
    return sentence


def test_the_account_is_the_one_in_the_arns(tmp_path: Path) -> None:
    path = written(tmp_path / "details.json")
    read = open_input(path)
    assert read.name == "details.json"
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read.manifest is None
    assert read.gaps == ()
    account = read.accounts[0]
    assert account.account.account_id == ACCOUNT
    assert account.authorization is not None
    assert (account.hits, account.bonus_payments, account.worker_blocks, account.balance) == (None,) * 4


def test_aws_managed_policies_belong_to_no_account(tmp_path: Path) -> None:
    policies = [{"Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"Arn": f"arn:aws:iam::{ACCOUNT}:policy/own"}]
    read = open_input(written(tmp_path / "details.json", UserDetailList=[], Policies=policies))
    assert read.accounts[0].account.account_id == ACCOUNT


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_other_partitions_have_accounts_too(tmp_path: Path, partition: str) -> None:
    user = {"UserName": "u", "Arn": f"arn:{partition}:iam::{ACCOUNT}:user/u"}
    assert open_input(written(tmp_path / "d.json", UserDetailList=[user])).accounts[0].account.account_id == ACCOUNT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_a_windows_shell_writes_is_read(tmp_path: Path, encoding: str) -> None:
    text = msgspec.json.encode(authorization()).decode()
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    path = tmp_path / "details.json"
    path.write_bytes((mark + text).encode(encoding))
    assert open_input(path).accounts[0].account.account_id == ACCOUNT


def test_a_page_saved_alone_is_a_gap(tmp_path: Path) -> None:
    read = open_input(written(tmp_path / "details.json", IsTruncated=True))
    assert [(gap.account_id, gap.source, gap.item) for gap in read.gaps] == [
        (ACCOUNT, "iam:GetAccountAuthorizationDetails", "the pages after this one")
    ]


def test_a_file_that_holds_several_accounts_is_several_accounts(tmp_path: Path) -> None:
    users = [{"UserName": f"u{number}", "Arn": f"arn:aws:iam::{number:012}:user/u"} for number in range(1, 4)]
    read = open_input(written(tmp_path / "details.json", UserDetailList=users[::-1], IsTruncated=True))
    assert [account.account.account_id for account in read.accounts] == ["000000000001", "000000000002", "000000000003"]
    for number, account in enumerate(read.accounts, 1):
        assert account.authorization is not None
        assert [user.user_name for user in account.authorization.user_detail_list] == [f"u{number}"]
    assert len(read.gaps) == 3, "each of them is cut off"


def test_an_account_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    assert "nothing to audit" in refusal(written(tmp_path / "details.json", UserDetailList=[]))


@pytest.mark.parametrize("raw", [b"", b" \n\t "])
def test_an_empty_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "details.json").write_bytes(raw)
    assert "is empty" in refusal(tmp_path / "details.json")


@pytest.mark.parametrize(
    "raw",
    [
        b"hello",
        b"{",
        b"\x00\x01\x02",
        b"\x1f\x8b\x08\x00compressed",
        b"\xff\xfeA",
        b"\xff\xff\xff",
        b"<html></html>",
        b'{"UserDetailList":' + b"[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "details.json").write_bytes(raw)
    refusal(tmp_path / "details.json")


@pytest.mark.parametrize("raw", [b"[]", b"{}", b"7", b'{"Users": []}', b'{"UserDetailList": "x"}', b"null"])
def test_json_of_another_kind_is_refused_with_the_command_that_makes_the_right_one(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "details.json").write_bytes(raw)
    assert "aws iam get-account-authorization-details" in refusal(tmp_path / "details.json")


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "details.json").write_bytes(b'{"UserDetailList":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    refusal(tmp_path / "details.json")


def test_what_is_no_ordinary_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "neither a folder nor an ordinary file" in refusal(tmp_path / "pipe")


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    assert "does not exist" in refusal(tmp_path / "link")
