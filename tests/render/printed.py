"""The text that a PDF shows, read back from its pages by the fonts' own tables of characters.

No tool of the machine is needed for it. It reads what WeasyPrint writes: two-byte glyphs, a `ToUnicode` table a font.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_PAIR = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]*)>")


def printed_text(pdf: bytes, page: int | None = None) -> str:
    """The text of one page (from 1) or of all, in the order of drawing, every run of white space as one space."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = [opened.pages[page - 1]] if page else list(opened.pages)
        return " ".join(" ".join(" ".join(_lines(shown)) for shown in pages).split())


def _lines(page: pikepdf.Page) -> Iterator[str]:
    """The text of every text object: WeasyPrint writes one for each piece of a line."""
    fonts = {name: _letters(font) for name, font in page.Resources.Font.items()}
    letters: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tj":
                yield _read(bytes(operands[0]), letters)
            case "TJ":
                yield "".join(_read(bytes(part), letters) for part in operands[0] if isinstance(part, pikepdf.String))


def _read(glyphs: bytes, letters: dict[int, str]) -> str:
    return "".join(letters.get(glyphs[at] << 8 | glyphs[at + 1], "\ufffd") for at in range(0, len(glyphs), 2))


def _letters(font: Any) -> dict[int, str]:
    """What each glyph of a font stands for."""
    pairs = _PAIR.findall(font.ToUnicode.read_bytes())
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
