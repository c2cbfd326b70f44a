"""Text of a SARIF log that means what it says."""

from __future__ import annotations

from audit.render.view_words import visible

_MARKS = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


def message(text: str) -> dict[str, object]:
    """A message, with what cannot be seen spelt out: brackets and braces are marks of SARIF's own (3.11.5, 3.11.6)."""
    return {"text": visible(text).translate(_MARKS)}
