"""A trail's log files in a folder, as `aws s3 sync` copies them: found by account and day; nothing else is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from audit.cloudtrail.layout import ACCOUNT_ID, LOGS, ORGANIZATION_ID, REGION, ROOT, day_path, is_log_file
from audit.model.error import InputError

_DEEPEST = 8
"""Folders of a trail's prefix that are looked through for AWSLogs."""


class TrailFolder:
    """The log files below a folder. Raises InputError where there is no such folder, or nothing of a trail in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if not path.is_dir():
                raise InputError(f"`{path}` is no folder; give the one that holds a trail's {ROOT}, or a copy of it")
            self._accounts = _accounts(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not self._accounts:
            raise InputError(
                f"`{path}` holds no log files of CloudTrail, which lie like "
                f"{ROOT}/111122223333/{LOGS}/{REGION}/2026/07/02/; give the folder that holds {ROOT}"
            )

    @property
    def name(self) -> str:
        """The folder's own name: where it lies is nobody's business."""
        return self.path.resolve().name

    def holds(self, account_id: str) -> bool:
        return account_id in self._accounts

    def files(self, account_id: str, day: date) -> Iterator[str]:
        """The log files of one account that were delivered on `day`, as paths below the folder, sorted.

        Raises InputError where they cannot be listed.
        """
        found: set[str] = set()
        for account in self._accounts.get(account_id, ()):
            folder = account / LOGS / REGION / day_path(day)
            below = str(folder.relative_to(self.path))
            try:
                with os.scandir(folder) as entries:
                    found |= {f"{below}/{each.name}" for each in entries if is_log_file(each.name) and _is_file(each)}
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise _unreadable(folder, error) from error
        return iter(sorted(found))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """A link counts as one, and as a damaged one where it leads nowhere."""
    return entry.is_symlink() or entry.is_file(follow_symlinks=False)


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"`{path}` cannot be read ({error.strerror or error}); check its permissions")


def _accounts(root: Path) -> dict[str, tuple[Path, ...]]:
    """The folders of accounts, by their ids; an account may have some from several trails."""
    found: dict[str, tuple[Path, ...]] = {}
    for folder in _account_folders(root):
        found[folder.name] = (*found.get(folder.name, ()), folder)
    return found


def _account_folders(root: Path) -> Iterator[Path]:
    """Find `…/AWSLogs/[o-…/]ACCOUNT`, wherever of these `root` itself is."""
    name, above = root.resolve().name, root.resolve().parent.name
    if ACCOUNT_ID.fullmatch(name) and (root / LOGS).is_dir():
        yield root
    elif name == ROOT or (ORGANIZATION_ID.fullmatch(name) and above == ROOT):
        yield from _below_root(root)
    else:
        yield from _search(root, _DEEPEST)


def _search(folder: Path, depth: int) -> Iterator[Path]:
    for each in _folders(folder):
        if each.name == ROOT:
            yield from _below_root(each)
        elif depth:
            yield from _search(each, depth - 1)


def _below_root(root: Path) -> Iterator[Path]:
    for each in _folders(root):
        if ACCOUNT_ID.fullmatch(each.name):
            if (each / LOGS).is_dir():
                yield each
        elif ORGANIZATION_ID.fullmatch(each.name):
            yield from _below_root(each)


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())
