"""The snapshot folder while it is being filled: begin, resume or refuse; record what is done; finish.

The manifest is the record: it is written anew after each collector, and a collector that it names is not run again.
`.progress` holds the journals of the collectors that have begun; it goes before the manifest says that all is done.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from audit.collect.begun import begun_with, difference, remember
from audit.collect.earlier import EarlierSnapshot
from audit.collect.interface import Collected, CollectOptions, EarlierFile
from audit.collect.journal import Journal
from audit.model.arn import parse_arn
from audit.model.error import InputError
from audit.model.snapshot import AccountSummary, Gap, Manifest, SnapshotFile
from audit.snapshot.layout import (
    ACCOUNT_SOURCES,
    ALL_FILES,
    MANIFEST,
    PARTIAL_SUFFIX,
    PROGRESS,
    WRITTEN_WITH,
    EvidenceFile,
)
from audit.snapshot.reader import read_manifest
from audit.snapshot.writer import make_folder, write_file, write_manifest


class Store:
    """One unfinished snapshot, locked against other collections until `close`. Threads share it."""

    def __init__(
        self,
        options: CollectOptions,
        caller_arn: str,
        account_id: str,
        endpoints: tuple[str, ...],
        now: datetime,
    ) -> None:
        """Begin the snapshot `options.out`, or go on with it.

        Raises InputError where the folder holds something else, a finished snapshot without `options.force`, or one
        that was begun with other options; OSError where it cannot be written.
        """
        self._folder = options.out
        self._journals: dict[str, Journal] = {}
        self._change = threading.RLock()
        self._earlier = EarlierSnapshot(options.earlier, options.environment) if options.earlier else None
        self._begun_with = begun_with(options)
        fresh = Manifest(
            tool=options.tool,
            window=options.window,
            caller_arn=caller_arn,
            accounts=(AccountSummary(account_id=account_id),),
            files=(),
            gaps=(),
            started_at=now,
            environment=options.environment,
            endpoints=endpoints,
            started_from=self._begun_with.earlier_sha256,
        )
        _check_folder(options.out)
        make_folder(options.out)
        self._lock = _lock(options.out)
        try:
            begun = self._begun(fresh, force=options.force)
            if begun is None:
                remember(self._folder, self._begun_with)
            self._manifest = begun or fresh
            write_manifest(self._folder, self._manifest)
        except BaseException:
            self.close()
            raise

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def is_done(self, file: EvidenceFile, account_id: str) -> bool:
        """Whether an earlier start has finished the collector of `file`, be it with a gap and no file."""
        done = any(entry.path == file.path(account_id) for entry in self._manifest.files)
        return done or any((gap.account_id, gap.source) == (account_id, file.source) for gap in self._manifest.gaps)

    def read(self, file: EvidenceFile, account_id: str) -> bytes | None:
        """The bytes of a file that is done; None where it has none."""
        path = file.path(account_id)
        if not any(entry.path == path for entry in self._manifest.files):
            return None
        return (self._folder / path).read_bytes()

    def gaps(self, file: EvidenceFile, account_id: str) -> tuple[Gap, ...]:
        """What is recorded as missing from `file`."""
        return tuple(gap for gap in self._manifest.gaps if (gap.account_id, gap.source) == (account_id, file.source))

    def journal(self, file: EvidenceFile, account_id: str, part: str = "") -> Journal:
        """The journal of the collector of `file`, or of a `part` of its work."""
        path = f"{file.path(account_id)}{part}.journal"
        with self._change:
            if path not in self._journals:
                self._journals[path] = Journal(self._folder / PROGRESS / path)
            return self._journals[path]

    def earlier(self, file: EvidenceFile, account_id: str) -> EarlierFile | None:
        """The file in the snapshot that this one starts from; None where there is none to be trusted."""
        return None if self._earlier is None else self._earlier.read(file, account_id)

    def record(
        self, file: EvidenceFile, account_id: str, collected: Collected, started_at: datetime, ended_at: datetime
    ) -> None:
        """Write what a collector brought, and name it in the manifest."""
        written: list[tuple[EvidenceFile, Iterable[bytes], int, int]] = [
            (each.file, each.content, each.rows, each.api_calls) for each in collected.beside
        ]
        if collected.content is not None:
            written.append((file, collected.content, collected.rows, collected.api_calls))
        entries = [
            SnapshotFile(
                path=each.path(account_id),
                sha256=write_file(self._folder / each.path(account_id), content),
                rows=rows,
                api_calls=api_calls,
                started_at=started_at,
                ended_at=ended_at,
            )
            for each, content, rows, api_calls in written
        ]
        with self._change:
            files = tuple(sorted((*self._manifest.files, *entries), key=lambda each: each.path))
            gaps = tuple(sorted((*self._manifest.gaps, *collected.gaps), key=_gap_order))
            self._replace(msgspec.structs.replace(self._manifest, files=files, gaps=gaps))
            for path in [each for each in self._journals if each.startswith(file.path(account_id))]:
                self._journals.pop(path).close()

    def name_accounts(self, account_ids: Iterable[str]) -> None:
        """Say which accounts the snapshot is of; what is known of them already stays."""
        with self._change:
            known = {account.account_id: account for account in self._manifest.accounts}
            accounts = tuple(known.get(each, AccountSummary(account_id=each)) for each in sorted(account_ids))
            self._replace(msgspec.structs.replace(self._manifest, accounts=accounts))

    def is_given_up(self, account_id: str) -> bool:
        """Whether the account is one that cannot be reached."""
        return any(gap.account_id == account_id and gap.source in ACCOUNT_SOURCES for gap in self._manifest.gaps)

    def give_up(self, gap: Gap) -> None:
        """Keep the gap of an account of which no more is collected; the first one that it ended with."""
        with self._change:
            if self.is_given_up(gap.account_id):
                return
            gaps = tuple(sorted((*self._manifest.gaps, gap), key=_gap_order))
            self._replace(msgspec.structs.replace(self._manifest, gaps=gaps))

    def name_account(self, summary: AccountSummary) -> None:
        """Say more of an account than its id."""
        with self._change:
            others = (each for each in self._manifest.accounts if each.account_id != summary.account_id)
            accounts = tuple(sorted((*others, summary), key=lambda each: each.account_id))
            self._replace(msgspec.structs.replace(self._manifest, accounts=accounts))

    def finish(self, now: datetime) -> Manifest:
        """Remove what only the collection needed, then say that the snapshot is whole."""
        for journal in self._journals.values():
            journal.close()
        self._journals.clear()
        for partial in sorted(self._folder.rglob(f"*{PARTIAL_SUFFIX}")):
            partial.unlink()
        shutil.rmtree(self._folder / PROGRESS, ignore_errors=True)
        self._replace(msgspec.structs.replace(self._manifest, ended_at=now))
        return self._manifest

    def close(self) -> None:
        """Release the folder; what is done so far stays for the next start."""
        for journal in self._journals.values():
            journal.close()
        self._journals.clear()
        os.close(self._lock)

    def _replace(self, manifest: Manifest) -> None:
        write_manifest(self._folder, manifest)
        self._manifest = manifest

    def _begun(self, fresh: Manifest, *, force: bool) -> Manifest | None:
        """The manifest to go on with; None where there is nothing to go on with."""
        if not (self._folder / MANIFEST).is_file():
            return None
        manifest, _ = read_manifest(self._folder)
        if manifest.ended_at is not None:
            if not force:
                raise InputError(
                    f"`{self._folder}` is a finished snapshot of {_named(manifest)}; "
                    "give another folder, or `--force` to replace it"
                )
        else:
            other = _difference(manifest, fresh) or difference(self._folder, self._begun_with)
            if other is None:
                return self._undamaged(manifest)
            if not force:
                raise InputError(
                    f"the unfinished snapshot `{self._folder}` was begun {other}; start it again as it was begun, "
                    "or give another folder, or `--force` to begin anew"
                )
        self._remove(manifest)
        return None

    def _undamaged(self, manifest: Manifest) -> Manifest:
        """Forget the files that are no longer as they were written; their collectors run again."""
        lost = {file.path for file in manifest.files if _sha256(self._folder / file.path) != file.sha256}
        again = set()
        for account_id in ("", *(account.account_id for account in manifest.accounts)):
            for file in ALL_FILES:
                together = [file, *(each for each, main in WRITTEN_WITH.items() if main is file)]
                if any(each.path(account_id) in lost for each in together):
                    again.add((account_id, file.source))
                    lost.update(each.path(account_id) for each in together)
        files = tuple(file for file in manifest.files if file.path not in lost)
        gaps = tuple(gap for gap in manifest.gaps if (gap.account_id, gap.source) not in again)
        return msgspec.structs.replace(manifest, files=files, gaps=gaps)

    def _remove(self, manifest: Manifest) -> None:
        """Delete an old snapshot, and nothing that its manifest does not name; the manifest goes last."""
        root = self._folder.resolve()
        for file in manifest.files:
            path = self._folder / file.path
            if not path.parent.resolve().is_relative_to(root):
                continue
            path.unlink(missing_ok=True)
            with suppress(OSError):  # a folder that holds other files stays
                for parent in path.relative_to(self._folder).parents[:-1]:
                    (self._folder / parent).rmdir()
        shutil.rmtree(self._folder / PROGRESS, ignore_errors=True)
        (self._folder / MANIFEST).unlink()


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"`{folder}` is a file; give a folder for the snapshot")
    if folder.is_dir() and not (folder / MANIFEST).exists():
        begun = {MANIFEST + PARTIAL_SUFFIX, PROGRESS}
        if any(entry.name not in begun for entry in folder.iterdir()):
            raise InputError(
                f"`{folder}` holds files and is no snapshot; give a new or an empty folder, so that nothing is mixed"
            )


def _lock(folder: Path) -> int:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise InputError(f"another collection is writing `{folder}`; wait for it, or give another folder") from error
    return handle


def _difference(begun: Manifest, fresh: Manifest) -> str | None:
    """How the options of an unfinished snapshot differ, as the end of «was begun»; None: not at all."""
    if (begun.window.since, begun.window.until) != (fresh.window.since, fresh.window.until):
        return f"for the window from {begun.window.since:%Y-%m-%d %H:%M} to {begun.window.until:%Y-%m-%d %H:%M} UTC"
    if _account_of(begun) != _account_of(fresh):
        return f"in the account {_account_of(begun)} and these credentials are of {_account_of(fresh)}"
    if begun.endpoints != fresh.endpoints:
        return f"at {', '.join(begun.endpoints) or 'the endpoints of AWS'}"
    if begun.environment != fresh.environment:
        return f"in the {begun.environment} environment of Mechanical Turk"
    if begun.tool != fresh.tool:
        return f"by {begun.tool}"
    return None


def _account_of(manifest: Manifest) -> str:
    arn = parse_arn(manifest.caller_arn)
    return arn.account_id if arn else "?"


def _named(manifest: Manifest) -> str:
    return manifest.window.label or f"{manifest.window.since:%Y-%m-%d} to {manifest.window.until:%Y-%m-%d}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _gap_order(gap: Gap) -> tuple[str, ...]:
    return (gap.account_id, gap.source, gap.item, gap.reason, gap.detail)
