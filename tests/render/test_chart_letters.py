"""Letters stand where matplotlib's own layout puts them, and are drawn as it draws them."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

from audit.render.chart_letters import SCALE, Face, definition, outline_of

FACES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
LINES = st.text(st.sampled_from([*map(chr, range(ord(" "), ord("~") + 1)), "·", "…", "–"]), min_size=1, max_size=30)


def matplotlib_letters(words: str, *, bold: bool) -> list[tuple[int, float]]:
    """Of every letter that is no blank: its number in the font, and where matplotlib puts it."""
    font = FT2Font(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / FACES[bold]))
    font.set_size(SCALE, 72)
    placed, outlines, _ = text_to_path.get_glyphs_with_font(font, words)
    return [(int(name.rpartition("-")[2], 16), x) for name, x, *_ in placed if len(outlines[name][0])]


@given(LINES, st.booleans())
@example("AVATAR. To-Wy", False)
@example("AVATAR. To-Wy", True)
@example("fffi affluent office of finding flow", False)
@example("fffi affluent office of finding flow", True)
def test_letters_stand_where_matplotlib_puts_them(words: str, bold: bool) -> None:
    line = Face(bold=bold).line(words)
    assert [(letter.glyph, x) for letter, x in line.letters] == matplotlib_letters(words, bold=bold)


@given(LINES)
def test_a_line_is_as_wide_as_where_a_sign_after_it_would_stand(words: str) -> None:
    face = Face(bold=False)
    # A bar is kerned with nothing.
    *_, (_, end) = face.line(words + "|").letters
    assert face.line(words).width == end


def test_a_blank_is_no_letter() -> None:
    assert [letter.name for letter, _ in Face(bold=True).line(" a ").letters] == ["b44"]


def test_a_letter_is_defined_in_whole_numbers() -> None:
    ((letter, _),) = Face(bold=False).line("-").letters
    assert definition(letter) == (
        '<path id="s10" d="M313 2009L1997 2009L1997 1497L313 1497L313 2009z" transform="scale(0.015625)"/>'
    )


@pytest.mark.parametrize("words", ["role", "of finding"])
def test_a_line_as_one_outline_is_its_letters_from_the_base_up(words: str) -> None:
    line = Face(bold=False).line(words)
    outline = outline_of(line, 10, 50, 0.07)
    box = outline.get_extents()
    assert 10 <= box.x0 < box.x1 <= 10 + line.width * 0.07
    assert 50 - 7 < box.y0 < box.y1 < 50 + 2
