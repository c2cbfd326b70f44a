"""The wheel holds what the checkout holds, and works where no checkout is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.meta.tree import PROJECT, tracked_files

DATA = tuple(path for path in tracked_files() if path.parts[0] in ("audit", "templates"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from a copy of the tracked files, without a network and without traces in the checkout."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in tracked_files():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / path, source / path)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(source))
    (found,) = built.glob("mturk_audit-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install it away from the checkout; its dependencies are those of the environment that runs the tests."""
    target = tmp_path_factory.mktemp("installed")
    _pip("install", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    return target


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed copy's script, from a folder with no checkout in sight."""
    return subprocess.run(
        [sys.executable, str(installed / "bin" / "mturk-audit"), *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_it_holds_every_module_and_every_data_file(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for path in DATA:
        name = f"audit/{path}" if path.parts[0] == "templates" else str(path)
        assert name in held


def test_it_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"audit"}


def test_the_installed_copy_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import audit; print(audit.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert Path(ended.stdout.strip()).is_relative_to(installed)


def test_the_installed_copy_finds_its_catalog(installed: Path, tmp_path: Path) -> None:
    ended = _run(installed, tmp_path, "catalog", "--format", "csv")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("\n") == 40
