"""`demo`: the whole way, from a local AWS to the report, and the same bytes each time."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from audit.demo.company import example_company
from audit.review.proof import REPORT_MANIFEST
from audit.snapshot.layout import EVENTS
from audit.snapshot.reader import open_input
from tests.cli.process import PROJECT, Ended, mturk_audit, without_pango

pytestmark = pytest.mark.pdf


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo ran."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def ended(folder: Path) -> Ended:
    """The demo, run with the AWS settings of somebody who has an account; they must not be used."""
    own = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "token", "AWS_ACCESS_KEY_ID": "AKIAREAL"}
    return mturk_audit("demo", cwd=folder, env=own)


def test_it_ends_with_the_paths_of_the_reports(ended: Ended) -> None:
    assert ended.code == 0, ended.err
    assert set(ended.out.splitlines()[-2:]) == {"reports/demo/report.html", "reports/demo/report.pdf"}
    assert "users and roles can pay workers" in ended.err


def test_its_snapshot_holds_every_account_whole(ended: Ended, folder: Path) -> None:
    assert ended.code == 0
    snapshot = open_input(folder / "snapshots" / "demo")
    accounts = {each.account.account_id: each for each in snapshot.accounts}
    collected = [account.account_id for account in example_company().accounts]
    assert set(accounts) == {*collected, "888899990000", "222211110000"}
    assert snapshot.organization is not None
    assert snapshot.organization.nodes is not None
    for evidence in (accounts[account_id] for account_id in collected):
        assert evidence.authorization is not None
        linked = evidence.account.account_id in ("111122223333", "444455556666")
        assert (evidence.bonus_payments is not None) == linked
        assert (evidence.worker_blocks is not None) == linked
    damaged = {gap.source for gap in snapshot.gaps if gap.reason == "unreadable"}
    assert damaged == {EVENTS.source}, "a log file that is planted"


def test_its_report_lists_principals_of_all(ended: Ended, folder: Path) -> None:
    assert ended.code == 0
    with (folder / "reports" / "demo" / "entitlements.csv").open(newline="") as stream:
        accounts = {row["account_id"] for row in csv.DictReader(stream)}
    assert accounts == {account.account_id for account in example_company().accounts}


def test_the_sample_is_what_the_demo_writes(ended: Ended, folder: Path) -> None:
    """`make sample` renews it. The PDF beside it also depends on the machine's Pango."""
    assert ended.code == 0
    written = (folder / "reports" / "demo" / "report.html").read_bytes()
    same = written == (PROJECT / "reports" / "sample" / "report.html").read_bytes()
    assert same, "the demo writes another report than reports/sample/ holds; run `make sample`"


def test_again_it_replaces_its_own_and_gives_the_same_bytes(ended: Ended, folder: Path, tmp_path: Path) -> None:
    """Without the PDF, which takes half of its time: test_pdf.py holds that to the same bytes in two processes."""
    assert ended.code == 0
    report = folder / "reports" / "demo"
    written = [*sorted((folder / "snapshots" / "demo").rglob("*")), *sorted(report.iterdir())]
    before = {path: path.read_bytes() for path in written if path.is_file()}
    assert mturk_audit("demo", cwd=folder, env=without_pango(tmp_path / "site")).code == 0
    changed = {path for path, content in before.items() if not path.exists() or path.read_bytes() != content}
    assert changed == {report / "report.pdf", report / REPORT_MANIFEST}
    assert not (report / "report.pdf").exists()


def test_it_replaces_no_evidence_of_others(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text("{}")
    refused = mturk_audit("demo", "--snapshot", "mine", cwd=tmp_path)
    assert refused.code == 2
    assert "`mine` is no evidence of an earlier demo" in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
