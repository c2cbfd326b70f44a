"""A worksheet's file, in whichever form its name asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from audit.model.error import InputError
from audit.review.answers import AnswerFile
from audit.review.work_rows import WorkRow
from audit.review.worksheet_read import MOST_BYTES

FORMS = (".xlsx", ".csv", ".json")
Writer = Callable[[Iterable[WorkRow], str, str], bytes]
Reader = Callable[[str, bytes], AnswerFile]


def writer_of(path: Path) -> Writer:
    """What writes a file of this name. Raises InputError for a name that is of no form."""
    match _form(path):
        case ".xlsx":
            from audit.review.worksheet_excel import write_excel

            return write_excel
        case ".csv":
            from audit.review.worksheet_csv import write_csv

            return write_csv
    from audit.review.worksheet_json import write_json

    return write_json


def read_answers(path: Path) -> AnswerFile:
    """Read what came back. Raises InputError where it cannot be read as what its name says."""
    form = _form(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"`{path}` is larger than {MOST_BYTES // 1024**2} MB, which no worksheet of a review is")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"`{path}` cannot be read ({(error.strerror or str(error)).lower()}); give the file that came back"
        ) from error
    return _reader(form)(path.name, raw)


def _reader(form: str) -> Reader:
    match form:
        case ".xlsx":
            from audit.review.read_excel import read_excel

            return read_excel
        case ".csv":
            from audit.review.worksheet_csv import read_csv

            return read_csv
    from audit.review.worksheet_json import read_json

    return read_json


def _form(path: Path) -> str:
    form = path.suffix.lower()
    if form not in FORMS:
        raise InputError(f"`{path}` is of no form that decisions are kept in; name it {', '.join(FORMS)}")
    return form
