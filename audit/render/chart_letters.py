"""Letters as outlines: the glyphs of the font that matplotlib ships, so that a chart needs no font where it is read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font, GlyphIndexType

EM = 1000
"""Units of an outline in one em: whole numbers are fine enough at any size that is read."""
MIDDLE = 380
"""From the base line up to the middle of a line of text: half of what an `l` reaches."""
_PIXELS = 100
_COMMANDS = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3), 79: ("Z", 0)}
"""FreeType's codes of a path as SVG's letters, with the points that each takes."""


class Glyph(msgspec.Struct, frozen=True, gc=False):
    """One letter, the origin at the left of its base line, y downwards."""

    number: GlyphIndexType
    """In the font."""
    advance: float
    outline: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    """SVG's path commands with their points; empty for a space."""

    def path(self, x: float = 0, y: float = 0, scale: float = 1, digits: int = 0) -> str:
        """Write the outline as the `d` of an SVG path, moved and scaled."""
        return "".join(
            letter + " ".join(f"{shortest(x + a * scale, digits)} {shortest(y + b * scale, digits)}" for a, b in points)
            for letter, points in self.outline
        )


def placed(words: str, *, bold: bool) -> Iterator[tuple[Glyph, float]]:
    """The letters of a line of text, each with the distance of its origin from the beginning, kerned."""
    from matplotlib.ft2font import Kerning

    font, at, last = _font(bold), 0.0, None
    for sign in words:
        glyph = _glyph(sign, bold)
        if last is not None:
            at += font.get_kerning(last.number, glyph.number, Kerning.UNFITTED) / 64 * EM / _PIXELS
        yield glyph, at
        at += glyph.advance
        last = glyph


def width_of(words: str, *, bold: bool) -> float:
    """How long a line of text is."""
    return max((at + glyph.advance for glyph, at in placed(words, bold=bold)), default=0.0)


def shortest(value: float, digits: int) -> str:
    """A number with at most so many digits behind the point, and none that says nothing."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


@cache
def _font(bold: bool) -> FT2Font:
    from pathlib import Path

    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    font = FT2Font(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name))
    font.set_size(_PIXELS, 72)
    return font


@cache
def _glyph(sign: str, bold: bool) -> Glyph:
    from matplotlib.ft2font import LoadFlags

    font = _font(bold)
    loaded = font.load_char(ord(sign), flags=LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    outline, at, scale = [], 0, EM / _PIXELS
    while at < len(codes):
        letter, takes = _COMMANDS[int(codes[at])]
        found = tuple((float(x) * scale, -float(y) * scale) for x, y in points[at : at + takes])
        outline.append((letter, found))
        at += max(takes, 1)
    return Glyph(font.get_char_index(ord(sign)), loaded.linearHoriAdvance / 65536 * scale, tuple(outline))
