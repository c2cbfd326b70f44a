"""Applies a unified difference, so that tests judge the policy that comes out of a fix and not its lines."""

from __future__ import annotations

import json
import re
from typing import Any

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


def patched(text: str, difference: str) -> Any:
    """The JSON that `difference` makes of `text`. A line that does not fit fails."""
    before = text.split("\n")
    after: list[str] = []
    place = 0
    for line in difference.rstrip("\n").split("\n")[2:]:
        hunk = _HUNK.match(line)
        if hunk:
            start = int(hunk[1]) - 1
            after += before[place:start]
            place = start
        elif line.startswith("+"):
            after.append(line[1:])
        else:
            assert before[place] == line[1:], f"line {place + 1}: `{before[place]}`, not `{line[1:]}`"
            if line.startswith(" "):
                after.append(line[1:])
            place += 1
    return json.loads("\n".join(after + before[place:]))
