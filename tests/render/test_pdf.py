"""`report.pdf`: bounded, tagged, the same bytes, its data inside, and nothing fetched from anywhere."""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pdfua
import pikepdf
import pytest

from audit.model.result import AuditResult
from audit.render.formats import FORMATS
from audit.render.pdf import MOST_PAGES, drawable, render_pdf
from audit.render.pdf_words import no_findings
from audit.render.view import build_view
from tests.render.factory import HOSTILE, empty_result, hostile_result, one_result, sized_result, typical_result
from tests.render.printed import printed_text
from tests.render.quarter import quarter_result
from tests.render.weeks import with_weeks

MAKERS: dict[str, Callable[[], AuditResult]] = {
    "empty": empty_result,
    "one": one_result,
    "typical": lambda: with_weeks(typical_result()),
    "hostile": hostile_result,
    "quarter": lambda: quarter_result(HOSTILE[0]),
}
SIZES = sorted(MAKERS)


@cache
def rendered(size: str) -> bytes:
    return render_pdf(MAKERS[size]())


def opened(size: str) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(rendered(size)))


@pytest.fixture(autouse=True)
def _silent(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """WeasyPrint says in its log what it could not do: a page with a fault must not pass."""
    caplog.set_level(logging.WARNING, logger="weasyprint")
    yield
    told = [record.getMessage() for record in caplog.get_records("call") if record.name.startswith("weasyprint")]
    assert told == []


def objects(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file."""
    for entry in pdf.objects:
        if isinstance(entry, pikepdf.Dictionary | pikepdf.Stream):
            yield entry


@pytest.mark.parametrize("size", SIZES)
def test_it_is_sound(size: str) -> None:
    with opened(size) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) <= MOST_PAGES


@pytest.mark.parametrize("size", SIZES)
def test_it_is_tagged_and_says_its_title_and_language(size: str) -> None:
    with opened(size) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked) is True
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
        kinds = {str(entry.S) for entry in objects(pdf) if entry.get("/Type") == "/StructElem"}
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= kinds
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["dc:title"].startswith("Amazon Mechanical Turk: access review")


def test_every_picture_has_words() -> None:
    with opened("typical") as pdf:
        figures = [entry for entry in objects(pdf) if entry.get("/S") == "/Figure"]
        assert len(figures) == 4
        assert all(len(str(figure.Alt)) > 60 for figure in figures)


def test_the_outline_names_the_sections_and_causes() -> None:
    with opened("typical") as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles[0] == "Contents"
        assert titles[1:4] == ["Granted and exercised", "Findings", "Causes, one by one"]
        assert "Sign-off" in titles
        causes = outline.root[3].children
        assert [item.title.split(".")[0] for item in causes] == [str(place + 1) for place in range(len(causes))]


@pytest.mark.parametrize("size", SIZES)
def test_links_stay_inside_the_document(size: str) -> None:
    with opened(size) as pdf:
        for entry in objects(pdf):
            assert entry.get("/S") not in ("/URI", "/Launch", "/JavaScript", "/GoToR", "/SubmitForm", "/ImportData")
            assert "/JS" not in entry
            assert "/AA" not in entry
        assert "/OpenAction" not in pdf.Root


def test_the_sign_off_page_has_fields_that_an_archive_may_hold() -> None:
    """PDF/A-3: every field has an appearance, and no reader is asked to make one; none of them does anything."""
    with opened("typical") as pdf:
        form = pdf.Root.AcroForm
        assert "/NeedAppearances" not in form
        names = [str(field.T) for field in iter(form.Fields)]
        assert names == [
            f"{role}-{part}"
            for role in ("prepared-by", "reviewed-by", "control-owner")
            for part in ("name", "title", "signature", "date")
        ]
        for field in iter(form.Fields):
            assert field.FT == "/Tx"
            assert str(field.TU)
            assert field.AP.N.Subtype == "/Form"
            assert "/A" not in field


def test_an_accessibility_checker_finds_no_error(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(rendered("typical"))
    report = pdfua.validate(str(path))
    found = [finding for outcome in report.outcomes for finding in outcome.findings]
    assert [finding for finding in found if finding.severity is pdfua.Severity.ERROR] == []
    assert [finding for finding in found if "carry /Scope" in finding.message] == []


@pytest.mark.parametrize("size", SIZES)
def test_the_attachments_are_the_files_that_stand_beside_it(size: str) -> None:
    result = MAKERS[size]()
    beside = {file.name: file.content for name in ("json", "csv") for file in FORMATS[name].render(result)}
    with opened(size) as pdf:
        attached = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
        assert list(attached) == sorted(attached)
    assert attached == beside


def test_dates_come_from_the_result() -> None:
    with opened("typical") as pdf:
        dates = {str(pdf.docinfo["/CreationDate"]), str(pdf.docinfo["/ModDate"])}
        for entry in objects(pdf):
            if entry.get("/Type") == "/EmbeddedFile":
                dates |= {str(entry.Params.CreationDate), str(entry.Params.ModDate)}
    assert dates == {"D:20261007093000Z"}


def test_the_same_result_gives_the_same_bytes_in_another_process() -> None:
    """Another process has another order of sets; the bytes must not depend on it."""
    code = (
        "import sys\nfrom tests.render.test_pdf import MAKERS, render_pdf\n"
        "sys.stdout.buffer.write(render_pdf(MAKERS['typical']()))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": os.pathsep.join(sys.path)}
    again = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert again.stdout == rendered("typical")


@pytest.mark.parametrize("size", SIZES)
def test_only_its_own_font_is_used_and_all_of_it_is_inside(size: str) -> None:
    with opened(size) as pdf:
        fonts = [entry for entry in objects(pdf) if entry.get("/Type") == "/FontDescriptor"]
        names = {str(font.FontName).partition("+")[2] for font in fonts}
        assert names <= {"Audit-Sans", "Audit-Sans-Bold", "Audit-Mono", "Audit-Mono-Bold"}
        assert "Audit-Sans" in names
        assert all("/FontFile2" in font for font in fonts)


def test_the_first_page_answers_in_order() -> None:
    result = MAKERS["typical"]()
    first = printed_text(rendered("typical"), 1)
    view = build_view(result)
    expected = [
        " ".join(view.verdict.split()),
        "Population and coverage",
        "5 of 76 principals",
        "Against the last review",
        view.last_review,
        "Findings by cause",
        "research-all, statement Everything",
    ]
    places = [first.find(words) for words in expected]
    assert -1 not in places, dict(zip(expected, places, strict=True))
    assert places == sorted(places)


@pytest.mark.parametrize("size", SIZES)
def test_the_first_page_is_one_page(size: str) -> None:
    assert 0 <= printed_text(rendered(size), 2).find("Contents") < 80


def test_every_page_says_which_of_how_many_it_is() -> None:
    with opened("typical") as pdf:
        pages = len(pdf.pages)
    for page in range(1, pages + 1):
        assert f"page {page} of {pages}" in printed_text(rendered("typical"), page)


def test_the_contents_give_the_pages_where_the_sections_are() -> None:
    listed = printed_text(rendered("typical"), 2)
    for title in ("Findings", "Rules and controls", "Sign-off", "Appendix E. Glossary"):
        match = re.search(rf"{re.escape(title)}[ .]+(\d+)", listed)
        assert match, title
        assert title in printed_text(rendered("typical"), int(match[1]))


def test_a_quarter_is_told_in_print() -> None:
    everything = printed_text(rendered("quarter"))
    for words in (
        "payment with no event",
        "no event tells",
        "sts:AssumeRole to payroll-job",
        "under conditions",
        "reopened",
        "still present",
        "expires within 30 days",
        "Take Mechanical Turk out of pay-workers",
        "(not established)",
        "Compliance lead",
    ):
        assert words in everything, words
    assert "NOT SIGNED" not in everything


def test_unsigned_says_so() -> None:
    for size in sorted(set(SIZES) - {"quarter"}):
        everything = printed_text(rendered(size))
        assert "NOT SIGNED" in everything
        assert "Prepared by" in everything


def test_every_finding_of_a_small_report_is_printed_with_its_fingerprint() -> None:
    everything = printed_text(rendered("one"))
    assert one_result().findings
    for finding in one_result().findings:
        assert finding.fingerprint in everything


def test_what_was_not_evaluated_is_named() -> None:
    everything = printed_text(rendered("typical"))
    for arn in typical_result().not_evaluated:
        assert arn.rpartition("/")[2] in everything.replace(" ", "")
    assert "StringMatches" in everything


def test_an_empty_account_is_not_called_clean() -> None:
    everything = printed_text(rendered("empty"))
    assert "nothing is known about who can use the service" in everything
    assert "no principal is known" in everything


def test_nothing_found_is_said_of_what_was_evaluated_only() -> None:
    quiet = msgspec.structs.replace(one_result(), findings=())
    assert no_findings(quiet).endswith("rules ran and found nothing.")
    doubtful = msgspec.structs.replace(quiet, not_evaluated=(quiet.principals[0].arn,))
    assert "no statement that nothing is wrong" in no_findings(doubtful)
    assert "No rule ran" in no_findings(msgspec.structs.replace(quiet, rules=()))


def test_hostile_text_is_printed_as_text() -> None:
    everything = printed_text(rendered("hostile"))
    assert "<script>alert(1)</script>" in everything
    assert "{{7*7}}" in everything
    assert "[U+202E]" in everything
    assert "\u202e" not in everything
    assert "root:" not in everything  # what file:///etc/passwd would have brought in


def test_signs_that_the_font_lacks_are_spelt_out() -> None:
    assert drawable("café ● \u65e5\U0001f469\n") == "café ● [U+65E5][U+1F469]\n"


def test_ten_thousand_principals_stay_within_the_bound_and_say_what_is_cut() -> None:
    result = sized_result(10_000)
    pdf = render_pdf(result)
    with pikepdf.open(io.BytesIO(pdf)) as opened_pdf:
        assert len(opened_pdf.pages) <= MOST_PAGES
        rows = opened_pdf.attachments["entitlements.csv"].get_file().read_bytes().count(b"\r\n") - 1
    assert rows == len(result.entitlements)
    everything = printed_text(pdf)
    causes = len(build_view(result).causes)
    assert f"100 of {causes:,}, full list in findings.csv" in everything
    (spelt_out,) = re.findall(rf"(\d+) of {causes:,}, full list in report\.json", everything)
    assert 5 <= int(spelt_out) <= 20


def test_long_names_everywhere_do_not_break_the_bound() -> None:
    """The worst of both: many causes, and every text as long as an ARN can be."""
    result = sized_result(600)
    long = "n" * 1900
    findings = tuple(
        msgspec.structs.replace(
            finding,
            title=f"{finding.title} {long}",
            confidence_reason=long,
            considered=tuple(f"{place} {long}" for place in range(20)),
            facts=tuple((f"{place} {long}", long) for place in range(20)),
            causes=tuple(
                msgspec.structs.replace(cause, policy=msgspec.structs.replace(cause.policy, name=f"p{place}-{long}"))
                for cause in finding.causes
            ),
        )
        for place, finding in enumerate(result.findings)
    )
    gaps = tuple(
        msgspec.structs.replace(gap, item=f"{place}{long}", detail=long)
        for place, gap in enumerate(hostile_result().gaps * 30)
    )
    worst = msgspec.structs.replace(result, findings=findings, gaps=gaps, defects=hostile_result().defects * 30)
    with pikepdf.open(io.BytesIO(render_pdf(worst))) as pdf:
        assert len(pdf.pages) <= MOST_PAGES
