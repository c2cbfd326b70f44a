"""The command as a whole: help, exit codes, streams, colour, and what it does when it is stopped."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from audit.cli.main import COMMANDS, command_named, run
from audit.model.error import InputError
from tests.cli.process import COMMAND, environment, mturk_audit

HEAVY = {"boto3", "botocore", "jinja2", "matplotlib", "moto", "networkx", "numpy", "pandas", "rich", "weasyprint"}


def test_help_lists_every_command_with_its_purpose() -> None:
    ended = mturk_audit("--help")
    assert ended.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in ended.out


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """It has to answer in 0.2 seconds; boto3 alone would take as long."""
    ended = subprocess.run(
        [COMMAND[0], "-X", "importtime", *COMMAND[1:], *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}
    assert "click" in imported
    assert not imported & HEAVY


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_shows_examples(name: str) -> None:
    ended = mturk_audit(name, "--help")
    assert ended.code == 0
    assert f"mturk-audit {name}" in ended.out.partition("Examples:")[2]


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["catalog", "--format", "xml"], ["catalog", "--no-such-option"], ["--color", "blue", "catalog"]],
)
def test_wrong_usage_ends_with_2_and_says_so_on_stderr(arguments: list[str]) -> None:
    ended = mturk_audit(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert "Usage: mturk-audit" in ended.err


def test_output_is_plain_in_a_pipe_and_coloured_on_demand() -> None:
    assert "\x1b[" not in mturk_audit("catalog").out
    assert "\x1b[" in mturk_audit("--color", "always", "catalog").out


def test_no_table_is_folded_in_a_pipe() -> None:
    """What goes to another program keeps a row on a line, whatever the width of the terminal was."""
    lines = mturk_audit("catalog", env={"COLUMNS": "20"}).out.splitlines()
    assert any(
        "mechanicalturk:DisassociateQualificationFromWorker" in line and "harms a worker" in line for line in lines
    )


def test_a_reader_that_leaves_is_no_error() -> None:
    """`mturk-audit catalog | head -1` ends quietly, as other programs do."""
    process = subprocess.Popen(
        [*COMMAND, "catalog", "--format", "json"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        restore_signals=False,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 128 + signal.SIGPIPE


def test_an_ascii_terminal_gets_escapes_instead_of_a_crash() -> None:
    ended = mturk_audit("nonsense-×", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"})
    assert ended.code == 2
    assert "Traceback" not in ended.err


def _failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    command = command_named("catalog")
    assert command is not None

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(command, "callback", fail)
    return run(["catalog"])


def test_an_input_error_is_one_sentence_and_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _failing(InputError("`x\x1b[2J` is no snapshot"), monkeypatch) == 2
    assert capsys.readouterr().err == "mturk-audit: `x\\x1b[2J` is no snapshot\n"


def test_a_full_disk_is_one_sentence_and_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _failing(OSError(28, "No space left on device", "reports/x"), monkeypatch) == 2
    told = capsys.readouterr().err
    assert told.startswith("mturk-audit: `reports/x`: no space left on device; ")
    assert told.count("\n") == 1


def test_control_c_is_130_and_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _failing(KeyboardInterrupt(), monkeypatch) == 130
    assert capsys.readouterr().err.strip() == "mturk-audit: interrupted"


def test_a_defect_of_the_program_is_never_taken_for_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python itself would exit with 1, which here means findings."""
    assert _failing(ZeroDivisionError(), monkeypatch) == 70
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert told.endswith("mturk-audit: this is a defect of the program, not of your input; report the lines above\n")


def test_catalog_csv_and_json_hold_the_same_39_privileges() -> None:
    rows = mturk_audit("catalog", "--format", "csv").out.splitlines()[1:]
    profile = json.loads(mturk_audit("catalog", "--format", "json").out)
    names = [f"{privilege['service']}:{privilege['name']}" for privilege in profile["privileges"]]
    assert len(names) == 39
    assert [row.partition(",")[0] for row in rows] == names
    assert "mechanicalturk:SendBonus,Write,critical,pays money," in "\n".join(rows)


def test_catalog_table_shows_retired_names_and_which_dates_are_not_established(tmp_path: Path) -> None:
    out = mturk_audit("catalog", cwd=tmp_path).out
    assert "mechanicalturk:GrantBonus" in out
    assert "2026-09-30" in out
    assert "not established" in out
