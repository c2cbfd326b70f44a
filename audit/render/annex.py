"""Annexes: what the signed summary bounds, printed in full, in PDFs for each account, on request.

Each volume is a document of its own of at most `MOST_PAGES` pages, so that they are made side by side in processes and
none grows with the size of an account. A volume is named by the first of its rows: one that turns out too long is split
in two, and no other changes.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import msgspec

from audit.frames.table import format_time
from audit.render.annex_names import ANNEX_NAMES
from audit.render.annex_rows import Row, entitlement_rows, finding_rows
from audit.render.output_file import OutputFile
from audit.render.parts import Parts
from audit.render.pdf import MOST_PAGES, drawable, printing
from audit.render.pdf_engine import Page, check_engine, lay_out
from audit.render.pdf_words import SHAPES
from audit.render.templates import read_template

_FILLED = 45 * 250.0
"""Millimetres that a volume is filled to by an estimate: it may be wrong by a third before one must be split."""
_MOST_JOBS = 4
"""Each takes a third of a gigabyte."""
_ROWS: dict[str, Callable[[Parts], Iterator[Row]]] = {"entitlements": entitlement_rows, "findings": finding_rows}


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """One document: some rows of one account."""

    annex: str
    account: str
    """As outputs name it."""
    label: str
    """Of the account, in the file's name."""
    first: int
    """Of its rows among those of the account, from 1."""
    total: int
    """Rows of the account."""
    rows: tuple[Row, ...]

    @property
    def file(self) -> str:
        """`annex-entitlements-111122223333-00001.pdf`."""
        return f"annex-{self.annex}-{self.label}-{self.first:05d}.pdf"

    @property
    def last(self) -> int:
        """The last of its rows."""
        return self.first + len(self.rows) - 1

    def halves(self) -> tuple[Volume, Volume]:
        """The same rows in two volumes."""
        middle = len(self.rows) // 2
        before = msgspec.structs.replace(self, rows=self.rows[:middle])
        return before, msgspec.structs.replace(self, rows=self.rows[middle:], first=self.first + middle)


class Printed(msgspec.Struct, frozen=True):
    """A document, and how many pages it has."""

    content: bytes
    pages: int


def render_annexes(parts: Parts, names: Sequence[str], jobs: int = 0) -> Iterator[OutputFile]:
    """Print the annexes of these names, account by account; with any number of processes the bytes are the same.

    `jobs`: how many processes, 0 for one a core. Raises MissingLibraryError where Pango or HarfBuzz is not installed.
    """
    check_engine()
    volumes = [volume for name in ANNEX_NAMES if name in names for volume in _volumes(name, parts)]
    most = min(jobs or len(os.sched_getaffinity(0)), _MOST_JOBS, len(volumes))
    if most <= 1:
        for volume in volumes:
            yield from _bounded(volume, parts, _print)
        return
    # Not forked from this process: WeasyPrint's libraries have threads.
    with ProcessPoolExecutor(most, mp_context=multiprocessing.get_context("forkserver")) as pool:
        waiting = [(volume, pool.submit(_print, _page(volume, parts))) for volume in volumes]
        for volume, future in waiting:
            yield from _bounded(volume, parts, lambda page: pool.submit(_print, page).result(), future.result())


def _bounded(
    volume: Volume, parts: Parts, print_page: Callable[[Page], Printed], printed: Printed | None = None
) -> Iterator[OutputFile]:
    """The volume, or its halves where it is too long."""
    printed = printed or print_page(_page(volume, parts))
    if printed.pages > MOST_PAGES and len(volume.rows) > 1:
        for half in volume.halves():
            yield from _bounded(half, parts, print_page)
        return
    yield OutputFile(name=volume.file, content=printed.content, holds=ANNEX_NAMES[volume.annex])


def _volumes(annex: str, parts: Parts) -> Iterator[Volume]:
    accounts: dict[str, list[Row]] = {}
    for row in _ROWS[annex](parts):
        accounts.setdefault(row.account_id, []).append(row)
    for place, (account_id, rows) in enumerate(accounts.items()):
        first = 0
        while first < len(rows):
            last, height = first, 0.0
            while last < len(rows) and (last == first or height + rows[last].height <= _FILLED):
                height += rows[last].height
                last += 1
            yield Volume(
                annex=annex,
                account=parts.view.index.account(account_id),
                # What a crafted file calls an account is no part of a file's name.
                label=account_id if re.fullmatch(r"[0-9]{12}", account_id) else f"x{place}",
                first=first + 1,
                total=len(rows),
                rows=tuple(rows[first:last]),
            )
            first = last


def _page(volume: Volume, parts: Parts) -> Page:
    header = parts.result.header
    filled = printing().get_template(f"pdf/annex_{volume.annex}.html.j2")
    html = filled.render(
        view=parts.view,
        header=header,
        volume=volume,
        holds=ANNEX_NAMES[volume.annex],
        dated=format_time(header.as_of.replace(microsecond=0)),
        shapes=SHAPES,
    )
    return Page(
        html=drawable(html), style=read_template("pdf/style.css"), assets={}, attachments=(), dated=header.as_of
    )


def _print(page: Page) -> Printed:
    laid_out = lay_out(page)
    return Printed(laid_out.write(), laid_out.pages)
