"""Columns of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def lines(header: Sequence[str], rows: Iterable[Sequence[str]], *, left: frozenset[str]) -> Iterator[str]:
    """Yield the lines of a table; the columns named in `left` begin at the left, all others end at the right."""
    table = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    for row in table:
        cells = [
            cell.ljust(width) if name in left else cell.rjust(width)
            for name, cell, width in zip(header, row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()
