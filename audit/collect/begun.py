"""With which options a collection was begun: one that goes on must be given the same, or its files would not agree.

How fast it asks is no part of it, and the external id is not written down.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from audit.collect.interface import CollectOptions, EventOptions
from audit.snapshot.layout import MANIFEST, PROGRESS
from audit.snapshot.writer import write_file

_FILE = "options.json"


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What of the options decides on the content, besides what the manifest tells."""

    account_ids: tuple[str, ...]
    organization: bool
    role_name: str
    events: EventOptions
    earlier_sha256: str
    """Of the manifest of the snapshot that this one starts from; empty: from none."""


def begun_with(options: CollectOptions) -> Begun:
    """What is remembered of `options`."""
    manifest = b"" if options.earlier is None else (options.earlier / MANIFEST).read_bytes()
    return Begun(
        account_ids=tuple(sorted(set(options.accounts.ids))),
        organization=options.accounts.organization,
        role_name=options.accounts.role_name,
        events=options.events,
        earlier_sha256=hashlib.sha256(manifest).hexdigest() if manifest else "",
    )


def remember(folder: Path, begun: Begun) -> None:
    """Keep it while the snapshot in `folder` is unfinished."""
    write_file(folder / PROGRESS / _FILE, [msgspec.json.encode(begun)])


def difference(folder: Path, begun: Begun) -> str | None:
    """How `begun` differs from what the unfinished snapshot in `folder` was begun with, as the end of «was begun».

    None: in nothing. What cannot be read is taken for a difference; where it is gone, the snapshot was being finished.
    """
    try:
        kept = msgspec.json.decode((folder / PROGRESS / _FILE).read_bytes(), type=Begun)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError):
        return "with options that are no longer known"
    if (kept.account_ids, kept.organization) != (begun.account_ids, begun.organization):
        return f"for {_accounts(kept)}"
    if kept.role_name != begun.role_name:
        return f"with the role `{kept.role_name}`" if kept.role_name else "without a role to assume"
    if kept.events != begun.events:
        return "with CloudTrail's events from another place"
    if kept.earlier_sha256 != begun.earlier_sha256:
        return "from another earlier snapshot" if kept.earlier_sha256 else "from no earlier snapshot"
    return None


def _accounts(begun: Begun) -> str:
    if begun.organization:
        return "all accounts of the organization"
    return f"the accounts {', '.join(begun.account_ids)}" if begun.account_ids else "the account of the credentials"
