"""Annexes: everything that the summary bounds, in volumes of bounded size, the same with any number of processes."""

from __future__ import annotations

import io
import re
from collections import Counter

import msgspec
import pikepdf
import pytest

from audit.model.result import AuditResult
from audit.render import annex
from audit.render.annex import Printed, Volume, render_annexes
from audit.render.annex_names import ANNEX_FILE, ANNEX_NAMES
from audit.render.annex_rows import entitlement_rows, finding_rows
from audit.render.output_file import OutputFile
from audit.render.parts import Parts
from audit.render.pdf import MOST_PAGES
from audit.render.pdf_engine import Page
from tests.render.factory import hostile_result, one_result, typical_result
from tests.render.printed import printed_text


@pytest.fixture(scope="module")
def typical() -> AuditResult:
    return typical_result()


def test_every_entitlement_stands_in_exactly_one_row(typical: AuditResult) -> None:
    every = {privilege.name for privilege in typical.profile.privileges}
    told: Counter[tuple[str, str]] = Counter()
    for row in entitlement_rows(Parts(typical)):
        beginning, _, names = row.privileges.rpartition(f"all {len(every)}")
        listed = set(re.findall(r"\w+", names.removeprefix(" but "))) - {"and"}
        of_row = every - listed if beginning or row.privileges.startswith("all ") else listed
        told.update((row.principal_arn, name) for name in of_row)
    assert told == Counter((each.principal_arn, each.action.partition(":")[2]) for each in typical.entitlements)


def test_every_finding_is_a_row_with_what_a_reader_must_know(typical: AuditResult) -> None:
    rows = list(finding_rows(Parts(typical)))
    assert [row.finding.fingerprint for row in rows] == [each.fingerprint for each in typical.findings]
    assert all(row.subjects.shown and row.height > 0 for row in rows)


def small(monkeypatch: pytest.MonkeyPatch, millimetres: float) -> None:
    monkeypatch.setattr(annex, "_FILLED", millimetres)


def files(result: AuditResult, printed: Printed) -> list[OutputFile]:
    def said(_: Page) -> Printed:
        return printed

    volumes = annex._volumes("findings", Parts(result))
    return [file for volume in volumes for file in annex._bounded(volume, Parts(result), said)]


def test_volumes_hold_all_rows_of_an_account_one_after_the_other(
    typical: AuditResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, 400)
    volumes = list(annex._volumes("findings", Parts(typical)))
    assert len(volumes) > 3
    for account in {volume.account for volume in volumes}:
        own = [volume for volume in volumes if volume.account == account]
        assert [volume.first for volume in own] == [1, *(volume.last + 1 for volume in own[:-1])]
        assert own[-1].last == own[-1].total
    assert sum(len(volume.rows) for volume in volumes) == len(typical.findings)


def test_a_volume_that_is_too_long_is_split_and_no_other_changes_its_name(typical: AuditResult) -> None:
    (volume, *_) = annex._volumes("findings", Parts(typical))
    volume = msgspec.structs.replace(volume, rows=volume.rows[:4])

    def long_above_two(page: Page) -> Printed:
        rows = page.html.count('<article class="cause"')
        return Printed(str(rows).encode(), MOST_PAGES + 1 if rows > 2 else MOST_PAGES)

    halves = list(annex._bounded(volume, Parts(typical), long_above_two))
    assert [file.content for file in halves] == [b"2", b"2"]
    assert [file.name[-9:] for file in halves] == ["00001.pdf", "00003.pdf"]


def test_one_row_alone_is_never_split(typical: AuditResult) -> None:
    (volume, *_) = annex._volumes("findings", Parts(typical))
    alone = msgspec.structs.replace(volume, rows=volume.rows[:1])
    assert len(list(annex._bounded(alone, Parts(typical), lambda _: Printed(b"", 1_000)))) == 1


def test_an_id_that_is_no_accounts_makes_no_name_of_a_file() -> None:
    result = hostile_result()
    odd = tuple(msgspec.structs.replace(each, account_id="../../etc") for each in result.findings)
    written = files(msgspec.structs.replace(result, findings=odd), Printed(b"", 1))
    assert all(re.fullmatch(ANNEX_FILE, file.name) for file in written)


def test_processes_change_no_byte_and_every_document_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Parts(one_result())
    alone = list(render_annexes(parts, tuple(ANNEX_NAMES), jobs=1))
    assert list(render_annexes(parts, tuple(ANNEX_NAMES), jobs=2)) == alone
    assert [file.name.split("-")[1] for file in alone] == list(ANNEX_NAMES)
    for file in alone:
        with pikepdf.open(io.BytesIO(file.content)) as pdf:
            assert len(pdf.pages) <= MOST_PAGES
            assert pdf.Root.MarkInfo.Marked
    findings = printed_text(alone[-1].content)
    assert all(finding.fingerprint in findings.replace(" ", "") for finding in parts.result.findings)


def test_hostile_text_is_printed_as_text() -> None:
    (file, *_) = render_annexes(Parts(hostile_result()), ("entitlements",), jobs=1)
    text = printed_text(file.content)
    assert "{{7*7}}" in text
    assert "\u202e" not in text


def test_a_volume_tells_its_rows() -> None:
    volume = Volume(annex="findings", account="x", label="x0", first=3, total=9, rows=())
    assert volume.file == "annex-findings-x0-00003.pdf"
