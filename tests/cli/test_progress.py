"""Progress: a line now and then where there is no terminal, bars where there is one."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.progress import MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress

from audit.cli.progress import SECONDS_BETWEEN_LINES, Bars, Lines
from audit.cli.terminal import Terminal


@pytest.fixture
def seconds() -> list[float]:
    """The time that the clock of `lines` shows."""
    return [0.0]


@pytest.fixture
def lines(seconds: list[float]) -> Lines:
    """Lines by that clock."""
    return Lines(Terminal(), monotonic=lambda: seconds[0])


def test_a_line_comes_only_now_and_then(lines: Lines, seconds: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    lines.start("mturk:ListBonusPayments", 340)
    for _ in range(100):
        lines.advance("mturk:ListBonusPayments")
    assert capsys.readouterr().err == ""
    seconds[0] = SECONDS_BETWEEN_LINES
    lines.advance("mturk:ListBonusPayments")
    lines.advance("mturk:ListBonusPayments")
    assert capsys.readouterr().err == "mturk:ListBonusPayments: 101 of 340 so far\n"
    lines.finish("mturk:ListBonusPayments")
    assert capsys.readouterr().err == "mturk:ListBonusPayments: 102 of 340 done\n"


def test_a_total_that_is_not_known_is_not_made_up(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    lines.start("mturk:ListHITs", None)
    lines.advance("mturk:ListHITs", 100)
    lines.finish("mturk:ListHITs")
    assert capsys.readouterr().err == "mturk:ListHITs: 100 done\n"


@pytest.fixture
def screen() -> io.StringIO:
    """What the bars are drawn on."""
    return io.StringIO()


@pytest.fixture
def bars(screen: io.StringIO) -> Iterator[Bars]:
    """Bars, with their text alone."""
    console = Console(file=screen, force_terminal=True, width=120, color_system=None)
    columns = (TextColumn("{task.description}", markup=False), MofNCompleteColumn())
    with RichProgress(*columns, console=console, auto_refresh=False) as progress:
        yield Bars(progress)
        progress.refresh()


def test_bars_count_take_better_totals_and_end_full(bars: Bars, screen: io.StringIO) -> None:
    bars.start("mturk:ListHITs", None)
    bars.start("mturk:ListHITs", 4)
    bars.advance("mturk:ListHITs", 3)
    bars.finish("mturk:ListHITs")
    bars.note("a setting is ignored\x1b[2J")
    bars._bars.refresh()
    assert "3/3" in screen.getvalue()
    assert "a setting is ignored\\x1b[2J" in screen.getvalue()


def test_bars_pass_over_a_source_that_never_began(bars: Bars) -> None:
    bars.advance("mturk:ListHITs")
    bars.finish("mturk:ListHITs")
