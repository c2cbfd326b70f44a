"""A sheet to draw a chart on: rectangles, lines and text in millimetres, written as an SVG that never varies.

Text becomes outlines of the font that matplotlib ships, so that a chart looks the same in HTML, PDF and notebook, on
every machine. matplotlib's renderer draws it, without its figures: axes, ticks and layout, which none of the charts
has, would take most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from audit.render.chart_drawing import Drawing

WIDTH = 170.0
"""Of every chart: the width of the text on an A4 page."""
INK = "#1c1c1c"
FAINT = "#6b6b6b"
RULE = "#c9c9c9"

Point = tuple[float, float]
Mark = Callable[["Drawing"], None]

_HATCH = 1.0
_DASH = 1.2
_LINE, _STROKE = 0.5, 0.4
"""Points, and a little less for what fills a surface."""
_MIDDLE = 0.38
"""From the base line up to the middle of a line of text, in sizes of the font: half of what an `l` reaches."""


def prepare_charts() -> None:
    """Import the renderer, which takes longer than all drawings."""
    import audit.render.chart_drawing  # noqa: F401 - imported to be there


class Chart:
    """One chart, drawn when it is asked for."""

    def __init__(self, name: str, title: str, description: str, draw: Callable[[bool], str]) -> None:
        """`draw` is told whether each line of text is to be one outline."""
        self.name = name
        """kebab-case."""
        self.title = title
        self.description = description
        """What it shows, in words with its numbers: the text alternative."""
        self._draw = draw

    @cached_property
    def svg(self) -> str:
        """The drawing, for a page and for a notebook."""
        return self._draw(False)

    @cached_property
    def printed(self) -> str:
        """The same for print: each line of text one outline, which a renderer takes faster than letters by name."""
        return self._draw(True)

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        return self.svg


class Sheet:
    """One chart while it is planned; the origin is the upper left corner, lengths are millimetres."""

    def __init__(self, height: float) -> None:
        self._height = height
        self._marks: list[Mark] = []

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str, edge: str = "", hatched: bool = False
    ) -> None:
        """Draw a rectangle, with slanting lines in the colour of its edge where it is `hatched`."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self._marks.append(lambda drawing: drawing.surface(corners, fill, edge))
        if hatched:
            # Lines of our own: not every reader of SVG, and no size of file, takes matplotlib's patterns well.
            ends = _slanting_lines(x, y, width, height)
            self._strokes(zip(ends[::2], ends[1::2], strict=True), edge, _STROKE)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, colour: str = RULE, broken: bool = False) -> None:
        """Draw a thin straight line, or its dashes."""
        self._strokes(_dashes((x1, y1), (x2, y2)) if broken else [((x1, y1), (x2, y2))], colour, _LINE)

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
        base = y + _MIDDLE * size
        if not words.strip():
            # Nothing has no outline.
            return
        self._marks.append(
            lambda drawing: drawing.text(x, base, _drawable(words), size, _LEFT_OF[align], bold=bold, colour=colour)
        )

    def chart(self, name: str, title: str, description: str) -> Chart:
        """Write the drawing as SVG, with its title and description inside."""
        return Chart(name, title, description, lambda outlined: self._written(title, description, outlined=outlined))

    def _written(self, title: str, description: str, *, outlined: bool) -> str:
        from audit.render.chart_drawing import draw

        drawn = draw(self._marks, WIDTH, self._height, outlined=outlined)
        head, _, body = drawn.partition("<svg ")[2].partition(">")
        words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        return f'<svg role="img" aria-label={quoteattr(title)} {head}>{words}{body}'

    def _strokes(self, lines: Iterable[tuple[Point, Point]], colour: str, width: float) -> None:
        kept = list(lines)
        self._marks.append(lambda drawing: drawing.strokes(kept, colour, width))


_LEFT_OF = {"left": 0.0, "center": 0.5, "right": 1.0}
"""How much of a text stands left of its place."""


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
