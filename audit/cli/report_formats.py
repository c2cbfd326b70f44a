"""The formats of a report, made one beside the other where that saves time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from audit.cli.terminal import Terminal
from audit.fork import beside
from audit.model.error import MissingLibraryError
from audit.render.formats import FORMATS, Format, default_formats
from audit.render.output_file import OutputFile

if TYPE_CHECKING:
    from audit.render.parts import Parts


def wanted(names: tuple[str, ...]) -> tuple[Format, ...]:
    """The formats asked for, or those that are written where none was, in their own order."""
    chosen = names or default_formats()
    return tuple(format_ for name, format_ in FORMATS.items() if name in chosen)


def prepare(terminal: Terminal, formats: tuple[Format, ...]) -> None:
    """Have ready what they and the summary need before there is a result. What is missing is told when it is needed."""
    terminal.prepare()
    for format_ in formats:
        if format_.prepare is not None:
            with suppress(MissingLibraryError):
                format_.prepare()


def render(terminal: Terminal, parts: Parts, names: tuple[str, ...]) -> Iterator[OutputFile]:
    """Make the files one by one. A library that is missing stops a format that was asked for by name, no other.

    The first format that may stand apart is made beside the others, and comes last.
    """
    formats = wanted(names)
    apart = next((format_ for format_ in formats if format_.apart and len(formats) > 1), None)
    if apart is None:
        for format_ in formats:
            yield from _files(terminal, parts, format_, names)
        return
    parts.view  # noqa: B018 - made once, before there are two who need it
    with beside(lambda: msgspec.msgpack.encode([*apart.make(parts)])) as given:
        for format_ in formats:
            if format_ is apart:
                terminal.note(f"writing {apart.name}")
            else:
                yield from _files(terminal, parts, format_, names)
        yield from msgspec.msgpack.decode(given.result(), type=list[OutputFile])


def render_annexes(terminal: Terminal, parts: Parts, names: tuple[str, ...]) -> Iterator[OutputFile]:
    """Make the annexes asked for."""
    if not names:
        return
    from audit.render.annex import render_annexes as annexes

    terminal.note(f"writing annexes: {', '.join(dict.fromkeys(names))}")
    yield from annexes(parts, names)


def in_order(paths: list[Path]) -> list[Path]:
    """Files as their formats are listed, whichever was made first; what belongs to no format comes last."""
    places = {name: place for place, name in enumerate(name for one in FORMATS.values() for name in one.files)}
    return sorted(paths, key=lambda path: places.get(path.name, len(places)))


def _files(terminal: Terminal, parts: Parts, format_: Format, names: tuple[str, ...]) -> Iterator[OutputFile]:
    terminal.note(f"writing {format_.name}")
    try:
        yield from format_.render(parts.result, parts)
    except MissingLibraryError as error:
        if format_.name in names:
            raise
        terminal.note(f"mturk-audit: no {format_.name} was written: {error}")
