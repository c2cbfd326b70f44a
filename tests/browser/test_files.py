"""CSV from the page: the same lines as the files beside the report, less what is filtered out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from audit.frames.table import Table
from audit.frames.tables import TABLES
from audit.model.result import AuditResult
from audit.render.csv import render_csv
from tests.browser.conftest import Opener
from tests.browser.results import hostile, typical

pytestmark = pytest.mark.browser

SAVED = [
    ("findings", "#view=findings", "CSV of these findings"),
    ("principals", "#view=principals", "CSV of these principals"),
    ("entitlements", "#view=matrix", "CSV of these entitlements"),
    ("not-evaluated", "#view=matrix", "CSV of what was not evaluated"),
    ("activity", "#view=activity", "CSV"),
    ("coverage", "#view=coverage", "CSV"),
]


def rows(content: bytes) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(content.decode(), newline=""))]


def table(name: str) -> Table:
    return TABLES[name]


@pytest.mark.parametrize(("name", "fragment", "button"), SAVED)
@pytest.mark.parametrize("make", [typical, hostile])
def test_the_page_saves_what_the_file_beside_it_holds(
    opened: Opener, make: Callable[[], AuditResult], name: str, fragment: str, button: str
) -> None:
    report = opened(make(), fragment)
    saved = rows(report.download(button))
    beside = rows(render_csv(table(name), make()))
    assert saved[0] == beside[0]
    assert sorted(saved[1:]) == sorted(beside[1:])
    assert report.downloads[0].suggested_filename == f"{name}.csv"


def test_only_what_is_filtered_is_saved(opened: Opener) -> None:
    report = opened(typical(), "#view=findings&severity=critical&account=111122223333")
    saved = rows(report.download("CSV of these findings"))
    expected = [
        finding.fingerprint
        for finding in typical().findings
        if finding.severity == "critical" and finding.account_id == "111122223333"
    ]
    assert sorted(row[0] for row in saved[1:]) == sorted(expected)


def test_no_cell_begins_as_a_formula(opened: Opener) -> None:
    for name, fragment, button in SAVED:
        saved = rows(opened(hostile(), fragment).download(button))
        assert not [cell for row in saved for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], name
