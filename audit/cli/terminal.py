"""Where the command line writes: data on stdout, everything else on stderr, and no text of others as it came."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

import msgspec

from audit.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 4096
"""Columns of a table that goes to a file or pipe: wide enough that nothing is folded."""


class ColorWhen(StrEnum):
    """The values of `--color`."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Terminal(msgspec.Struct, frozen=True):
    """The two streams of this process, and when they may be coloured."""

    color: ColorWhen = ColorWhen.AUTO

    def note(self, text: str) -> None:
        """Tell the user something, on stderr."""
        sys.stderr.write(f"{printable(text)}\n")
        sys.stderr.flush()

    def data(self, content: bytes) -> None:
        """Write what was asked for to stdout, and end the process quietly where its reader has gone."""
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            end_without_reader()

    def json(self, value: object) -> None:
        """Write a value as indented JSON to stdout."""
        self.data(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a table to stdout: folded to the width of a terminal, unfolded anywhere else."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in header:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        console = self.console(sys.stdout)
        with console.capture() as captured:
            console.print(table)
        lines = (line.rstrip() for line in captured.get().splitlines())
        self.data("".join(f"{line}\n" for line in lines).encode())

    def prepare(self) -> None:
        """Import what its words are coloured with, for whoever has the time before there are any."""
        import rich.console
        import rich.text  # noqa: F401 - imported to be there

    def console(self, stream: TextIO) -> Console:
        """Make rich's console for one of the two streams; it takes no markup from text."""
        from rich.console import Console

        colored = self.colored(stream)
        return Console(
            file=stream,
            width=None if stream.isatty() else PIPE_WIDTH,
            force_terminal=colored,
            color_system="auto" if colored and stream.isatty() else "standard" if colored else None,
            no_color=not colored,
            markup=False,
            highlight=False,
            emoji=False,
        )

    def colored(self, stream: TextIO) -> bool:
        """Whether to colour: `--color` decides, then NO_COLOR (https://no-color.org), then the stream."""
        if self.color is not ColorWhen.AUTO:
            return self.color is ColorWhen.ALWAYS
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    r"""Spell out what a terminal would obey or hide: control characters, and marks that turn text around.

    Names, reasons and titles come from others; an escape sequence in one becomes `\x1b`.
    """
    return "".join(character if _is_harmless(character) else _spell(character) for character in text)


def _is_harmless(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _spell(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def end_without_reader() -> None:
    """End the process when the reader of a pipe is gone, without Python's complaint at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(ExitCode.READER_GONE)
