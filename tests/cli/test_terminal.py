"""What goes to a terminal: colour only where it is wanted, and nothing that the terminal would obey."""

from __future__ import annotations

import io
import os
import pty
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cli.terminal import ColorWhen, Terminal, printable
from tests.cli.evidence import account, allow, policy, saved, user
from tests.cli.process import COMMAND, environment


class _Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("when", "stream", "no_color", "term", "colored"),
    [
        (ColorWhen.AUTO, _Tty(), "", "xterm", True),
        (ColorWhen.AUTO, io.StringIO(), "", "xterm", False),
        (ColorWhen.AUTO, _Tty(), "1", "xterm", False),
        (ColorWhen.AUTO, _Tty(), "", "dumb", False),
        (ColorWhen.ALWAYS, io.StringIO(), "1", "dumb", True),
        (ColorWhen.NEVER, _Tty(), "", "xterm", False),
    ],
)
def test_colour_is_decided_by_flag_then_environment_then_stream(
    monkeypatch: pytest.MonkeyPatch, when: ColorWhen, stream: io.StringIO, no_color: str, term: str, colored: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", term)
    assert Terminal(when).colored(stream) is colored


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünï, 漢字\tand\n", "plain, ünï, 漢字\tand\n"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\u202eb", "a\\u202eb"),
        ("a\rb\x07", "a\\rb\\x07"),
        ("\udcff", "\\udcff"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_printable_text_stays_printable(text: str) -> None:
    """It is safe to spell out twice, and no control character is left but line feeds and tabs."""
    shown = printable(text)
    assert printable(shown) == shown
    assert not [sign for sign in shown if ord(sign) < 32 and sign not in "\n\t"]


def _in_a_terminal(*arguments: str | Path) -> tuple[int, str]:
    """Run the command with a terminal of 80 columns for stderr; give its exit code and what the terminal got."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env=environment(TERM="xterm-256color", COLUMNS="80", NO_COLOR=""),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=other,
    )
    os.close(other)
    seen = b""
    try:
        while piece := os.read(main, 4096):
            seen += piece
    except OSError:  # how Linux tells that the other end is closed
        pass
    os.close(main)
    return process.wait(60), seen.decode()


def test_in_a_terminal_the_summary_is_coloured_and_folded(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("payer", policy(allow("mechanicalturk:*")))))
    code, seen = _in_a_terminal("report", path, "--out", tmp_path / "out", "--format", "json")
    assert code == 1
    assert "\x1b[1m" in seen, "the verdict is bold"
    summary = seen.partition("writing json")[2]
    assert max(len(line) for line in summary.splitlines()) < 80 + len("\x1b[1m\x1b[0m")


def test_in_a_terminal_no_color_takes_colour_away(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("payer", policy(allow("mechanicalturk:*")))))
    report = ("report", path, "--out", tmp_path / "out", "--format", "json")
    assert "\x1b" not in _in_a_terminal("--color", "never", *report)[1]
