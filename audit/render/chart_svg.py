"""Matplotlib's SVG without what nobody sees: a third of its size, and the same picture.

What goes: comments, ids of groups, line ends, a clip to the edge of the sheet, and decimals below a hundredth of a
point. What stays is drawn as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_Swap = str | Callable[[re.Match[str]], str]

_STEPS: tuple[tuple[str, _Swap], ...] = (
    (r"<!--.*?-->", ""),
    (r"<defs>\s*<clipPath.*?</clipPath>\s*</defs>", ""),
    (r'\s*clip-path="[^"]*"', ""),
    (r"\s*<defs>\s*<style.*?</style>\s*</defs>", ""),
    (r"; stroke-linejoin: miter", ""),
    (r'<g id="[^"]*">', "<g>"),
    (r'xlink:href="#DejaVuSans-(Bold-)?', lambda found: f'xlink:href="#{_face(found[1])}'),
    (r'<path id="DejaVuSans-(Bold-)?', lambda found: f'<path id="{_face(found[1])}'),
    (r' transform="translate\(([\d.]+) 0\)"/>', lambda found: f' x="{_short(found[1], 1)}"/>'),
    (r' d="([^"]*)"', lambda found: f' d="{_outline(found[1])}"'),
    (r' style="([^"]*)"', lambda found: f' style="{found[1].replace(": ", ":").replace("; ", ";")}"'),
    (r"\s*\n\s*", ""),
    (r"<g>(<path[^>]*/>)</g>", lambda found: found[1]),
)


def tight(svg: str) -> str:
    """Write the drawing shorter. What it says of itself, its title and its description, must not stand in it yet."""
    for pattern, swap in _STEPS:
        svg = re.sub(pattern, swap, svg, flags=re.DOTALL)
    return svg


def _face(bold: str | None) -> str:
    return "b" if bold else "s"


def _outline(path: str) -> str:
    """`M 0 75.401575 L 4.535433 …` as `M0 75.4L4.54 …`."""
    rounded = re.sub(r"-?\d+\.\d+", lambda found: _short(found[0], 2), path)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(rounded.split()))


def _short(written: str, digits: int) -> str:
    return f"{round(float(written), digits):g}"
