"""A saved answer of ``aws iam get-account-authorization-details``, in place of a snapshot."""

from __future__ import annotations

import codecs
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from audit.model.arn import parse_arn
from audit.model.error import InputError
from audit.model.snapshot import AccountSummary, Gap, GapReason
from audit.snapshot.authorization import AuthorizationDetails, GroupDetail, RoleDetail, UserDetail, decode_authorization
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.layout import AUTHORIZATION_DETAILS, evidence_name, is_account_id

_MAKE_ONE = "save the output of `aws iam get-account-authorization-details` and give the file again"


def read_plain_file(path: Path) -> Snapshot:
    """Read the file at `path`. Its account is the one in its ARNs; where those name several, each is an account.

    Raises InputError where it is empty, no JSON, JSON of another kind, or of no account; OSError where it cannot be
    read.
    """
    if not path.is_file():
        raise InputError(f"`{path}` is neither a folder nor an ordinary file; {_MAKE_ONE}")
    raw = path.read_bytes()
    if not raw.strip():
        raise InputError(f"`{path}` is empty; {_MAKE_ONE}")
    try:
        authorization = decode_authorization(_utf8(raw, path), str(path))
    except RecursionError as error:
        raise InputError(f"`{path}` is nested deeper than any policy; {_MAKE_ONE}") from error
    accounts = _accounts(authorization, path)
    return Snapshot(
        name=evidence_name(path),
        sha256=hashlib.sha256(raw).hexdigest(),
        manifest=None,
        accounts=accounts,
        gaps=tuple(truncated_gap(one.account.account_id) for one in accounts if authorization.is_truncated),
    )


def truncated_gap(account_id: str) -> Gap:
    """Name what a single page lacks: the pages after it."""
    return Gap(
        account_id=account_id,
        source=AUTHORIZATION_DETAILS.source,
        reason=GapReason.NOT_ASKED,
        item="the pages after this one",
        detail="the file is one page of several (IsTruncated is true), so principals and policies are missing from it",
    )


def _utf8(raw: bytes, path: Path) -> bytes:
    """Undo what shells do to redirected output: PowerShell writes UTF-16, others put a byte order mark in front."""
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return raw.decode("utf-16").encode()
    except UnicodeDecodeError as error:
        raise InputError(f"`{path}` is not text ({error.reason}); {_MAKE_ONE}") from error
    return raw.removeprefix(codecs.BOM_UTF8)


def _accounts(authorization: AuthorizationDetails, path: Path) -> tuple[AccountEvidence, ...]:
    """One record an account: some people put the files of several into one, and a group's name is its account's.

    Managed policies are shared: AWS's own belong to no account, and a customer's may be named across accounts.
    """
    texts = itertools.chain(
        (user.arn for user in authorization.user_detail_list),
        (group.arn for group in authorization.group_detail_list),
        (role.arn for role in authorization.role_detail_list),
        (policy.arn for policy in authorization.policies),
    )
    # By their head, since an account has a few of those and many ARNs.
    heads = {text.rpartition(":")[0] + ":" for text in texts}
    accounts = sorted({_account_of(head) for head in heads} - {""})
    if not accounts:
        raise InputError(
            f"`{path}` holds no user, group, role or policy of an account, so there is nothing to audit; {_MAKE_ONE}"
        )
    if len(accounts) == 1:
        summary = AccountSummary(account_id=accounts[0])
        return (AccountEvidence(account=summary, authorization=authorization),)
    return tuple(
        AccountEvidence(
            account=AccountSummary(account_id=account_id),
            authorization=AuthorizationDetails(
                user_detail_list=tuple(_of(authorization.user_detail_list, account_id)),
                group_detail_list=tuple(_of(authorization.group_detail_list, account_id)),
                role_detail_list=tuple(_of(authorization.role_detail_list, account_id)),
                policies=authorization.policies,
                is_truncated=authorization.is_truncated,
            ),
        )
        for account_id in accounts
    )


def _account_of(text: str) -> str:
    """The account of an ARN; empty where it is none, or AWS's own."""
    arn = parse_arn(text)
    return arn.account_id if arn is not None and is_account_id(arn.account_id) else ""


_Record = TypeVar("_Record", UserDetail, GroupDetail, RoleDetail)


def _of(records: Iterable[_Record], account_id: str) -> Iterator[_Record]:
    return (record for record in records if _account_of(record.arn) == account_id)
