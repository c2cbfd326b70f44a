"""The worksheet as CSV, and back: commas or semicolons, with or without a byte order mark, as spreadsheets save it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from audit.model.error import InputError
from audit.review.answers import Answer, AnswerFile
from audit.review.sheet import HEADS, cells
from audit.review.work_rows import WorkRow
from audit.review.worksheet_read import EMPTY, MOST_ROWS, ReadCell, answer_of, columns_of

_MARK = "\ufeff"
"""A byte order mark: without it Excel takes UTF-8 for another encoding."""


def write_csv(rows: Iterable[WorkRow], quarter: str, evidence_sha256: str) -> bytes:
    """Write the worksheet as RFC 4180 has it, after a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows(cells(row, quarter, evidence_sha256) for row in rows)
    return (_MARK + text.getvalue()).encode()


def read_csv(name: str, raw: bytes) -> AnswerFile:
    """Read the rows. Raises InputError where the file is no worksheet of a review."""
    try:
        text = raw.decode("utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"`{name}` is not UTF-8 ({error.reason}); save it as `CSV UTF-8`, or as .xlsx") from error
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    answers: list[Answer] = []
    try:
        places = columns_of(name, next(lines, []))
        for number, row in enumerate(lines, start=2):
            if number > MOST_ROWS:
                raise InputError(f"`{name}` has more than {MOST_ROWS} rows; apply it in parts")
            read = {
                head: ReadCell(text=_unquoted(row[place])) if place < len(row) else EMPTY
                for head, place in places.items()
            }
            answer = answer_of(number, read)
            if answer is not None:
                answers.append(answer)
    except csv.Error as error:
        raise InputError(f"`{name}`, line {lines.line_num}, is no CSV ({error}); save it again, or as .xlsx") from error
    return AnswerFile(name=name, answers=tuple(answers))


def _unquoted(text: str) -> str:
    """A text without the apostrophe that keeps it from being a formula."""
    return text[1:] if text.startswith("'") else text
