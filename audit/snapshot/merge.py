"""Several snapshots of one account each, as one snapshot of all: what a review of a company reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

import msgspec

from audit.model.error import InputError
from audit.model.snapshot import Manifest
from audit.snapshot.layout import ORGANIZATION_FILES, ORGANIZATION_TREE
from audit.snapshot.organization import decode_tree
from audit.snapshot.reader import read_manifest
from audit.snapshot.writer import write_file, write_manifest


def merge_snapshots(parts: Sequence[Path], out: Path) -> Manifest:
    """Write the evidence of `parts` into `out`, a new or empty folder; the parts stay as they are.

    Raises InputError where a part is unfinished or damaged, where two parts hold one account, and where they differ in
    window or Mechanical Turk environment.
    """
    if out.exists() and any(out.iterdir()):
        raise InputError(f"`{out}` is not empty; give a new folder for the merged snapshot")
    manifests = _with_one_organization(parts, [read_manifest(part)[0] for part in parts])
    merged = _merged(parts, manifests)
    for part, manifest in zip(parts, manifests, strict=True):
        for file in manifest.files:
            if not (out / file.path).resolve().is_relative_to(out.resolve()):
                raise InputError(
                    f"the manifest of `{part}` names `{file.path}`, which lies outside it; collect it again"
                )
            raw = (part / file.path).read_bytes() if (part / file.path).is_file() else b""
            if hashlib.sha256(raw).hexdigest() != file.sha256:
                raise InputError(f"`{part / file.path}` is not as its manifest says; collect that account again")
            write_file(out / file.path, [raw])
    write_manifest(out, merged)
    return merged


def _with_one_organization(parts: Sequence[Path], manifests: Sequence[Manifest]) -> list[Manifest]:
    """Leave the organization's files and gaps to the part that read most of it: the whole has one organization.

    That some part is in none counts only where every part is.
    """
    ranks = [_rank(part, manifest) for part, manifest in zip(parts, manifests, strict=True)]
    best = max(ranks)
    chosen = ranks.index(min(ranks) if best is _Known.IN_NONE else best)
    return [
        manifest
        if index == chosen
        else msgspec.structs.replace(
            manifest,
            files=tuple(file for file in manifest.files if file.path not in _ORGANIZATION_PATHS),
            gaps=tuple(gap for gap in manifest.gaps if gap.account_id),
        )
        for index, manifest in enumerate(manifests)
    ]


_ORGANIZATION_PATHS = frozenset(file.path("") for file in ORGANIZATION_FILES)


class _Known(IntEnum):
    """How much a part knows of the organization."""

    NOTHING = 0
    IN_NONE = 1
    NAME = 2
    TREE = 3
    ALL = 4


def _rank(part: Path, manifest: Manifest) -> _Known:
    if not any(file.path == ORGANIZATION_TREE.path("") for file in manifest.files):
        return _Known.NOTHING
    try:
        tree = decode_tree((part / ORGANIZATION_TREE.path("")).read_bytes())
    except (OSError, msgspec.DecodeError):
        # The file is held to its hash when it is copied, and named there.
        return _Known.ALL
    if not tree.in_use:
        return _Known.IN_NONE
    if tree.nodes is None:
        return _Known.NAME
    return _Known.TREE if any(not gap.account_id for gap in manifest.gaps) else _Known.ALL


def _merged(parts: Sequence[Path], manifests: Sequence[Manifest]) -> Manifest:
    first = manifests[0]
    for part, manifest in zip(parts, manifests, strict=True):
        if manifest.ended_at is None:
            raise InputError(f"the snapshot `{part}` is unfinished; start its collection again")
        if (manifest.window, manifest.environment) != (first.window, first.environment):
            raise InputError(f"`{parts[0]}` and `{part}` are of different windows or environments; merge them apart")
    accounts = sorted((account for each in manifests for account in each.accounts), key=lambda each: each.account_id)
    ids = [account.account_id for account in accounts]
    for twice in sorted({account_id for account_id in ids if ids.count(account_id) > 1}):
        raise InputError(f"the account {twice} is in two of the snapshots; leave one of them out")
    return msgspec.structs.replace(
        first,
        caller_arn=", ".join(sorted({manifest.caller_arn for manifest in manifests})),
        accounts=tuple(accounts),
        files=tuple(sorted((file for each in manifests for file in each.files), key=lambda file: file.path)),
        gaps=tuple(
            sorted(
                (gap for each in manifests for gap in each.gaps),
                key=lambda gap: (gap.account_id, gap.source, gap.item, gap.reason, gap.detail),
            )
        ),
        started_at=min(manifest.started_at for manifest in manifests),
        ended_at=max(manifest.ended_at for manifest in manifests if manifest.ended_at is not None),
    )
