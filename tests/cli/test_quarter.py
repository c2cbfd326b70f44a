"""A whole quarter's review on the example company: the commands of QUARTER.md run, and print what it shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.process import PROJECT, Ended, mturk_audit
from tests.cli.quarter import KEY, change_a_byte, collect_example, fill_in, make_key, next_snapshot, tree

PAGE = (PROJECT / "QUARTER.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```sh\n(.*?)```\n(?:```text\n(.*?)```\n)?", re.DOTALL)
LEFT_OUT = "…"


class Step(NamedTuple):
    """A block of the page, and how its commands ended."""

    commands: tuple[str, ...]
    shown: tuple[str, ...]
    ended: tuple[Ended, ...]


class Quarter(NamedTuple):
    folder: Path
    steps: tuple[Step, ...]

    def codes(self) -> list[tuple[str, int]]:
        """The exit code of each command, which is named by its first words."""
        return [
            (_name(command), ended.code)
            for step in self.steps
            for command, ended in zip(step.commands, step.ended, strict=True)
        ]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Quarter:
    """Every command of the page, with what people do in between."""
    folder = tmp_path_factory.mktemp("quarter")
    collect_example(folder / "snapshots" / "2026-Q3")
    (folder / "exceptions.toml").write_text(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0])
    return Quarter(folder, tuple(_steps(folder)))


def _steps(folder: Path) -> Iterator[Step]:
    blocks = BLOCK.findall(PAGE)
    for number, (commands, shown) in enumerate(blocks, start=1):
        listed = tuple(commands.splitlines())
        _between(folder, listed[0], last=number == len(blocks))
        ended = tuple(mturk_audit(*shlex.split(command)[1:], cwd=folder) for command in listed)
        yield Step(listed, tuple(shown.splitlines()), ended)


def _between(folder: Path, command: str, *, last: bool) -> None:
    name = _name(command)
    if name == "review apply":
        fill_in(folder / "decide.xlsx")
    elif name == "review sign":
        make_key(folder / KEY)
    elif name == "diff":
        snapshots = folder / "snapshots"
        next_snapshot(snapshots / "2026-Q3", snapshots / "2026-Q4", folder / "revoke.json")
    elif last:
        change_a_byte(folder / "2026-Q3.tar", b'"decided_on":"202')


def _name(command: str) -> str:
    words = command.split()[1:]
    return " ".join(words[:2] if words[0] == "review" else words[:1])


def _holds(told: str, shown: str) -> bool:
    """Whether a line was told: what stands between the marks of what was left out, in order."""
    parts = [re.escape(part.strip()) for part in shown.split(LEFT_OUT)]
    pattern = re.compile(("" if shown.startswith(LEFT_OUT) else "^ *") + ".*?".join(parts), re.MULTILINE)
    return pattern.search(told) is not None


def test_every_step_prints_what_the_page_shows(quarter: Quarter) -> None:
    for step in quarter.steps:
        told = "\n".join(f"{ended.out}\n{ended.err}" for ended in step.ended)
        assert "Traceback" not in told
        missing = [line for line in step.shown if not _holds(told, line)]
        assert not missing, f"{step.commands}\n{told[-4000:]}"


def test_the_exit_codes_tell_findings_and_a_changed_package(quarter: Quarter) -> None:
    assert quarter.codes() == [
        ("report", 1),
        ("review export", 0),
        ("review apply", 0),
        ("review status", 0),
        ("review revoke", 0),
        ("review revoke", 0),
        ("review revoke", 0),
        ("review sign", 0),
        ("report", 1),
        ("review seal", 0),
        ("verify", 0),
        ("diff", 1),
        ("report", 1),
        ("review revoke", 0),
        ("verify", 5),
    ]


def test_the_report_of_the_next_quarter_says_what_became_of_each_decision(quarter: Quarter) -> None:
    folder = quarter.folder / "reports"
    before, after = (json.loads((folder / name / "report.json").read_bytes()) for name in ("2026-Q3", "2026-Q4"))
    assert [row["state"] for row in before["signatures"]] == ["signature valid"]
    first, *_ = after["findings"]
    assert first["rule"] == "revoked-but-present"
    assert first["severity"] == "critical"
    assert {arn.split(":")[4] for arn in first["subjects"]} == {"444455556666"}
    changes = {row["fingerprint"]: row["change"] for row in after["comparison"]["findings"]}
    assert changes[first["fingerprint"]] == "new"
    states: dict[tuple[str, str], set[str]] = {}
    for row in after["decisions"]:
        decision = row["decision"]
        if decision["choice"] in ("revoke", "modify"):
            states.setdefault((decision["choice"], decision["principal_arn"].split(":")[4]), set()).add(row["state"])
            assert decision["snapshot_sha256"] == before["header"]["input_sha256"]
            assert row["shown_by_sha256"] == after["header"]["input_sha256"]
    assert states == {
        ("revoke", "111122223333"): {"done"},
        ("modify", "111122223333"): {"done"},
        ("revoke", "444455556666"): {"still present"},
    }
    assert [each["kind"] for each in after["header"]["inputs"]][-1] == "last review"


MACHINES = (
    ("one", 0o077, {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
    ("two/with a longer way", 0o002, {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}),
)
"""A folder, an umask, and settings."""


def test_two_machines_make_the_same_review_to_the_byte(quarter: Quarter, tmp_path: Path) -> None:
    """Each has the same inputs in a folder, time zone, locale, hash seed and umask of its own."""
    made = [_made_again(quarter.folder, tmp_path / name, umask, settings) for name, umask, settings in MACHINES]
    assert made[0] == made[1]
    assert {"reports/2026-Q4/report.json", "reports/2026-Q4/report.html", "2026-Q4.tar"} <= made[0].keys()


def _made_again(inputs: Path, home: Path, umask: int, settings: dict[str, str]) -> dict[str, str]:
    """Report and seal the next quarter in a folder; the hash of every file that is written."""
    before = os.umask(umask)
    try:
        home.mkdir(parents=True)
        shutil.copytree(inputs / "snapshots", home / "snapshots")
        shutil.copytree(inputs / "review", home / "review")
        for name in ("exceptions.toml", KEY):
            shutil.copy(inputs / name, home / name)
        common = ("--exceptions", "exceptions.toml", "--review", "review")
        reported = mturk_audit(
            *("report", "snapshots/2026-Q4", "--out", "reports/2026-Q4", "--as-of", "2027-01-05", *common),
            *("--baseline", "snapshots/2026-Q3", "--format", "json", "--format", "html", "--format", "csv"),
            cwd=home,
            env=settings,
        )
        sealed = mturk_audit(
            *("review", "seal", "snapshots/2026-Q4", "--report", "reports/2026-Q4", *common),
            *("--key", KEY, "--out", "2026-Q4.tar"),
            cwd=home,
            env=settings,
        )
    finally:
        os.umask(before)
    assert (reported.code, sealed.code) == (1, 0), reported.err + sealed.err
    written = tree(home)
    return {path: sha256 for path, sha256 in written.items() if path.startswith(("reports/", "2026-Q4.tar"))}
