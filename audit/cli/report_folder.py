"""Writing a report's files: whole or not at all, for their owner's eyes only, and never over somebody else's files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.model.error import InputError
from audit.render.output_file import OutputFile
from audit.snapshot.layout import MANIFEST

FOLDER_MODE = 0o700
FILE_MODE = 0o600
STAGING_PREFIX = ".mturk-audit-"
"""Of the folders that hold unfinished files; one that is left was killed."""
_MOST_SYNCED = 32
"""Files at once."""


def check_place(out: Path, known: frozenset[str], *, force: bool) -> None:
    """Refuse a place that the report must not go to, or cannot, before any work is done for it.

    `known` are the names of the files that reports consist of. Raises InputError; leaves nothing behind.
    """
    try:
        _check_content(out, known, force=force)
        with _parents(_staging_place(out)) as undo:
            with _staging(out) as folder:
                folder.rmdir()
            undo()
    except OSError as error:
        raise InputError(
            f"`{out}` cannot be written ({(error.strerror or str(error)).lower()}); name another folder with --out"
        ) from error


def write_report(out: Path, files: Iterable[OutputFile], known: frozenset[str]) -> list[Path]:
    """Write `files` into the folder `out`, and take away the files that an earlier report left there.

    They are written apart first: until all of them are complete, nothing that was there before is touched.
    Raises OSError where the place cannot be written to.
    """
    with _parents(_staging_place(out)), _staging(out) as folder:
        names = [_write(folder, file) for file in files]
        _settle([folder / name for name in names])
        if out.exists():
            for name in names:
                (folder / name).replace(out / name)
            for name in known - set(names):
                (out / name).unlink(missing_ok=True)
            folder.rmdir()
        else:
            folder.rename(out)
    return [out / name for name in names]


def _check_content(out: Path, known: frozenset[str], *, force: bool) -> None:
    if not out.exists():
        if out.is_symlink():
            raise InputError(f"`{out}` is a link to nowhere; name a folder for the report with --out")
        return
    if not out.is_dir():
        raise InputError(f"`{out}` is a file; name a folder for the report with --out")
    names = {entry.name for entry in out.iterdir() if not entry.name.startswith(STAGING_PREFIX)}
    if MANIFEST in names:
        raise InputError(f"`{out}` holds a snapshot, which a report never writes into; name another folder with --out")
    if names - known and not force:
        raise InputError(
            f"`{out}` holds something other than a report (`{min(names - known)}`); "
            "name another folder, or give --force to write into this one"
        )


def _write(folder: Path, file: OutputFile) -> str:
    descriptor = os.open(folder / file.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(file.content)
    return file.name


def _settle(paths: list[Path]) -> None:
    """Wait until the disk holds the files: all together, since one after the other they take three times as long."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_MOST_SYNCED) as pool:
        for _ in pool.map(_sync, paths):
            pass


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _staging_place(out: Path) -> Path:
    """Where the files wait: in `out` where it exists, since it may be a volume of its own, else beside it."""
    return out if out.exists() else out.parent


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """A new folder for the owner alone; it goes where anything fails."""
    folder = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=_staging_place(out)))
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _parents(folder: Path) -> Iterator[Callable[[], None]]:
    """Make `folder` and what is missing above it; what was made goes again where anything fails.

    Gives the function that takes it away.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    made: list[Path] = []

    def undo() -> None:
        for each in reversed(made):
            each.rmdir()

    try:
        for each in reversed(missing):
            each.mkdir(FOLDER_MODE)
            made.append(each)
        yield undo
    except BaseException:
        undo()
        raise
