"""A test that should run and does not is a failure in CI, whichever way it was skipped."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.meta.tree import PROJECT

SKIPPING = {
    "by mark": "import pytest\n@pytest.mark.skip(reason='no time')\ndef test_it():\n    pass\n",
    "by call": "import pytest\ndef test_it():\n    pytest.skip('no time')\n",
    "as a module": "import pytest\npytest.skip('no time', allow_module_level=True)\n",
    "in a fixture": (
        "import pytest\n@pytest.fixture\ndef tool():\n    pytest.skip('no time')\ndef test_it(tool):\n    pass\n"
    ),
}


BROWSER = "def test_it():\n    raise AssertionError\n"
"""Of a test that is not run where there is no Chromium."""


@pytest.fixture(scope="module", params=["true", ""], ids=["in CI", "elsewhere"])
def ended(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bool, str]:
    """All of them beside a test that passes, without Chromium: whether that was in CI, and what was said."""
    folder = tmp_path_factory.mktemp("skipping")
    (folder / "conftest.py").write_bytes((PROJECT / "tests" / "conftest.py").read_bytes())
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -ra\nmarkers =\n    browser: x\n    pdf: x\n")
    for way, text in SKIPPING.items():
        (folder / f"test_{_stem(way)}.py").write_text(text)
    (folder / "test_passing.py").write_text("def test_it():\n    pass\n")
    (folder / "browser").mkdir()
    (folder / "browser" / "test_page.py").write_text(BROWSER)
    whole = ("-q", "-p", "no:cacheprovider", "--continue-on-collection-errors")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *whole, str(folder)],
        env={**os.environ, "CI": request.param, "PATH": "/nonexistent"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == (1 if request.param else 0), run.stdout
    return bool(request.param), run.stdout


def _stem(way: str) -> str:
    return way.replace(" ", "_")


@pytest.mark.parametrize("way", SKIPPING)
def test_a_skip_fails_in_ci_and_only_there(ended: tuple[bool, str], way: str) -> None:
    in_ci, told = ended
    of_it = [line for line in told.splitlines() if f"test_{_stem(way)}.py" in line and line.startswith(_OUTCOMES)]
    assert len(of_it) == 1
    assert "no time" in of_it[0]
    assert of_it[0].startswith("SKIPPED") != in_ci
    assert ("nothing may be skipped here" in of_it[0]) == in_ci


_OUTCOMES = ("SKIPPED", "FAILED", "ERROR")


def test_what_is_not_skipped_passes(ended: tuple[bool, str]) -> None:
    in_ci, told = ended
    assert told.splitlines()[-1].startswith("1 failed, 1 passed, 4 errors" if in_ci else "1 passed, 5 skipped")


def test_without_chromium_the_browser_tests_are_skipped_with_the_line_to_run(ended: tuple[bool, str]) -> None:
    _, told = ended
    assert "run: apt-get install chromium" in told
    assert "AssertionError" not in told
