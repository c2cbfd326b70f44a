"""Matplotlib's SVG without what nobody sees: the same picture, and shorter.

What goes: line ends, a style that is every reader's own, and blanks that separate nothing. What stays is drawn as it
was.
"""

from __future__ import annotations

import re

_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_ATTRIBUTE = re.compile(r' (d|style)="([^"]*)"')
_COMMANDS = "MLQCz"
"""https://www.w3.org/TR/SVG11/paths.html#PathData"""


def tight(svg: str) -> str:
    """Write the drawing shorter. What it says of itself, its title and its description, must not stand in it yet."""
    svg = _ATTRIBUTE.sub(_shortened, _STYLE.sub("", svg))
    return "".join(line.strip() for line in svg.split("\n"))


def _shortened(found: re.Match[str]) -> str:
    name, value = found.groups()
    if name == "style":
        return f' style="{value.replace(": ", ":").replace("; ", ";")}"'
    path = " ".join(value.split())
    for command in _COMMANDS:
        path = path.replace(f" {command}", command).replace(f"{command} ", command)
    return f' d="{path}"'
