"""A test that should run and does not is a failure in CI, whichever way it was skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def _pytest(folder: Path, ci: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        env={**os.environ, "CI": ci, **settings},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("way", SKIPPING)
def test_a_skip_fails_in_ci_and_only_there(tmp_path: Path, way: str) -> None:
    (tmp_path / "conftest.py").write_bytes((PROJECT / "tests" / "conftest.py").read_bytes())
    (tmp_path / "test_one.py").write_text(SKIPPING[way])
    (tmp_path / "test_two.py").write_text("def test_it():\n    pass\n")
    in_ci = _pytest(tmp_path, "true")
    assert in_ci.returncode != 0
    assert "nothing may be skipped here" in in_ci.stdout
    assert "no time" in in_ci.stdout
    elsewhere = _pytest(tmp_path, "")
    assert elsewhere.returncode == 0
    assert "1 passed, 1 skipped" in elsewhere.stdout


def test_without_chromium_the_browser_tests_are_skipped_with_the_line_to_run(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_bytes((PROJECT / "tests" / "conftest.py").read_bytes())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -rs\nmarkers =\n    browser: x\n    pdf: x\n")
    (tmp_path / "browser").mkdir()
    (tmp_path / "browser" / "test_page.py").write_text("def test_it():\n    raise AssertionError\n")
    ended = _pytest(tmp_path, "", PATH="/nonexistent")
    assert ended.returncode == 0
    assert "run: apt-get install chromium" in ended.stdout
    assert _pytest(tmp_path, "true", PATH="/nonexistent").returncode == 1
