"""Rows of a worksheet that came back, whatever program saved it: columns are found by their heads, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from audit.model.error import InputError
from audit.review.answers import Answer, read_day
from audit.review.sheet import (
    DECIDED_ON,
    DECISION,
    EVIDENCE,
    HEADS,
    JUSTIFICATION,
    NEEDED,
    PRINCIPAL,
    PRIVILEGE,
    QUARTER,
    REVIEWER,
    ROLE,
    ROW,
    TICKET,
    UNIQUE_ID,
)

MOST_BYTES = 64 * 1024 * 1024
"""Of a file that comes back; ten thousand rows have five."""
MOST_ROWS = 500_000


class ReadCell(msgspec.Struct, frozen=True):
    """One cell as it was saved."""

    text: str = ""
    day: date | None = None
    """Where the program saved a date."""
    formula: bool = False


EMPTY = ReadCell()


def columns_of(name: str, heads: Iterable[str]) -> dict[str, int]:
    """Where each column stands. Raises InputError where one that is needed is missing or stands twice."""
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        known = next((each for each in HEADS if each.casefold() == head.strip().strip("\ufeff").casefold()), None)
        if known is None:
            continue
        if known in places:
            raise InputError(f"`{name}`: the column `{known}` stands twice; keep one of them")
        places[known] = place
    missing = [head for head in NEEDED if head not in places]
    if missing:
        named = ", ".join(f"`{head}`" for head in missing)
        raise InputError(
            f"`{name}` has no column {named} in its first row; give back the file that `review export` made, "
            "with its heads"
        )
    return places


def answer_of(number: int, cells: Mapping[str, ReadCell], wrong: Iterable[str] = ()) -> Answer | None:
    """The answer in a row, `number` as a spreadsheet counts; None for a row that is wholly empty."""
    found = list(wrong)
    if not found and not any(cell.text or cell.formula for cell in cells.values()):
        return None
    found += [f"`{head}` holds a formula; put its value there" for head in NEEDED if cells[head].formula]
    texts = {head: "" if cells[head].formula else cells[head].text.strip() for head in NEEDED}
    return Answer(
        place=f"row {number}",
        row_id=texts[ROW],
        quarter=texts[QUARTER],
        evidence_sha256=texts[EVIDENCE],
        principal=texts[PRINCIPAL],
        privilege=texts[PRIVILEGE],
        unique_id=texts[UNIQUE_ID],
        choice=texts[DECISION].casefold(),
        reviewer=texts[REVIEWER],
        role=texts[ROLE],
        decided_on=cells[DECIDED_ON].day or read_day(texts[DECIDED_ON]),
        justification=texts[JUSTIFICATION],
        ticket=texts[TICKET],
        wrong=tuple(found),
    )


def same_text(one: str, other: str) -> bool:
    """Whether two cells say the same: programs change line ends, outer spaces and the apostrophe of a text."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.replace("_x000D_", " ").removeprefix("'").split())
