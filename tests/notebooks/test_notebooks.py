"""The notebooks: in step with their sources, without outputs, and run on the example company."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

from audit.cli.demo import StandingClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import CollectOptions, SilentProgress
from audit.demo.company import AS_OF, example_company, example_window
from audit.demo.server import local_aws
from tests.cli.process import environment

FOLDER = Path(__file__).parents[2] / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
NAMES = [source.stem for source in SOURCES]
ACCOUNT = "444455556666"

EXECUTE = """
import json, sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
print(json.dumps([output for cell in notebook.cells for output in cell.get("outputs", [])]))
"""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of one account of the example company."""
    out = tmp_path_factory.mktemp("evidence") / "snapshot"
    with local_aws(example_company()) as aws, pytest.MonkeyPatch.context() as settings:
        for name, value in aws.environment(ACCOUNT).items():
            settings.setenv(name, value)
        options = CollectOptions(out=out, window=example_window(), calls_per_second=None)
        collect_snapshot(options, progress=SilentProgress(), clock=StandingClock(AS_OF))
    return out


def test_there_are_notebooks_and_each_has_its_source() -> None:
    assert NAMES
    assert [path.stem for path in sorted(FOLDER.glob("*.ipynb"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_in_step_with_its_source(name: str) -> None:
    """`jupytext --sync notebooks/NAME.py` brings them together again."""
    source, notebook = (jupytext.read(FOLDER / f"{name}.{ending}") for ending in ("py", "ipynb"))
    cells = [[(cell.cell_type, cell.source) for cell in each.cells] for each in (source, notebook)]
    assert cells[0] == cells[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_outputs_and_defines_nothing(name: str) -> None:
    notebook = jupytext.read(FOLDER / f"{name}.ipynb")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert not any(line.startswith(("def ", "class ")) for cell in code for line in cell.source.splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_on_the_example_company(name: str, evidence: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", EXECUTE, f"{name}.ipynb"],
        cwd=FOLDER,
        env=environment(MTURK_AUDIT_EVIDENCE=str(evidence)) | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    outputs = json.loads(ended.stdout.splitlines()[-1])
    assert len(outputs) > 1
    assert "no bonus payment" in outputs[0]["text"]
    assert not any(output["output_type"] == "error" for output in outputs)
