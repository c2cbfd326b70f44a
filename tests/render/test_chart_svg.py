"""A chart's drawing is written short, and stays the same drawing."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from audit.render.chart_canvas import Sheet
from audit.render.chart_svg import tight

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


def drawing() -> ET.Element:
    sheet = Sheet(40)
    sheet.box(10, 10, 30, 5, fill="#ffffff", edge="#000000", hatched=True)
    sheet.line(0, 0, 24, 0, broken=True)
    sheet.text(10, 30, "role", bold=True)
    sheet.text(40, 30, "role")
    return ET.fromstring(sheet.chart("one", "One", "Of each").svg)


def test_every_letter_refers_to_an_outline_of_its_face() -> None:
    root = drawing()
    outlines = {path.get("id") for path in root.iter(f"{SVG}path") if path.get("id")}
    used = [(use.get(HREF) or "").removeprefix("#") for use in root.iter(f"{SVG}use")]
    assert len(used) == len("role") * 2
    assert set(used) == outlines
    assert {name[0] for name in used} == {"b", "s"}


def test_letters_stand_behind_each_other() -> None:
    for group in drawing().iter(f"{SVG}g"):
        places = [float(use.get("x") or 0) for use in group.findall(f"{SVG}use")]
        assert places == sorted(places)
        assert len(set(places)) == len(places)


def test_a_broken_line_is_one_mark() -> None:
    strokes = [path.get("d") or "" for path in drawing().iter(f"{SVG}path") if not path.get("id")]
    assert [stroke.count("M") for stroke in strokes].count(10) == 1


def test_lines_end_where_they_did() -> None:
    outline = 'd="M 0 75.4 \nL 4.54 -2 \nQ 1 2 3 4 \nz\n"'
    long = f' <path {outline} style="fill: none; stroke: #c9c9c9"/>\n'
    assert tight(long) == '<path d="M0 75.4L4.54 -2Q1 2 3 4z" style="fill:none;stroke:#c9c9c9"/>'


def test_numbers_are_no_longer_than_a_hundredth_of_a_point() -> None:
    for path in drawing().iter(f"{SVG}path"):
        assert not re.search(r"\.\d{3}", path.get("d") or "")


def test_nothing_is_left_that_nobody_sees() -> None:
    sheet = Sheet(10)
    sheet.text(0, 5, "secret -- role")
    svg = sheet.chart("one", "One", "").svg
    assert "<!--" not in svg
    assert "clip" not in svg
    assert "\n" not in svg.partition("</desc>")[2].strip()
