"""`collect` and `run`, as processes that speak to a local AWS over HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from audit.collect.plan import planned_calls
from audit.demo.company import example_company
from audit.demo.faults import Fault
from audit.demo.server import LocalAws, local_aws
from audit.demo.wire import Call
from audit.snapshot.layout import BONUS_PAYMENTS
from audit.snapshot.reader import open_input, read_manifest
from tests.cli.process import COMMAND, environment, mturk_audit
from tests.unit.cloudtrail.trail_files import log_file, put

ACCOUNT = "444455556666"
WINDOW = ("--window", "2026-Q3", "--rate", "0")
DATA = ("--format", "json", "--format", "csv")


@contextmanager
def _aws(fault: Fault | None = None, prefix: str = "mturk:", latency: float = 0.0) -> Iterator[LocalAws]:
    """The example company; each call whose name begins with `prefix` meets the fault."""

    def faults(call: Call) -> Fault | None:
        return fault if call.name.startswith(prefix) else None

    # A member of an organization is not told of it, and would not end with 0.
    alone = msgspec.structs.replace(example_company(), organization=None)
    with local_aws(alone, faults=faults, latency=latency) as aws:
        yield aws


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Log files of every day, so that nothing is missing: the event history ends 90 days before the real today."""
    folder = tmp_path_factory.mktemp("trail")
    for number in range(92):
        put(folder, f"{date(2026, 7, 1) + timedelta(days=number)}", log_file([]), account=ACCOUNT)
    return ("--cloudtrail", str(folder))


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    """A local AWS without faults."""
    with _aws() as running:
        yield running


def test_a_collection_prints_where_the_snapshot_is_and_ends_with_0(
    aws: LocalAws, tmp_path: Path, trail: tuple[str, str]
) -> None:
    out = tmp_path / "snapshots" / "2026-Q3"
    ended = mturk_audit("collect", *WINDOW, *trail, "--out", out, env=aws.environment(ACCOUNT))
    assert ended.code == 0, ended.err
    assert ended.out == f"{out}\n"
    assert f"account {ACCOUNT}: 14 files" in ended.err
    assert "\x1b" not in ended.err
    snapshot = open_input(out)
    assert not snapshot.gaps
    assert snapshot.accounts[0].authorization is not None


def test_a_finished_snapshot_is_not_collected_over(aws: LocalAws, tmp_path: Path, trail: tuple[str, str]) -> None:
    collect = ("collect", *WINDOW, *trail, "--out", tmp_path / "snapshot")
    assert mturk_audit(*collect, env=aws.environment(ACCOUNT)).code == 0
    again = mturk_audit(*collect, env=aws.environment(ACCOUNT))
    assert again.code == 2
    assert "--force" in again.err
    assert mturk_audit(*collect, "--force", env=aws.environment(ACCOUNT)).code == 0


def test_run_is_collect_and_report(aws: LocalAws, tmp_path: Path) -> None:
    ended = mturk_audit("run", *WINDOW, "--out", "report", *DATA, cwd=tmp_path, env=aws.environment(ACCOUNT))
    assert ended.code == 1
    manifest, _ = read_manifest(tmp_path / "snapshots" / "2026-Q3")
    assert manifest.ended_at is not None
    apart = ("report", tmp_path / "snapshots" / "2026-Q3", "--out", tmp_path / "apart", *DATA)
    assert mturk_audit(*apart).code == 1
    for path in sorted((tmp_path / "apart").iterdir()):
        assert path.read_bytes() == (tmp_path / "report" / path.name).read_bytes()


def test_run_looks_at_the_reports_place_before_it_collects(tmp_path: Path) -> None:
    """No hours of collecting for a report that cannot be written."""
    (tmp_path / "report").write_text("a file")
    ended = mturk_audit("run", *WINDOW, "--out", "report", cwd=tmp_path)
    assert ended.code == 2
    assert "`report` is a file" in ended.err
    assert not (tmp_path / "snapshots").exists()


@pytest.mark.parametrize(("fault", "reason"), [(Fault.ACCESS_DENIED, "denied"), (Fault.HTML_BODY, "failed")])
def test_what_cannot_be_had_is_told_and_gives_3(tmp_path: Path, fault: Fault, reason: str) -> None:
    with _aws(fault, "mturk:ListWorkerBlocks") as aws:
        ended = mturk_audit("collect", *WINDOW, "--out", tmp_path / "snapshot", env=aws.environment(ACCOUNT))
    assert ended.code == 3
    assert f"mturk:ListWorkerBlocks: {reason}: " in ended.err
    report = ("report", tmp_path / "snapshot", "--out", tmp_path / "out", "--fail-on", "never", *DATA)
    reported = mturk_audit(*report)
    assert reported.code == 3
    assert "Worker blocks: not collected" in reported.err


