"""A chart while it is drawn: matplotlib's renderer of SVG with the units and the origin of a sheet.

The renderer alone, without matplotlib's figures. Letters are written beside it, as `chart_letters` lays them out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgba
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from audit.render.chart_letters import SCALE, Face, Letter, definition, outline_of
from audit.render.chart_svg import tight

Point = tuple[float, float]

_EDGE = 0.5
"""Points: how broad the line around a surface is."""
_POINTS = 72 / 25.4
"""Of a millimetre."""
_MARGIN = 0.2
"""Millimetres around the drawing, so that lines at its border are whole."""
_DIGITS = 2
"""Decimals of a point that paths are written with."""
_UNDATED = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def draw(marks: Iterable[Callable[[Drawing], None]], width: float, height: float, *, outlined: bool) -> str:
    """Draw marks in turn, on so many millimetres, and return the SVG; `outlined`: each line of text is one outline."""
    # All settings that are read here: a `matplotlibrc` of the user changes nothing.
    with mpl.rc_context({"svg.id": None, "path.simplify": False, "hatch.linewidth": 1}):
        drawing = Drawing(width, height, outlined=outlined)
        for mark in marks:
            mark(drawing)
        return tight(drawing.end())


class Drawing:
    """One chart; places and lengths are millimetres from the upper left corner, breadths of lines are points."""

    def __init__(self, width: float, height: float, *, outlined: bool) -> None:
        self._out = io.StringIO()
        self._outlined = outlined
        self._faces = {bold: Face(bold=bold) for bold in (False, True)}
        self._defined: dict[str, Letter] = {}
        wide, tall = ((side + 2 * _MARGIN) * _POINTS for side in (width, height))
        # matplotlib counts from the lower left corner, SVG and this from the upper.
        self._flip = Affine2D().scale(1, -1).translate(0, tall)
        self._renderer: Any = RendererSVG(  # type: ignore[no-untyped-call] # matplotlib's renderers have no types
            wide, tall, self._out, metadata=_UNDATED
        )

    def surface(self, corners: Sequence[Point], fill: str, edge: str) -> None:
        """Fill a polygon, with a line around it where `edge` is a colour."""
        places = [_place(*corner) for corner in (*corners, corners[0])]
        self._path(Outline(places, closed=True), edge, _EDGE if edge else 0, fill)

    def strokes(self, lines: Sequence[tuple[Point, Point]], colour: str, width: float) -> None:
        """Draw straight lines."""
        places = [_place(*end) for line in lines for end in line]
        self._path(Outline(places, [Outline.MOVETO, Outline.LINETO] * len(lines)), colour, width)

    def text(self, x: float, y: float, words: str, size: float, left: float, *, bold: bool, colour: str) -> None:
        """Write one line on the base `y`; `left` is the part of it that stands left of `x`."""
        line = self._faces[bold].line(words)
        scale = size * _POINTS / SCALE
        at, base = _place(x, y)
        at -= line.width * scale * left
        if self._outlined:
            self._path(outline_of(line, at, base, scale), "", 0, colour)
            return
        new = {letter.name: letter for letter, _ in line.letters if letter.name not in self._defined}
        self._defined.update(new)
        definitions = f"<defs>{''.join(map(definition, new.values()))}</defs>" if new else ""
        self._out.write(
            f'<g style="fill: {colour}" transform="translate({_number(at)} {_number(base)}) '
            f'scale({_number(scale)} {_number(-scale)})">{definitions}{line.written}</g>\n'
        )

    def end(self) -> str:
        """Close the drawing and return it."""
        self._renderer.finalize()
        return self._out.getvalue()

    def _path(self, outline: Outline, edge: str, width: float, fill: str | None = None) -> None:
        # Rounded here and not as text: a drawing in print has a hundred thousand numbers.
        points: Any = outline.vertices  # an array: matplotlib's types tell less
        ink = self._renderer.new_gc()
        ink.set_linewidth(width)
        if edge:
            ink.set_foreground(edge)
        self._renderer.draw_path(
            ink, Outline(points.round(_DIGITS), outline.codes), self._flip, to_rgba(fill) if fill else None
        )


def _place(x: float, y: float) -> Point:
    """In points, from the corner of the drawing's margin."""
    return (x + _MARGIN) * _POINTS, (y + _MARGIN) * _POINTS


def _number(value: float) -> str:
    """As short as matplotlib writes it."""
    return f"{value:f}".rstrip("0").rstrip(".")
