"""A line of text as letters of the font that matplotlib ships: which, where each stands, and how it is drawn.

matplotlib lays a line out once to measure it and again to draw it, and loads every letter of it anew each time: most of
a chart's time. Here a letter is loaded once, and a line is laid out by the advances of its letters and the kerning of
their pairs. They stand where matplotlib's own layout puts them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import msgspec
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags
from matplotlib.path import Path as Outline

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.ft2font import GlyphIndexType
    from numpy.typing import NDArray

SCALE = 100
"""The size of the font, in points, that places, widths and outlines are told in."""
_UNITS = 64
"""FreeType's whole numbers in one point."""
_POINTS_AN_INCH = 72
_COMMANDS = {
    int(Outline.MOVETO): ("M", 1),
    int(Outline.LINETO): ("L", 1),
    int(Outline.CURVE3): ("Q", 2),
    int(Outline.CURVE4): ("C", 3),
}
"""In SVG, and how many points belong to each. https://www.w3.org/TR/SVG11/paths.html#PathData"""
_LIGATURES = {"ff": "\ufb00", "fi": "\ufb01", "fl": "\ufb02", "ffi": "\ufb03", "ffl": "\ufb04"}
"""Letters that the font draws as one."""
_LIGATURE = re.compile("ff[il]?|f[il]")


class Letter(msgspec.Struct, frozen=True, eq=False):
    """One letter at `SCALE`."""

    name: str
    """Unique over both faces: `s48`."""
    glyph: GlyphIndexType
    """Its number in the font."""
    points: NDArray[np.float64]
    codes: NDArray[np.int8]
    """The outline of what is filled; y goes up from the base line. A blank has none."""
    advance: int
    """How much further the next one stands, in FreeType's numbers."""


class Line(msgspec.Struct, frozen=True, eq=False):
    """One line of text at `SCALE`, in points."""

    letters: tuple[tuple[Letter, float], ...]
    """All that are no blank, and where they stand from where the line begins."""
    width: float
    written: str
    """Its letters as SVG that refers to their definitions."""


class Face:
    """One face of the font, for one drawing: FreeType's fonts must not be shared by threads or processes."""

    def __init__(self, *, bold: bool) -> None:
        self._sign = "b" if bold else "s"
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        self._file = Path(mpl.get_data_path()) / "fonts" / "ttf" / name
        self._letters: dict[str, Letter] = {}
        self._kernings: dict[tuple[GlyphIndexType, GlyphIndexType], int] = {}
        self._lines: dict[str, Line] = {}

    def line(self, words: str) -> Line:
        """Lay out one line."""
        if words not in self._lines:
            self._lines[words] = self._laid_out(words)
        return self._lines[words]

    @cached_property
    def _font(self) -> FT2Font:
        font = FT2Font(str(self._file))
        font.set_size(SCALE, _POINTS_AN_INCH)
        return font

    def _laid_out(self, words: str) -> Line:
        signs = _LIGATURE.sub(lambda found: _LIGATURES[found[0]], words)
        letters = [self._letter(sign) for sign in signs]
        seen, x = [], 0
        for letter, following in zip_longest(letters, letters[1:]):
            if len(letter.points):
                seen.append((letter, x / _UNITS))
            x += letter.advance + (self._kerning(letter.glyph, following.glyph) if following else 0)
        return Line(tuple(seen), x / _UNITS, "".join(_use(letter, at) for letter, at in seen))

    def _letter(self, sign: str) -> Letter:
        if sign not in self._letters:
            glyph = self._font.get_char_index(ord(sign))
            loaded = self._font.load_glyph(glyph, flags=LoadFlags.NO_HINTING)
            self._letters[sign] = Letter(
                f"{self._sign}{glyph:x}", glyph, *self._font.get_path(), advance=loaded.horiAdvance
            )
        return self._letters[sign]

    def _kerning(self, left: GlyphIndexType, right: GlyphIndexType) -> int:
        """How much nearer than usual a letter stands to the one before it, as a negative number."""
        pair = (left, right)
        if pair not in self._kernings:
            units = self._font.get_kerning(left, right, Kerning.UNSCALED)
            # Halves go up, as in HarfBuzz, which lays text out for matplotlib.
            self._kernings[pair] = math.floor(units * SCALE * _UNITS / self._font.units_per_EM + 0.5)
        return self._kernings[pair]


def definition(letter: Letter) -> str:
    """The SVG that a line's letters refer to."""
    # In FreeType's own numbers, which are whole and short.
    path = "".join(_commands(letter))
    return f'<path id="{letter.name}" d="{path}" transform="scale({1 / _UNITS:g})"/>'


def outline_of(line: Line, x: float, y: float, scale: float) -> Outline:
    """A whole line as one outline on the base (`x`, `y`), where y goes down."""
    return Outline.make_compound_path(
        *(Outline(letter.points * (scale, -scale) + (x + at * scale, y), letter.codes) for letter, at in line.letters)
    )


def _use(letter: Letter, at: float) -> str:
    x = f' x="{round(at, 1):g}"' if at else ""
    return f'<use xlink:href="#{letter.name}"{x}/>'


def _commands(letter: Letter) -> Iterator[str]:
    awaited = 0
    for (x, y), code in zip(letter.points.tolist(), letter.codes.tolist(), strict=True):
        if code == Outline.CLOSEPOLY:
            yield "z"
            continue
        if awaited:
            yield " "
        else:
            sign, awaited = _COMMANDS[code]
            yield sign
        awaited -= 1
        yield f"{x * _UNITS:.0f} {y * _UNITS:.0f}"