def test_a_service_that_is_gone_is_an_outcome_of_its_own(tmp_path: Path) -> None:
    """It is told as retired, and neither the exit code nor the report takes it for zero."""
    with _aws(Fault.RETIRED) as aws:
        ended = mturk_audit("collect", *WINDOW, "--out", tmp_path / "snapshot", env=aws.environment(ACCOUNT))
    assert ended.code == 3
    assert "mturk:ListBonusPayments: retired: " in ended.err
    report = ("report", tmp_path / "snapshot", "--out", tmp_path / "out", "--fail-on", "never", *DATA)
    told = "HITs, bonus payments, worker blocks and account balance: not collected. The service no longer answers"
    assert told in mturk_audit(*report).err


@pytest.mark.parametrize(
    ("fault", "prefix", "reason", "part", "state", "begins"),
    [
        (
            *(Fault.ACCOUNT_NOT_LINKED, "mturk:", "not applicable"),
            *("bonus payments", "not applicable", "No Mechanical Turk requester is linked"),
        ),
        (
            *(Fault.RETIRED, "mturk:", "retired"),
            *("bonus payments", "not collected", "The service no longer answers"),
        ),
        (
            *(Fault.ACCESS_DENIED, "organizations:", "denied"),
            *("service control policies", "not collected", "No organization data was evaluated"),
        ),
    ],
    ids=["no requester", "closed", "no SCPs"],
)
def test_what_nobody_can_tell_has_a_row_of_its_own_and_gives_3(
    tmp_path: Path, trail: tuple[str, str], fault: Fault, prefix: str, reason: str, part: str, state: str, begins: str
) -> None:
    with _aws(fault, prefix) as aws:
        command = ("collect", *WINDOW, *trail, "--out", tmp_path / "snapshot")
        assert mturk_audit(*command, env=aws.environment(ACCOUNT)).code == 3
    report = ("report", tmp_path / "snapshot", "--out", tmp_path / "out", "--fail-on", "never", *DATA)
    assert mturk_audit(*report).code == 3
    told = json.loads((tmp_path / "out" / "report.json").read_text())
    assert any(gap["source"].startswith(prefix) and gap["reason"] == reason for gap in told["gaps"])
    (row,) = [row for row in told["coverage"] if row["part"] == part]
    assert (row["state"], row["detail"].startswith(begins)) == (state, True)


def _hear_control_c() -> None:
    """Whoever runs the tests in the background of a script has Control-C ignored, and so would every child."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_ends_a_collection_that_goes_on_later(tmp_path: Path, trail: tuple[str, str]) -> None:
    with _aws(latency=0.02) as aws:
        command = [*COMMAND, "collect", *WINDOW, *trail, "--max-concurrency", "1", "--out", str(tmp_path / "snapshot")]
        process = subprocess.Popen(
            command,
            env=environment(**aws.environment(ACCOUNT)),
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hear_control_c,
        )
        while aws.count("mturk:ListBonusPayments") < 5:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 130
        assert told.rstrip().endswith("mturk-audit: interrupted")
        assert "Traceback" not in told
        assert mturk_audit(*command[len(COMMAND) :], env=aws.environment(ACCOUNT)).code == 0
        asked = aws.count("mturk:ListBonusPayments")
    manifest, _ = read_manifest(tmp_path / "snapshot")
    needed = sum(file.api_calls for file in manifest.files if file.path.endswith(BONUS_PAYMENTS.name))
    assert asked <= needed + 1, "only the call that was in flight may be asked again"
    assert not manifest.gaps


def test_a_dry_run_lists_every_call_and_makes_none(tmp_path: Path) -> None:
    ended = mturk_audit("collect", *WINDOW, "--out", "snapshot", "--dry-run", cwd=tmp_path)
    assert ended.code == 0
    for call in planned_calls():
        assert f"{call.source} " in ended.out
    told = json.loads(mturk_audit("collect", *WINDOW, "--out", "x", "--dry-run", "--format", "json", cwd=tmp_path).out)
    assert [call["permission"] for call in told["calls"]] == [call.permission for call in planned_calls()]
    assert not list(tmp_path.iterdir())


def test_permissions_is_the_policy_of_the_planned_calls() -> None:
    told = json.loads(mturk_audit("permissions").out)
    actions = {action for statement in told["Statement"] for action in statement["Action"]}
    assert actions == {call.permission for call in planned_calls()}
    table = mturk_audit("permissions", "--format", "table").out
    assert all(action in table for action in actions)
