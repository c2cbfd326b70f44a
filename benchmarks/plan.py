"""What a run of the benchmark measures: sizes, accounts on disk, contestants."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.contest import Contestant, Outcome, failed
from benchmarks.engine import ARGUMENTS, FORMATS, OURS, engine, floor, report
from benchmarks.peers.install import InstallError, Peer, install
from benchmarks.places import PROJECT, PYTHON, environment

ROLES_A_FILE = 1_000
"""Where the roles lie in many files, each an account of its own."""


class Accounts(NamedTuple):
    """Invented accounts on disk."""

    folder: Path
    files: tuple[Path, ...]
    """One an account."""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(file.stat().st_size for file in self.files)


def accounts(folder: Path, *, roles: int, files: int, seed: int) -> Accounts:
    """Write a snapshot of accounts in an organization below `folder`, unless this generator has written them already.

    It runs as a process of its own, so that this one stays small (see `benchmarks.measure`).
    """
    out = folder / "accounts" / f"{roles}-roles-{files}-files-seed-{seed}-{_generator()}"
    if not out.is_dir():
        size = ("--roles", str(roles), "--files", str(files), "--seed", str(seed))
        unfinished = out.with_name(f"{out.name}-unfinished")
        command = (PYTHON, "-m", "benchmarks.accounts", *size, "--out", str(unfinished))
        subprocess.run(command, env=environment(), check=True, stdout=subprocess.DEVNULL)
        unfinished.rename(out)
    return Accounts(out, tuple(sorted(out.glob("*/iam/authorization-details.json"))))


def _generator() -> str:
    """Eight digits that change with the generator."""
    digest = hashlib.sha256()
    for source in sorted((PROJECT / "benchmarks" / "accounts").iterdir()):
        if source.is_file():
            digest.update(source.read_bytes())
    return digest.hexdigest()[:8]


def one_file(folder: Path, sizes: Sequence[int], seed: int) -> list[Contestant]:
    """The engine and its floor, on one account of each size; and the engine on one role: its start-up."""
    least = accounts(folder, roles=1, files=1, seed=seed).folder
    contestants = [engine(name, least, 1) for name in ARGUMENTS]
    for roles in sizes:
        found = accounts(folder, roles=roles, files=1, seed=seed)
        contestants += floor(found.files, roles)
        contestants += [engine(name, found.folder, roles) for name in ARGUMENTS]
    return contestants


def reports(folder: Path, roles: int, seed: int) -> list[Contestant]:
    """The way from one account to its report, which is small however many roles there are."""
    (file,) = accounts(folder, roles=roles, files=1, seed=seed).files
    return [report(name, file, roles, folder / "reports" / str(place)) for place, name in enumerate(FORMATS)]


def many_files(folder: Path, sizes: Sequence[int], seed: int) -> list[Contestant]:
    """The same on folders of many accounts."""
    contestants = []
    for roles in sizes:
        found = accounts(folder, roles=roles, files=max(1, roles // ROLES_A_FILE), seed=seed)
        contestants += [*floor(found.files, roles), engine(OURS, found.folder, roles)]
    return contestants


def peers(
    folder: Path, chosen: Sequence[Peer], *, roles: int, seed: int, tell: Callable[[str], None]
) -> tuple[list[Contestant], dict[Contestant, Outcome]]:
    """The peers on one account, installed; and those that could not be, with the reason."""
    (file,) = accounts(folder, roles=roles, files=1, seed=seed).files
    actions = write_actions(folder)
    contestants, missing = [], {}
    for peer in chosen:
        tell(f"installing {peer.name}")
        try:
            target = install(peer, folder / "peers")
        except InstallError as error:
            missing[Contestant(peer.name, roles, ())] = failed(f"it could not be installed: {error}")
        else:
            contestants.append(Contestant(peer.name, roles, peer.command(target, file, actions)))
    return contestants, missing


def write_actions(folder: Path) -> Path:
    """Write the actions that the peers are asked about, as JSON.

    They come from the command, since the catalog would make this process larger.
    """
    path = folder / "actions.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = (PYTHON, "-m", "audit.cli", "catalog", "--format", "json")
    catalog = json.loads(subprocess.run(command, env=environment(), check=True, capture_output=True).stdout)
    actions = [f"{privilege['service']}:{privilege['name']}" for privilege in catalog["privileges"]]
    path.write_text(json.dumps(actions), encoding="ascii")
    return path
