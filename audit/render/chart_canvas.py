"""A sheet to draw a chart on: rectangles, lines and text in millimetres, written as an SVG that never varies.

Text becomes outlines of the font that matplotlib ships, so that a chart looks the same in HTML, PDF and notebook, on
every machine. Nothing global of matplotlib is touched.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape, quoteattr

import msgspec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

WIDTH = 170.0
"""Of every chart: the width of the text on an A4 page."""
INK = "#1c1c1c"
FAINT = "#6b6b6b"
RULE = "#c9c9c9"

_HATCH = 1.0
_MM_PER_INCH = 25.4
_POINTS_PER_MM = 72 / _MM_PER_INCH


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """One chart."""

    name: str
    """kebab-case."""
    title: str
    description: str
    """What it shows, in words with its numbers: the text alternative."""
    svg: str

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        return self.svg


class Sheet:
    """One chart while it is drawn; the origin is the upper left corner, lengths are millimetres.

    Marks are kept until the end and then made all at once, under matplotlib's own defaults: a `matplotlibrc` of the
    user changes nothing.
    """

    def __init__(self, height: float) -> None:
        self._height = height
        self._marks: list[Callable[[Axes, int], object]] = []
        # The number is the order of drawing: what is drawn later lies above, where matplotlib would go by kind.

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str, edge: str = "", hatched: bool = False
    ) -> None:
        """Draw a rectangle, with slanting lines in the colour of its edge where it is `hatched`."""

        def mark(axes: Axes, order: int) -> None:
            from matplotlib.patches import PathPatch, Rectangle
            from matplotlib.path import Path

            frame = Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge or "none", linewidth=0.5)
            axes.add_patch(frame).set_zorder(order)
            if hatched:
                # Lines of our own: not every reader of SVG, and no size of file, takes matplotlib's patterns well.
                ends = _slanting_lines(x, y, width, height)
                strokes = Path(ends, [Path.MOVETO, Path.LINETO] * (len(ends) // 2))
                lines = PathPatch(strokes, facecolor="none", edgecolor=edge, linewidth=0.4)
                axes.add_patch(lines).set_zorder(order)

        self._marks.append(mark)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, colour: str = RULE) -> None:
        """Draw a thin straight line."""
        self._marks.append(lambda axes, order: axes.plot((x1, x2), (y1, y2), color=colour, linewidth=0.5, zorder=order))

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

        def mark(axes: Axes, order: int) -> None:
            written = axes.text(x, y, _drawable(words), color=colour, parse_math=False, zorder=order)
            written.set_horizontalalignment(align)
            written.set_verticalalignment("center_baseline")
            written.set_fontproperties(_font(size * _POINTS_PER_MM, bold))

        self._marks.append(mark)

    def chart(self, name: str, title: str, description: str) -> Chart:
        """Write the drawing as SVG, with its title and description inside."""
        import matplotlib as mpl

        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update({"svg.hashsalt": "mturk-audit", "svg.fonttype": "path"})
            drawing = self._draw()
        head, _, body = drawing.partition("<svg ")[2].partition(">")
        named = f'<svg role="img" aria-label={quoteattr(title)} {head}>'
        words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        return Chart(name=name, title=title, description=description, svg=f"{named}{words}{body}")

    def _draw(self) -> str:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH / _MM_PER_INCH, self._height / _MM_PER_INCH))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        for order, mark in enumerate(self._marks):
            mark(axes, order)
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(self._height, 0)
        out = io.StringIO()
        undated = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(out, format="svg", metadata=undated, transparent=True)
        return out.getvalue()


def _slanting_lines(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    """The ends of lines at 45 degrees that fill a rectangle, begin and end in turn."""
    ends = []
    offset = _HATCH / 2
    while offset < width + height:
        ends.append((x + max(0.0, offset - height), y + min(height, offset)))
        ends.append((x + min(width, offset), y + max(0.0, offset - width)))
        offset += _HATCH
    return ends


def _font(points: float, bold: bool) -> FontProperties:
    from pathlib import Path

    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=Path(mpl.get_data_path()) / "fonts" / "ttf" / name, size=points)


def _drawable(words: str) -> str:
    """Put a question mark for what the font may not hold: an account's id can be anything in a crafted file."""
    return "".join(sign if " " <= sign <= "~" or sign in "·…–" else "?" for sign in words)
