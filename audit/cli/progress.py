"""How far a collection is: bars on a terminal, a line now and then anywhere else. Both write to stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from audit.cli.terminal import Terminal, printable

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from audit.collect.interface import Progress

SECONDS_BETWEEN_LINES = 15.0


class Lines:
    """A line when a source ends, and every `SECONDS_BETWEEN_LINES` in between."""

    def __init__(self, terminal: Terminal, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._monotonic = monotonic
        self._last = monotonic()
        self._done: dict[str, int] = {}
        self._total: dict[str, int | None] = {}

    def start(self, source: str, total: int | None) -> None:
        """Remember the source, or its better total."""
        self._done.setdefault(source, 0)
        self._total[source] = total

    def advance(self, source: str, count: int = 1) -> None:
        """Count, and write a line where none was written for a while."""
        self._done[source] = self._done.get(source, 0) + count
        now = self._monotonic()
        if now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            self._write(source, "so far")

    def finish(self, source: str) -> None:
        """Write how many there were."""
        self._write(source, "done")

    def note(self, sentence: str) -> None:
        """Pass the sentence on."""
        self._terminal.note(sentence)

    def _write(self, source: str, state: str) -> None:
        total = self._total.get(source)
        of_total = f" of {total}" if total is not None else ""
        self._terminal.note(f"{source}: {self._done.get(source, 0)}{of_total} {state}")


class Bars:
    """A bar per source, as rich draws them."""

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def start(self, source: str, total: int | None) -> None:
        """Show the source's bar, or give it its better total."""
        if source in self._tasks:
            self._bars.update(self._tasks[source], total=total)
        else:
            self._tasks[source] = self._bars.add_task(printable(source), total=total)

    def advance(self, source: str, count: int = 1) -> None:
        """Move the bar."""
        if source in self._tasks:
            self._bars.advance(self._tasks[source], count)

    def finish(self, source: str) -> None:
        """Fill the bar."""
        if source not in self._tasks:
            return
        task = self._tasks[source]
        completed = next(each.completed for each in self._bars.tasks if each.id == task)
        self._bars.update(task, total=completed or 1, completed=completed or 1)
        self._bars.stop_task(task)

    def note(self, sentence: str) -> None:
        """Print the sentence above the bars."""
        self._bars.console.print(printable(sentence))


@contextmanager
def show_progress(terminal: Terminal) -> Iterator[Progress]:
    """Show progress as fits stderr, until the block ends."""
    if not sys.stderr.isatty():
        yield Lines(terminal)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with RichProgress(*columns, console=terminal.console(sys.stderr), transient=True) as bars:
        yield Bars(bars)
