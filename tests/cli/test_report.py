"""`report`: the files, the exit code, the same bytes twice, and nothing half-written."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.cli.report_folder import write_report
from audit.render.formats import FORMATS, default_formats, report_files
from audit.render.output_file import OutputFile
from audit.review.proof import REPORT_MANIFEST
from tests.cli.evidence import CLOSED, account, allow, policy, saved, user
from tests.cli.process import Ended, mturk_audit, without_pango
from tests.unit.cloudtrail.records import record
from tests.unit.cloudtrail.trail_files import log_file, put

DATA = ("--format", "json", "--format", "csv")


@pytest.fixture
def payer(tmp_path: Path) -> Path:
    """An account with one user who may pay."""
    return saved(tmp_path, account(user("payer", policy(allow("mechanicalturk:SendBonus")))))


@pytest.fixture
def harmless(tmp_path: Path) -> Path:
    """An account in which nobody may do anything in Mechanical Turk."""
    return saved(tmp_path, account(user("otto", policy(allow("s3:GetObject")))))


def _default_files() -> set[str]:
    return {REPORT_MANIFEST, *(name for each in default_formats() for name in FORMATS[each].files)}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """The report on that user in all formats, and how the command ended. Its folder is `new/out` of the one given."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "temporary").mkdir()
    evidence = saved(folder, account(user("payer", policy(allow("mechanicalturk:SendBonus")))))
    ended = mturk_audit(
        "report", evidence, "--out", folder / "new" / "out", "--as-of", CLOSED, env={"TMPDIR": f"{folder}/temporary"}
    )
    assert ended.code == 1
    return folder, ended


@pytest.mark.pdf
def test_all_formats_are_written_and_their_paths_printed(whole: tuple[Path, Ended]) -> None:
    folder, ended = whole
    out = folder / "new" / "out"
    assert list((folder / "temporary").iterdir()) == []
    printed = [Path(line) for line in ended.out.splitlines()]
    assert sorted(printed) == sorted(out.iterdir())
    assert {path.name for path in printed} >= {"report.html", "report.pdf", "report.json", "findings.csv"}
    assert {path.name for path in printed} == _default_files()
    assert [path.name for path in printed[-2:]] == ["report.pdf", "report.html"]
    assert "1 of 1 user or role can pay workers" in ended.err
    assert "not fully evaluated: 0 of 1 principal;" in ended.err


def test_files_are_for_their_owner_alone(harmless: Path, tmp_path: Path) -> None:
    mturk_audit("report", harmless, "--out", tmp_path / "a" / "b", *DATA)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a" / "b").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


@pytest.mark.pdf
def test_the_same_evidence_gives_the_same_bytes(whole: tuple[Path, Ended], payer: Path, tmp_path: Path) -> None:
    """Wherever it is written to, whatever the working directory is, and on one processor as on several."""
    processors = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(processors)})
        assert mturk_audit("report", payer, "--out", tmp_path / "out", "--as-of", CLOSED, cwd=tmp_path).code == 1
    finally:
        os.sched_setaffinity(0, processors)
    one, two = _bytes(tmp_path / "out"), _bytes(whole[0] / "new" / "out")
    assert [name for name in one if one[name] != two[name]] == []
    assert one.keys() == two.keys()


def test_the_report_names_the_command_that_gives_it_again(payer: Path, tmp_path: Path) -> None:
    mturk_audit("report", payer, "--out", tmp_path / "out", "--window", "2026-Q3", "--as-of", CLOSED, *DATA)
    header = json.loads((tmp_path / "out" / "report.json").read_text())["header"]
    assert header["command"] == (
        "mturk-audit report account.json --as-of 2026-11-23T00:00:00Z "
        "--since 2026-07-01T00:00:00Z --until 2026-10-01T00:00:00Z "
        "--payment-tolerance 300 --worker-ids pseudonyms"
    )


@pytest.mark.parametrize(("fail_on", "code"), [("low", 1), ("medium", 1), ("critical", 1), ("never", 0)])
def test_fail_on_decides_from_which_severity_findings_count(
    payer: Path, tmp_path: Path, fail_on: str, code: int
) -> None:
    ended = mturk_audit("report", payer, "--out", tmp_path / "out", "--fail-on", fail_on, "--as-of", CLOSED, *DATA)
    assert ended.code == code


def test_an_account_without_findings_is_0(harmless: Path, tmp_path: Path) -> None:
    ended = mturk_audit("report", harmless, "--out", tmp_path / "out", *DATA)
    assert ended.code == 0
    assert "0 findings" in ended.err


def test_a_saved_page_of_several_is_never_0(tmp_path: Path) -> None:
    page = account(user("otto", policy(allow("s3:GetObject"))))
    path = saved(tmp_path, {**page, "IsTruncated": True})
    assert mturk_audit("report", path, "--out", tmp_path / "out", *DATA).code == 3


def test_a_report_goes_over_an_earlier_one_and_leaves_none_of_its_files(payer: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mturk_audit("report", payer, "--out", out, *DATA)
    assert (out / "findings.csv").exists()
    assert mturk_audit("report", payer, "--out", out, "--format", "json").code == 1
    assert {path.name for path in out.iterdir()} == {"report.json", REPORT_MANIFEST}


def test_findings_go_before_what_is_not_evaluated(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("payer", policy(allow("mechanicalturk:*"))), user("broken", "{")))
    assert mturk_audit("report", path, "--out", tmp_path / "out", *DATA).code == 1
    assert mturk_audit("report", path, "--out", tmp_path / "out", "--fail-on", "never", *DATA).code == 3


