"""A saved answer of ``aws iam get-account-authorization-details``, in place of a snapshot."""

from __future__ import annotations

import codecs
import hashlib
import itertools
from pathlib import Path

from audit.model.arn import parse_arn
from audit.model.error import InputError
from audit.model.snapshot import AccountSummary, Gap, GapReason
from audit.snapshot.authorization import AuthorizationDetails, decode_authorization
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.layout import AUTHORIZATION_DETAILS, is_account_id

_MAKE_ONE = "save the output of `aws iam get-account-authorization-details` and give the file again"
_SHOWN_ACCOUNTS = 5


def read_plain_file(path: Path) -> Snapshot:
    """Read the file at `path`. Its account is the one in its ARNs.

    Raises InputError where it is empty, no JSON, JSON of another kind, or not of exactly one account; OSError where
    it cannot be read.
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
    account = AccountSummary(account_id=_account_id(authorization, path))
    return Snapshot(
        name=path.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        manifest=None,
        accounts=(AccountEvidence(account=account, authorization=authorization),),
        gaps=(truncated_gap(account.account_id),) if authorization.is_truncated else (),
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


def _account_id(authorization: AuthorizationDetails, path: Path) -> str:
    texts = itertools.chain(
        (user.arn for user in authorization.user_detail_list),
        (group.arn for group in authorization.group_detail_list),
        (role.arn for role in authorization.role_detail_list),
        (policy.arn for policy in authorization.policies),
    )
    arns = (parse_arn(text) for text in texts)
    accounts = sorted({arn.account_id for arn in arns if arn is not None and is_account_id(arn.account_id)})
    if not accounts:
        raise InputError(
            f"`{path}` holds no user, group, role or policy of an account, so there is nothing to audit; {_MAKE_ONE}"
        )
    if len(accounts) > 1:
        shown = ", ".join(accounts[:_SHOWN_ACCOUNTS])
        raise InputError(
            f"`{path}` holds ARNs of {len(accounts)} accounts ({shown}), and one file is one account; "
            "give the file of each account by itself"
        )
    return accounts[0]
