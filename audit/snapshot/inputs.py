"""The policies of many accounts, one account at a time: each is read, evaluated and forgotten by itself.

An account's other evidence (payments, events) is not read here: who asks about policies alone need not wait for it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from audit.snapshot.content import Snapshot
from audit.snapshot.layout import MANIFEST
from audit.snapshot.reader import PolicyReader, open_input


class Input(msgspec.Struct, frozen=True):
    """A saved authorization-details file, or one account of a snapshot."""

    path: Path
    account_id: str = ""
    """Empty for a saved file."""


def inputs_of(path: Path) -> tuple[Input, ...]:
    """The accounts of a snapshot, or the files of another folder, sorted; else `path` itself.

    What is not there, or cannot be read, is found out by whoever opens it. Raises InputError where a snapshot's
    manifest cannot be used.
    """
    if not path.is_dir():
        return (Input(path),)
    if (path / MANIFEST).exists():
        accounts = _opened(path).manifest.accounts
        return tuple(Input(path, account.account_id) for account in accounts) or (Input(path),)
    return tuple(Input(file) for file in sorted(path.glob("*.json")) if file.is_file()) or (Input(path),)


def open_policies(one: Input) -> Snapshot:
    """Read one input: of a snapshot its one account's policies, and the organization.

    Raises InputError where there is nothing that can be used at all.
    """
    return _opened(one.path).account(one.account_id) if one.account_id else open_input(one.path)


# An account's file is large and the manifest may be: a process reads one snapshot, and its manifest once.
_opened = lru_cache(maxsize=1)(PolicyReader)
