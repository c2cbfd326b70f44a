"""A sheet to draw a chart on: rectangles, lines and text in millimetres, written as an SVG that never varies.

Text becomes outlines of the font that matplotlib ships, so that a chart looks the same in HTML, PDF and notebook, on
every machine. The SVG is written here: matplotlib's own takes a second for the charts of a report, most of it for
axes, ticks and layout that none of them has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

import msgspec

from audit.render.chart_letters import EM, MIDDLE, Glyph, placed, shortest, width_of

WIDTH = 170.0
"""Of every chart: the width of the text on an A4 page."""
INK = "#1c1c1c"
FAINT = "#6b6b6b"
RULE = "#c9c9c9"

Point = tuple[float, float]

_HATCH = 1.0
_DASH = 1.2
_EDGE, _STROKE = 0.176, 0.14
"""Half a point, and a little less for what fills a surface."""
_MARGIN = 0.2
"""Around the drawing, so that lines at its border are whole."""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One chart."""

    name: str
    """kebab-case."""
    title: str
    description: str
    """What it shows, in words with its numbers: the text alternative."""
    svg: str
    printed: str
    """The same drawing for print: each line of text one outline, which a renderer takes faster than letters by name."""

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        return self.svg


class Sheet:
    """One chart while it is drawn; the origin is the upper left corner, lengths are millimetres."""

    def __init__(self, height: float) -> None:
        self._height = height
        self._marks: list[str] = []
        self._printed: list[str] = []
        self._letters: dict[tuple[bool, int], Glyph] = {}

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str, edge: str = "", hatched: bool = False
    ) -> None:
        """Draw a rectangle, with slanting lines in the colour of its edge where it is `hatched`."""
        place = " ".join(
            f'{name}="{_mm(value)}"' for name, value in (("x", x), ("y", y), ("width", width), ("height", height))
        )
        stroke = f' stroke="{edge}" stroke-width="{_EDGE}"' if edge else ""
        self._mark(f'<rect {place} fill="{fill}"{stroke}/>')
        if hatched:
            # Lines of our own: not every reader of SVG takes patterns well.
            ends = _slanting_lines(x, y, width, height)
            self._stroke(zip(ends[::2], ends[1::2], strict=True), edge, _STROKE)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, colour: str = RULE, broken: bool = False) -> None:
        """Draw a thin straight line, or its dashes."""
        self._stroke(_dashes((x1, y1), (x2, y2)) if broken else [((x1, y1), (x2, y2))], colour, _EDGE)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 2.6,
        align: Literal["left", "center", "right"] = "left",
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Write one line, centred in height on `y`; `size` is the font's."""
        words, scale = _drawable(words), size / EM
        left = x - width_of(words, bold=bold) * scale * _LEFT_OF[align]
        base = y + MIDDLE * scale
        names, outlines = [], []
        for glyph, at in placed(words, bold=bold):
            if not glyph.outline:
                continue
            self._letters[bold, glyph.number] = glyph
            names.append(f'<use href="#{_name(bold, glyph)}" x="{shortest(at, 0)}"/>')
            outlines.append(glyph.path(left + at * scale, base, scale, 3))
        move = f"translate({_mm(left)} {_mm(base)}) scale({shortest(scale, 6)})"
        self._marks.append(f'<g transform="{move}" fill="{colour}">{"".join(names)}</g>')
        self._printed.append(f'<path d="{"".join(outlines)}" fill="{colour}"/>')

    def chart(self, name: str, title: str, description: str) -> Chart:
        """Write the drawing as SVG, with its title and description inside."""
        letters = sorted(self._letters.items(), key=lambda item: item[0])
        defined = "".join(f'<path id="{_name(bold, glyph)}" d="{glyph.path()}"/>' for (bold, _), glyph in letters)
        return Chart(
            name=name,
            title=title,
            description=description,
            svg=self._written(title, description, f"<defs>{defined}</defs>", *self._marks),
            printed=self._written(title, description, *self._printed),
        )

    def _written(self, title: str, description: str, *parts: str) -> str:
        width, height = WIDTH + 2 * _MARGIN, self._height + 2 * _MARGIN
        head = (
            f'<svg role="img" aria-label={quoteattr(title)} xmlns="http://www.w3.org/2000/svg" '
            f'width="{_mm(width)}mm" height="{_mm(height)}mm" '
            f'viewBox="{-_MARGIN} {-_MARGIN} {_mm(width)} {_mm(height)}">'
        )
        return f"{head}<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"

    def _mark(self, element: str) -> None:
        self._marks.append(element)
        self._printed.append(element)

    def _stroke(self, lines: Iterable[tuple[Point, Point]], colour: str, width: float) -> None:
        path = "".join(f"M{_mm(x1)} {_mm(y1)}L{_mm(x2)} {_mm(y2)}" for (x1, y1), (x2, y2) in lines)
        self._mark(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')


_LEFT_OF = {"left": 0.0, "center": 0.5, "right": 1.0}
"""How much of a text stands left of its place."""


def _mm(value: float) -> str:
    return shortest(value, 3)


def _name(bold: bool, glyph: Glyph) -> str:
    return f"{'b' if bold else 'r'}{glyph.number}"


def _dashes(start: Point, end: Point) -> list[tuple[Point, Point]]:
    (x1, y1), (x2, y2) = start, end
    count = max(int(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 / (2 * _DASH)), 1)

    def along(part: float) -> Point:
        return x1 + (x2 - x1) * part, y1 + (y2 - y1) * part

    return [(along(at / count), along((at + 0.5) / count)) for at in range(count)]


def _slanting_lines(x: float, y: float, width: float, height: float) -> list[Point]:
    """The ends of lines at 45 degrees that fill a rectangle, begin and end in turn."""
    ends = []
    offset = _HATCH / 2
    while offset < width + height:
        ends.append((x + max(0.0, offset - height), y + min(height, offset)))
        ends.append((x + min(width, offset), y + max(0.0, offset - width)))
        offset += _HATCH
    return ends


def _drawable(words: str) -> str:
    """Put a question mark for what the font may not hold: an account's id can be anything in a crafted file."""
    return "".join(sign if " " <= sign <= "~" or sign in "·…–" else "?" for sign in words)
