"""A review's folder: decisions and sign-offs as plain files, one record a line, sorted, so that two can be merged.

::

    reviews/payments/decisions.jsonl
    reviews/payments/signatures.jsonl

Nothing is ever taken out of them: a decision that was changed stands beside the one before, and the latest counts.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from audit.model.error import InputError
from audit.model.result import InputFile
from audit.model.review import Decision, Signature
from audit.review.decisions import decided_order, decision_key
from audit.snapshot.writer import canonical, make_folder, write_file

DECISIONS = "decisions.jsonl"
SIGNATURES = "signatures.jsonl"
LOCK = ".lock"

T = TypeVar("T")


class ReviewFolder(msgspec.Struct, frozen=True, kw_only=True):
    """What a review's folder holds."""

    name: str
    decisions: tuple[Decision, ...] = ()
    decisions_sha256: str = ""
    """Of the decisions in their canonical order; the hash of nothing where there are none."""
    signatures: tuple[Signature, ...] = ()
    signatures_sha256: str = ""
    """The same of the sign-offs."""

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """What a report that shows this folder is made from."""
        return (
            InputFile(kind="decisions", name=DECISIONS, sha256=self.decisions_sha256),
            InputFile(kind="sign-off", name=SIGNATURES, sha256=self.signatures_sha256),
        )


def read_review(folder: Path) -> ReviewFolder:
    """Read a review's folder. Raises InputError where it is none, or a line of it is no record."""
    if not folder.is_dir():
        raise InputError(f"`{folder}` is no folder; `mturk-audit review apply` makes one with the first decisions")
    decisions = _sorted_decisions(_read(folder / DECISIONS, Decision))
    signatures = _sorted_signatures(_read(folder / SIGNATURES, Signature))
    return ReviewFolder(
        name=folder.resolve().name,
        decisions=decisions,
        decisions_sha256=hashlib.sha256(b"".join(_lines(decisions))).hexdigest(),
        signatures=signatures,
        signatures_sha256=hashlib.sha256(b"".join(_lines(signatures))).hexdigest(),
    )


def record_decisions(folder: Path, choose: Callable[[ReviewFolder], Iterable[Decision]]) -> tuple[Decision, ...]:
    """Add the decisions that `choose` gives on what the folder holds, while nobody else can change it.

    Returns those that were not there yet. Where `choose` raises, nothing is written.
    """
    if not folder.exists():
        # What is refused leaves no folder behind.
        choose(ReviewFolder(name=folder.name))
    with _locked(folder):
        present = read_review(folder)
        known = {_content(decision) for decision in present.decisions}
        new = tuple(decision for decision in choose(present) if _content(decision) not in known)
        if new:
            write_file(folder / DECISIONS, _lines(_sorted_decisions((*present.decisions, *new))))
        return new


def record_signature(folder: Path, make: Callable[[ReviewFolder], Signature]) -> Signature:
    """Add a sign-off of what the folder holds, while nobody else can change it."""
    with _locked(folder):
        present = read_review(folder)
        signature = make(present)
        write_file(folder / SIGNATURES, _lines(_sorted_signatures((*present.signatures, signature))))
        return signature


def _content(decision: Decision) -> Decision:
    """A decision without the moment in which it was recorded: the same file applied twice adds nothing."""
    return msgspec.structs.replace(decision, recorded_at=None)


def _sorted_decisions(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Each once, by key and time: a merge that keeps the lines of both sides is read as one that sorts them."""
    return tuple(sorted(set(decisions), key=lambda one: (decision_key(one), one.quarter, decided_order(one))))


def _sorted_signatures(signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    return tuple(sorted(set(signatures), key=lambda one: (one.signed_on, one.name, canonical(one))))


def _lines(records: Iterable[Decision | Signature]) -> Iterator[bytes]:
    return (canonical(record) + b"\n" for record in records)


def _read(path: Path, kind: type[T]) -> list[T]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"`{path}` cannot be read ({(error.strerror or str(error)).lower()})") from error
    decoder = msgspec.json.Decoder(kind, strict=True)
    records = []
    for number, line in enumerate(raw.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            records.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InputError(
                f"`{path}`, line {number} is no record ({error}); where it comes from a merge, keep the lines of both "
                "sides and take the marks out"
            ) from error
    return records


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep the folder to this process: whoever comes meanwhile waits, and then sees what was written."""
    make_folder(folder)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
