"""Reading evidence back: a snapshot folder, or a plain authorization-details file in its place.

Nothing is used that differs from what the manifest says of it: such a file becomes a gap, and its evidence None.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from audit.model.error import InputError
from audit.model.event import EventCoverage
from audit.model.organization import Organization
from audit.model.snapshot import SCHEMA_VERSION, AccountSummary, Gap, GapReason, Manifest, SnapshotFile
from audit.snapshot import organization
from audit.snapshot.authorization import AuthorizationDetails, decode_authorization
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.layout import (
    ACCOUNT_BALANCE,
    ACCOUNT_SOURCES,
    AUTHORIZATION_DETAILS,
    BONUS_PAYMENTS,
    CREDENTIAL_REPORT,
    EVENT_COVERAGE,
    EVENTS,
    EVIDENCE_FILES,
    HITS,
    MANIFEST,
    ORGANIZATION_POLICIES,
    ORGANIZATION_TREE,
    SERVICE_LAST_ACCESSED,
    WORKER_BLOCKS,
    EvidenceFile,
    evidence_name,
    is_account_id,
)
from audit.snapshot.plain_file import read_plain_file, truncated_gap

T = TypeVar("T")


class _SchemaVersion(msgspec.Struct):
    schema_version: int


def open_input(path: Path) -> Snapshot:
    """Read the evidence at `path`: a snapshot folder, or what `aws iam get-account-authorization-details` printed.

    Raises InputError where there is nothing that can be used at all; what is merely missing, changed or damaged
    inside a snapshot is a gap of the result.
    """
    try:
        if not path.exists():
            raise InputError(f"`{path}` does not exist; give a snapshot folder or a saved authorization-details file")
        return _read_snapshot(path) if path.is_dir() else read_plain_file(path)
    except OSError as error:
        raise InputError(f"`{path}` cannot be read ({error.strerror or error}); check its permissions") from error


def read_manifest(folder: Path) -> tuple[Manifest, bytes]:
    """Decode a snapshot's manifest, and give its bytes too. Raises InputError where there is no usable one."""
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(
            f"`{folder}` is no snapshot: it has no {MANIFEST}; "
            "give the folder that `mturk-audit collect --out` wrote, or an authorization-details file"
        )
    raw = path.read_bytes()
    try:
        version = msgspec.json.decode(raw, type=_SchemaVersion).schema_version
        if version > SCHEMA_VERSION:
            raise InputError(
                f"the snapshot `{folder}` has schema version {version} and this tool reads up to {SCHEMA_VERSION}; "
                "use the version of mturk-audit that wrote it, or a later one"
            )
        manifest = msgspec.json.decode(raw, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"the manifest of the snapshot `{folder}` is damaged ({error}); restore it, or collect again"
        ) from error
    for account in manifest.accounts:
        if not is_account_id(account.account_id):
            raise InputError(
                f"the manifest of the snapshot `{folder}` names the account `{account.account_id}`, "
                "which is not twelve digits; restore it, or collect again"
            )
    return manifest, raw


def _read_snapshot(folder: Path) -> Snapshot:
    manifest, raw = read_manifest(folder)
    reading = _Reading(folder, manifest)
    accounts = tuple(reading.account(each) for each in sorted(manifest.accounts, key=lambda each: each.account_id))
    tree = reading.organization()
    reading.check_other_files()
    gaps = {*manifest.gaps, *reading.gaps}
    return Snapshot(
        name=evidence_name(folder.resolve()),
        sha256=hashlib.sha256(raw).hexdigest(),
        manifest=manifest,
        accounts=accounts,
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.account_id, gap.source, gap.item, gap.reason, gap.detail))),
        organization=tree,
    )


class PolicyReader:
    """The policies of a snapshot's accounts, one at a time, with the organization that bounds them all."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest and the organization. Raises InputError where there is no usable manifest."""
        self.manifest, raw = read_manifest(folder)
        self._reading = _Reading(folder, self.manifest)
        self._summaries = {summary.account_id: summary for summary in self.manifest.accounts}
        self._whole = Snapshot(
            name=evidence_name(folder.resolve()),
            sha256=hashlib.sha256(raw).hexdigest(),
            manifest=self.manifest,
            accounts=(),
            organization=self._reading.organization(),
        )

    def account(self, account_id: str) -> Snapshot:
        """The snapshot as if it held this account's policies and nothing else; the gaps are those of the manifest."""
        authorization = self._reading.policies(account_id)
        evidence = AccountEvidence(account=self._summaries[account_id], authorization=authorization)
        gaps = tuple(gap for gap in self.manifest.gaps if gap.account_id == account_id)
        return msgspec.structs.replace(self._whole, accounts=(evidence,), gaps=gaps)