def test_without_pango_all_but_the_pdf_is_written(payer: Path, tmp_path: Path) -> None:
    """The one line that installs it is named; asked for by name, the PDF is an error and nothing is written."""
    blocked = without_pango(tmp_path / "site")
    out = tmp_path / "out"
    ended = mturk_audit("report", payer, "--out", out, env=blocked)
    assert ended.code == 1
    assert ended.err.count("apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0") == 1
    assert {path.name for path in out.iterdir()} == {*_default_files()} - {"report.pdf"}
    other = tmp_path / "other"
    asked = mturk_audit("report", payer, "--out", other, "--format", "html", "--format", "pdf", env=blocked)
    assert asked.code == 2
    assert asked.err.splitlines()[-1].startswith("mturk-audit: ")
    assert not other.exists()


def test_a_format_that_fails_leaves_the_earlier_report(payer: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mturk_audit("report", payer, "--out", out, *DATA)
    before = _bytes(out)

    def files() -> Iterator[OutputFile]:
        yield OutputFile(name="report.json", content=b"new", holds="")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_report(out, files(), report_files())
    assert _bytes(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["account.json", "out"]


def test_log_files_are_joined_with_a_saved_file_and_what_they_lack_is_said(payer: Path, tmp_path: Path) -> None:
    put(tmp_path / "trail", "2026-07-02", log_file([record()]))
    asked = ("--cloudtrail", tmp_path / "trail", "--since", "2026-07-01", "--until", "2026-07-04")
    out = tmp_path / "out"
    ended = mturk_audit("report", payer, "--out", out, *asked, "--fail-on", "never", "--as-of", CLOSED, *DATA)
    assert ended.code == 3, ended.err
    report = json.loads((out / "report.json").read_bytes())
    gaps = [(gap["source"], gap["item"]) for gap in report["gaps"]]
    assert gaps == [("cloudtrail events", "2026-07-01, 2026-07-03")]
    assert "--cloudtrail trail" in report["header"]["command"]


def test_log_files_without_a_window_or_of_nobody_are_one_sentence(payer: Path, tmp_path: Path) -> None:
    put(tmp_path / "trail", "2026-07-02", log_file([record()]))
    for folder, word in ((tmp_path / "trail", "--window 2026-Q3"), (tmp_path / "none", "AWSLogs")):
        ended = mturk_audit("report", payer, "--out", tmp_path / "out", "--cloudtrail", folder, *DATA)
        assert ended.code == 2
        assert word in ended.err
        assert "Traceback" not in ended.err
    assert not (tmp_path / "out").exists()


def test_one_format_goes_to_standard_output_and_nothing_else(payer: Path, tmp_path: Path) -> None:
    ended = mturk_audit("report", payer, "-o", "-", "--format", "sarif", "--as-of", CLOSED, cwd=tmp_path)
    assert ended.code == 1
    mturk_audit("report", payer, "--out", tmp_path / "out", "--format", "sarif", "--as-of", CLOSED)
    assert ended.out == (tmp_path / "out" / "findings.sarif").read_text()
    assert "1 of 1 user or role can pay workers" in ended.err
    assert {path.name for path in tmp_path.iterdir()} == {"account.json", "out"}


@pytest.mark.pdf
def test_annexes_stand_beside_the_report_in_its_manifest_and_go_with_it(payer: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ("--annex", "entitlements", "--annex", "findings", "--annex", "findings")
    assert mturk_audit("report", payer, "--out", out, "--format", "json", *asked).code == 1
    annexes = {path.name for path in out.iterdir() if path.name.startswith("annex-")}
    assert {name.split("-")[1] for name in annexes} == {"entitlements", "findings"}
    listed = json.loads((out / REPORT_MANIFEST).read_bytes())["outputs"]
    assert {each["path"] for each in listed} == {"report.json", *annexes}
    assert mturk_audit("verify", out).code == 0
    assert mturk_audit("report", payer, "--out", out, "--format", "json").code == 1
    assert {path.name for path in out.iterdir()} == {"report.json", REPORT_MANIFEST}


def test_annexes_have_no_place_on_standard_output(payer: Path, tmp_path: Path) -> None:
    ended = mturk_audit("report", payer, "--out", "-", "--format", "json", "--annex", "findings", cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert "name a folder with --out" in ended.err


@pytest.mark.parametrize(
    "formats", [(), ("--format", "html", "--format", "json"), ("--format", "csv"), ("--format", "parquet")]
)
def test_standard_output_takes_exactly_one_file(payer: Path, tmp_path: Path, formats: tuple[str, ...]) -> None:
    ended = mturk_audit("report", payer, "--out", "-", *formats, cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert "exactly one format that is one file" in ended.err


def test_formats_for_other_tools_come_when_asked_for(payer: Path, tmp_path: Path) -> None:
    names = ("parquet", "sarif", "ocsf", "asff", "junit", "markdown")
    asked = [word for name in names for word in ("--format", name)]
    assert mturk_audit("report", payer, "--out", tmp_path / "out", *asked).code == 1
    expected = {REPORT_MANIFEST, *(file for name in names for file in FORMATS[name].files)}
    assert {path.name for path in (tmp_path / "out").iterdir()} == expected <= report_files()
