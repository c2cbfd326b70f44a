"""The notebooks: in step with their sources, without outputs, and run on the example company."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jupytext
import pytest

from audit.cli.demo import StandingClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import CollectOptions, SilentProgress
from audit.demo.company import AS_OF, example_company, example_window
from audit.demo.server import local_aws
from audit.model.reconciliation import Outcome, Subject
from tests.cli.process import environment
from tests.unit.cloudtrail.records import record
from tests.unit.cloudtrail.trail_files import log_file, put

FOLDER = Path(__file__).parents[2] / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
NAMES = [source.stem for source in SOURCES]
ACCOUNT = "111122223333"
UNLOGGED = 2
"""Payments of the quarter that no event stands behind."""
DEFINING = {"own-rule"}
"""Those that show how something is defined."""
TELLS = {
    "first-look": "can pay workers",
    "who-can-pay": "users, groups and roles can pay workers",
    "payments-reconciled": "US dollars",
    "comparing-quarters": "Principals: 1 came, 0 went",
    "own-rule": "findings, ",
}
"""What each prints, among others."""

EXECUTE = """
import json, sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
print(json.dumps([output for cell in notebook.cells for output in cell.get("outputs", [])]))
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables that the notebooks read: an account of the example company, its trail, and an earlier quarter."""
    folder = tmp_path_factory.mktemp("evidence")
    snapshot = folder / "snapshot"
    with local_aws(example_company()) as aws, pytest.MonkeyPatch.context() as variables:
        for name, value in aws.environment(ACCOUNT).items():
            variables.setenv(name, value)
        options = CollectOptions(out=snapshot, window=example_window(), calls_per_second=None)
        collect_snapshot(options, progress=SilentProgress(), clock=StandingClock(AS_OF))
    return {
        "MTURK_AUDIT_EVIDENCE": str(snapshot),
        "MTURK_AUDIT_EARLIER": str(_earlier(snapshot, folder / "2026-Q2.json")),
        "MTURK_AUDIT_CLOUDTRAIL": str(_trail(snapshot, folder / "trail")),
    }


def _earlier(snapshot: Path, path: Path) -> Path:
    """The account without one of its users, as a saved file."""
    details = json.loads((snapshot / ACCOUNT / "iam" / "authorization-details.json").read_bytes())
    details["UserDetailList"] = details["UserDetailList"][:-1]
    path.write_text(json.dumps(details))
    return path


def _trail(snapshot: Path, root: Path) -> Path:
    """A log file a day of the quarter, with a call for every payment but two."""
    rows = (snapshot / ACCOUNT / "mturk" / "bonus-payments.jsonl").read_text().splitlines()
    window = example_window()
    paid = [row for row in map(json.loads, rows) if window.holds(datetime.fromisoformat(row["GrantTime"]))]
    days: dict[str, list[dict[str, Any]]] = {
        f"{window.since + timedelta(days=day):%Y-%m-%d}": [] for day in range((window.until - window.since).days)
    }
    for number, row in enumerate(paid[UNLOGGED:]):
        asked = {
            "workerId": row["WorkerId"],
            "bonusAmount": row["BonusAmount"],
            "assignmentId": row["AssignmentId"],
            "uniqueRequestToken": f"token-{number}",
        }
        days[row["GrantTime"][:10]].append(
            record(eventID=f"event-{number}", eventTime=row["GrantTime"], requestParameters=asked)
        )
    for day, records in days.items():
        put(root, day, log_file(records))
    return root


def test_there_are_notebooks_and_each_has_its_source() -> None:
    assert set(NAMES) == set(TELLS)
    assert [path.stem for path in sorted(FOLDER.glob("*.ipynb"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_in_step_with_its_source(name: str) -> None:
    """`make notebooks` brings them together again."""
    source, notebook = (jupytext.read(FOLDER / f"{name}.{ending}") for ending in ("py", "ipynb"))
    cells = [[(cell.cell_type, cell.source) for cell in each.cells] for each in (source, notebook)]
    assert cells[0] == cells[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_outputs_and_defines_nothing(name: str) -> None:
    notebook = jupytext.read(FOLDER / f"{name}.ipynb")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    defines = any(line.startswith(("def ", "class ")) for cell in code for line in cell.source.splitlines())
    assert defines == (name in DEFINING)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_runs_on_the_example_company(
    name: str,
    settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    after = runpy.run_path(str(FOLDER / f"{name}.py"))
    assert TELLS[name] in capsys.readouterr().out
    if name == "payments-reconciled":
        totals = after["totals"]
        bonuses = totals[totals["subject"] == Subject.BONUS.value].set_index("outcome")["count"]
        assert bonuses[Outcome.NO_EVENT.value] == UNLOGGED
        assert bonuses[Outcome.MATCHED.value] > 100
    if name == "own-rule":
        assert len(after["both"].findings) == len(after["review"].findings) + len(after["mine"])


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == NAMES[0] else pytest.mark.long) for name in NAMES]
)
def test_a_notebook_runs_in_a_kernel(name: str, settings: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", EXECUTE, f"{name}.ipynb"],
        cwd=FOLDER,
        env=environment(**settings) | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    outputs = json.loads(ended.stdout.splitlines()[-1])
    assert not any(output["output_type"] == "error" for output in outputs)
    assert any(TELLS[name] in output.get("text", "") for output in outputs)
    assert any("text/html" in output.get("data", {}) for output in outputs)