class _Reading:
    """One pass over a snapshot's files, with the gaps met on the way."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.gaps: list[Gap] = []
        self._folder = folder
        self._files = {file.path: file for file in manifest.files}
        self._explained = {(gap.account_id, gap.source) for gap in manifest.gaps}
        self._finished = manifest.ended_at is not None
        self._looked_at: set[str] = set()

    def account(self, summary: AccountSummary) -> AccountEvidence:
        # Imported here: who asks about policies alone reads none of these files.
        from audit.snapshot import rows
        from audit.snapshot.credential_report import decode_credential_report
        from audit.snapshot.event_rows import decode_events, decode_last_accesses

        account_id = summary.account_id
        authorization = self.policies(account_id)
        if authorization is not None and authorization.is_truncated:
            self.gaps.append(truncated_gap(account_id))
        evidence = AccountEvidence(
            account=summary,
            authorization=authorization,
            hits=self._read(HITS, account_id, rows.decode_hits),
            bonus_payments=self._read(BONUS_PAYMENTS, account_id, rows.decode_bonus_payments),
            worker_blocks=self._read(WORKER_BLOCKS, account_id, rows.decode_worker_blocks),
            balance=self._read(ACCOUNT_BALANCE, account_id, rows.decode_balance),
            events=self._read_if_held(EVENTS, account_id, decode_events),
            event_coverage=self._coverage(account_id),
            last_accesses=self._read_if_held(SERVICE_LAST_ACCESSED, account_id, decode_last_accesses),
            credentials=self._read_if_held(CREDENTIAL_REPORT, account_id, decode_credential_report),
        )
        for file in EVIDENCE_FILES:
            if file.path(account_id) not in self._looked_at:
                self._read(file, account_id, msgspec.json.decode)
        return evidence

    def policies(self, account_id: str) -> AuthorizationDetails | None:
        return self._read(AUTHORIZATION_DETAILS, account_id, _authorization)

    def organization(self) -> Organization | None:
        """Read the tree and the policies in it; None where the snapshot does not hold the tree."""
        tree = self._read_listed(ORGANIZATION_TREE, organization.decode_tree)
        policies = self._read_listed(ORGANIZATION_POLICIES, organization.decode_policies)
        return None if tree is None else msgspec.structs.replace(tree, policies=policies)

    def _read_listed(self, file: EvidenceFile, decode: Callable[[bytes], T]) -> T | None:
        """Read a file of the whole snapshot, which one that was not asked for it does not list."""
        return self._read(file, "", decode) if file.path("") in self._files else None

    def check_other_files(self) -> None:
        """Verify the files that this version does not use: changed evidence is named, whoever would have read it."""
        for path, entry in sorted(self._files.items()):
            if path not in self._looked_at:
                account_id = path.partition("/")[0]
                self._verified(entry, account_id if is_account_id(account_id) else "", source=path)

    def _read(self, file: EvidenceFile, account_id: str, decode: Callable[[bytes], T]) -> T | None:
        path = file.path(account_id)
        self._looked_at.add(path)
        entry = self._files.get(path)
        if entry is None:
            self._not_listed(file, account_id)
            return None
        raw = self._verified(entry, account_id, file.source)
        if raw is None:
            return None
        try:
            return decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InputError):
            self._unreadable(account_id, file.source, f"the file {path} holds something else than {file.source} gives")
            return None

    def _read_if_held(self, file: EvidenceFile, account_id: str, decode: Callable[[bytes], T]) -> T | None:
        """Read a kind of file that snapshots of earlier versions do not have, and are whole without."""
        if self._finished and file.path(account_id) not in self._files:
            return None
        return self._read(file, account_id, decode)

    def _coverage(self, account_id: str) -> EventCoverage | None:
        """It is written together with the events: without them nothing is said of it."""
        from audit.snapshot.event_rows import decode_event_coverage

        if EVENT_COVERAGE.path(account_id) not in self._files:
            return None
        return self._read(EVENT_COVERAGE, account_id, decode_event_coverage)

    def _not_listed(self, file: EvidenceFile, account_id: str) -> None:
        if any((account_id, source) in self._explained for source in (file.source, *ACCOUNT_SOURCES)):
            return
        detail = (
            f"the snapshot has no {file.name} and its manifest does not say why"
            if self._finished
            else "the collection had not come to it when it stopped; start it again to go on"
        )
        self.gaps.append(Gap(account_id=account_id, source=file.source, reason=GapReason.NOT_ASKED, detail=detail))

    def _verified(self, entry: SnapshotFile, account_id: str, source: str) -> bytes | None:
        """Return the file's bytes where they are what the manifest says."""
        path = self._folder / entry.path
        try:
            if not path.resolve().is_relative_to(self._folder.resolve()):
                wrong = "lies outside the snapshot"
            elif not stat.S_ISREG(path.stat().st_mode):
                wrong = "is no ordinary file"
            else:
                raw = path.read_bytes()
                if hashlib.sha256(raw).hexdigest() == entry.sha256:
                    return raw
                wrong = "is not as it was collected (SHA-256)"
        except FileNotFoundError:
            wrong = "is missing"
        except (OSError, ValueError, RuntimeError):
            wrong = "cannot be read"
        self._unreadable(account_id, source, f"the file {entry.path} {wrong}")
        return None

    def _unreadable(self, account_id: str, source: str, what: str) -> None:
        detail = f"{what}, so it is not used; restore it, or collect again"
        self.gaps.append(Gap(account_id=account_id, source=source, reason=GapReason.UNREADABLE, detail=detail))


def _authorization(raw: bytes) -> AuthorizationDetails:
    return decode_authorization(raw, AUTHORIZATION_DETAILS.name)
