"""Which accounts a collection is of: the one of the credentials, those that were named, or the organization's."""

from __future__ import annotations

import re

from audit.collect.interface import CollectOptions
from audit.model.error import CollectError, InputError
from audit.model.organization import NodeType, Organization
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.layout import ACCOUNT_STATUS, is_account_id

_ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,512}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_ACTIVE = "ACTIVE"


def check_accounts(options: CollectOptions) -> None:
    """Raise InputError for accounts or a role that cannot be meant."""
    accounts = options.accounts
    for account_id in accounts.ids:
        if not is_account_id(account_id):
            raise InputError(f"`{account_id}` is no account id; write its twelve digits, like 111122223333")
    if accounts.ids and accounts.organization:
        raise InputError("name the accounts, or take all of the organization, not both")
    if accounts.role_name and not _ROLE_NAME.fullmatch(accounts.role_name):
        raise InputError(
            f"`{accounts.role_name}` is no name of a role; give the name, with its path and without an ARN"
        )
    if accounts.external_id and not _EXTERNAL_ID.fullmatch(accounts.external_id):
        raise InputError("the external id holds signs that AWS does not take; copy it from the role's trust policy")


def accounts_to_collect(
    options: CollectOptions, caller_account_id: str, organization: Organization | None, why_unknown: str
) -> dict[str, Gap | None]:
    """The accounts by id, each with the gap that says why it is not collected, or None.

    `why_unknown` is the end of the sentence for an organization that could not be read.

    Raises CollectError where the organization's accounts are wanted and cannot be listed, InputError where another
    account is wanted and no role is named.
    """
    accounts = options.accounts
    nodes = (organization.nodes or ()) if organization else ()
    status = {node.id: node.status for node in nodes if node.type is NodeType.ACCOUNT}
    if accounts.organization:
        if organization is None or (organization.in_use and not status):
            raise CollectError(
                f"the accounts of the organization could not be listed: {why_unknown}; collect from the management "
                "account or a delegated administrator, or name the accounts"
            )
        ids = sorted(status) or [caller_account_id]
    else:
        ids = sorted(set(accounts.ids)) or [caller_account_id]
    others = [account_id for account_id in ids if account_id != caller_account_id]
    if others and not accounts.role_name:
        raise InputError(
            f"the account {others[0]} is not that of the credentials ({caller_account_id}); "
            "name the role to assume there with `--role-name`"
        )
    return {account_id: _inactive(account_id, status.get(account_id, "")) for account_id in ids}


def _inactive(account_id: str, status: str) -> Gap | None:
    if status in ("", _ACTIVE):
        return None
    words = status.lower().replace("_", " ")
    return Gap(
        account_id=account_id,
        source=ACCOUNT_STATUS,
        reason=GapReason.NOT_ASKED,
        detail=f"the account's state in the organization is {words}, so nothing in it was asked",
    )
