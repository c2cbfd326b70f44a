"""Putting the peers beside the project: each into an environment of its own, in the versions that are pinned here."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.places import PROJECT

HERE = Path(__file__).parent
SECONDS = 900
"""That one installation may take."""


class InstallError(Exception):
    """A peer cannot be had; the message is the installer's own last word."""


class Peer(NamedTuple):
    """Another tool, and how it is asked."""

    name: str
    """On the command line; several that are asked of one installation share its folder."""
    pins: tuple[Path, ...]
    """The files that say which versions; the first is handed to the installer."""
    install: Callable[[Path, tuple[Path, ...]], None]
    command: Callable[[Path, Path, Path], tuple[str, ...]]
    """From the folder it is installed in, the file and the list of actions."""
    folder: str

    @property
    def version(self) -> str:
        """Of the peer itself, as pinned."""
        text = self.pins[0].read_text(encoding="utf-8")
        for mark in (f"{self.folder}==", f'"@cloud-copilot/{self.folder}": "'):
            if mark in text:
                return text.partition(mark)[2].splitlines()[0].strip('",')
        raise LookupError(f"{self.pins[0]} does not pin {self.folder}")


def install(peer: Peer, folder: Path) -> Path:
    """Install a peer below `folder`, where it is not there already in that version; return its own folder.

    Raises InstallError where that fails.
    """
    target = folder / peer.folder
    stamp = target / "installed"
    digest = hashlib.sha256(sys.version.encode() + b"".join(pin.read_bytes() for pin in peer.pins)).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return target
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    peer.install(target, peer.pins)
    stamp.write_text(digest, encoding="ascii")
    return target


def _from_python(target: Path, pins: tuple[Path, ...]) -> None:
    _run(sys.executable, "-m", "venv", str(target))
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-deps")
    _run(str(target / "bin" / "python"), "-m", "pip", "install", *quiet, "-r", str(pins[0]))


def _from_node(target: Path, pins: tuple[Path, ...]) -> None:
    for pin in pins:
        shutil.copy(pin, target)
    _run("npm", "ci", "--prefix", str(target), "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")


def _run(*command: str) -> None:
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS, cwd=PROJECT)
    except FileNotFoundError:
        raise InstallError(f"`{command[0]}` is not installed") from None
    except subprocess.TimeoutExpired:
        raise InstallError(f"`{command[0]}` was still going after {SECONDS} s") from None
    if ended.returncode:
        said = [line for line in (ended.stderr + ended.stdout).splitlines() if line.strip()]
        errors = [line for line in said if "error" in line.lower()] or said
        raise InstallError(errors[-1].strip() if errors else f"`{command[0]}` ended with {ended.returncode}")


def _python_peer(name: str, module: str) -> Peer:
    def command(target: Path, file: Path, actions: Path) -> tuple[str, ...]:
        return (str(target / "bin" / "python"), "-m", f"benchmarks.peers.{module}", str(file), str(actions))

    return Peer(name, (HERE / "pins" / f"{name}.txt",), _from_python, command, name)


def _node_peer(name: str, *more: str) -> Peer:
    def command(target: Path, file: Path, actions: Path) -> tuple[str, ...]:
        return ("node", str(HERE / "iam_simulate" / "ask.mjs"), str(target), str(file), str(actions), *more)

    pins = (HERE / "iam_simulate" / "package.json", HERE / "iam_simulate" / "package-lock.json")
    return Peer(name, pins, _from_node, command, "iam-simulate")


IAM_SIMULATE = _node_peer("iam-simulate")
PRINCIPALMAPPER = _python_peer("principalmapper", "ask_principalmapper")
PEERS = (
    IAM_SIMULATE,
    _node_peer("iam-simulate-validated", "validated"),
    _python_peer("iam-ape", "ask_iam_ape"),
    PRINCIPALMAPPER,
    _python_peer("policyuniverse", "ask_policyuniverse"),
    _python_peer("cloudsplaining", "ask_cloudsplaining"),
)
