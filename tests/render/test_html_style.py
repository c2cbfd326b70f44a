"""The report's colours: text stands out from its ground by 4.5 or more, in both schemes and on paper."""

from __future__ import annotations

import re

import pytest

from audit.render.templates import read_template

ON_PAPER = ("ink", "soft", "accent", "critical", "high", "medium", "low", "doubt", "allowed", "conditional", "unknown")
PAIRS = [
    *((text, ground) for text in ON_PAPER for ground in ("paper", "accent-wash")),
    *((text, ground) for text in ("ink", "soft", "critical", "high", "medium", "low") for ground in ("desk",)),
    ("ink", "mark"),
    ("added-ink", "added"),
    ("removed-ink", "removed"),
    ("doubt", "doubt-wash"),
]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", css))


def schemes() -> dict[str, dict[str, str]]:
    light, dark = read_template("style/01-tokens.css").split("@media (prefers-color-scheme: dark)")
    paper = colours(read_template("style/07-print.css"))
    return {
        "light": colours(light),
        "dark": colours(light) | colours(dark),
        "print": colours(light) | paper,
    }


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself_is_right() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    tokens = schemes()[scheme]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


def test_every_colour_is_a_token() -> None:
    for name in ("02-page", "03-summary", "04-board", "05-grid", "06-matrix"):
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", read_template(f"style/{name}.css")), name
