"""`.ci/setup`, on machines that this is not: the commands it meets there are played by small scripts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.meta.tree import PROJECT

ORDINARY = ("bash", "cat", "dirname", "env", "grep", "mkdir", "rm", "tail", "touch")


class Machine:
    """A folder with a copy of the script, and a PATH with nothing but ordinary tools and what is put there."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.commands = folder / "bin"
        self.commands.mkdir(parents=True)
        (self.project / ".ci").mkdir(parents=True)
        shutil.copy(PROJECT / ".ci" / "setup", self.project / ".ci" / "setup")
        for name in ORDINARY:
            found = shutil.which(name)
            assert found
            (self.commands / name).symlink_to(found)

    def has(self, name: str, body: str) -> None:
        """Put a command on the PATH."""
        self._script(self.commands / name, body)

    def has_environment(self, body: str) -> None:
        """Put a Python into .venv."""
        (self.project / ".venv" / "bin").mkdir(parents=True)
        self._script(self.project / ".venv" / "bin" / "python", body)

    def set_up(self, step: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one step."""
        return subprocess.run(
            [str(self.commands / "bash"), str(self.project / ".ci" / "setup"), step],
            env={"PATH": str(self.commands), **settings},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def stamped(self, step: str) -> bool:
        """Whether make would not run the step again."""
        return (self.project / ".make" / step).exists()

    @staticmethod
    def _script(path: Path, body: str) -> None:
        path.write_text(f"#!{shutil.which('bash')}\n{body}\n")
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine whose user is not root and may not become it."""
    made = Machine(tmp_path)
    made.has("id", "echo 1000")
    made.has("sudo", "exit 1")
    made.has("apt-get", f'echo "$@" >> {tmp_path / "apt"}')
    return made


def test_without_permission_the_pdf_step_names_one_line_and_goes_on(machine: Machine) -> None:
    machine.has_environment("exit 1")
    ended = machine.set_up("pdf")
    assert ended.returncode == 0
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in ended.stderr
    assert not machine.stamped("pdf")


def test_in_ci_a_pdf_that_cannot_be_made_is_a_failure(machine: Machine) -> None:
    machine.has_environment("exit 1")
    assert machine.set_up("pdf", CI="true").returncode == 1


def test_with_the_libraries_there_the_pdf_step_does_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.has_environment("exit 0")
    ended = machine.set_up("pdf")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert machine.stamped("pdf")
    assert not (tmp_path / "apt").exists()


def test_root_gets_the_missing_libraries_installed(machine: Machine, tmp_path: Path) -> None:
    machine.has("id", "echo 0")
    machine.has_environment(f"[ -e {tmp_path / 'apt'} ]")
    ended = machine.set_up("pdf")
    assert ended.returncode == 0
    assert ended.stdout.startswith("set-up: installing libpango-1.0-0")
    assert "install -y --no-install-recommends libpango-1.0-0" in (tmp_path / "apt").read_text()
    assert machine.stamped("pdf")


def test_apt_that_fails_is_tried_with_new_lists_and_then_quoted(machine: Machine, tmp_path: Path) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", f'echo "$@" >> {tmp_path / "apt"}; echo "E: no such package"; [ "$1" = update ]')
    machine.has_environment("exit 1")
    ended = machine.set_up("pdf")
    assert "E: no such package" in ended.stderr
    calls = (tmp_path / "apt").read_text().splitlines()
    assert [call.split()[0] for call in calls][-3:] == ["install", "update", "install"]


def test_without_permission_the_browser_tests_are_named_as_missing(machine: Machine) -> None:
    ended = machine.set_up("chromium")
    assert ended.returncode == 0
    assert "apt-get install chromium" in ended.stderr
    assert not machine.stamped("chromium")


def test_a_python_that_is_too_old_is_not_used(machine: Machine) -> None:
    machine.has("python3", "exit 1")
    ended = machine.set_up("venv")
    assert ended.returncode == 1
    assert "Python 3.11 or later is needed" in ended.stderr


def test_a_python_without_venv_gets_the_package_named(machine: Machine) -> None:
    """Debian's python3 leaves ensurepip to a package of its own."""
    machine.has("python3", 'case "$2" in *ensurepip*) exit 1 ;; *minor*) echo python3.11-venv ;; esac')
    ended = machine.set_up("venv")
    assert ended.returncode == 1
    assert "run: apt-get install python3.11-venv" in ended.stderr
    assert not machine.stamped("venv")


def test_what_pip_warns_of_is_kept_out_of_sight(machine: Machine) -> None:
    machine.has_environment('echo "WARNING: a location is ignored" >&2')
    ended = machine.set_up("packages")
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert ended.stdout.count("\n") == 2


def test_what_pip_fails_of_is_shown(machine: Machine) -> None:
    machine.has_environment('echo "WARNING: a location is ignored" >&2; echo "ERROR: no such version" >&2; exit 1')
    ended = machine.set_up("packages")
    assert ended.returncode == 1
    assert "ERROR: no such version" in ended.stderr
    assert "WARNING" not in ended.stderr
    assert not machine.stamped("packages")


def test_make_lists_its_targets() -> None:
    ended = subprocess.run(["make", "-C", str(PROJECT)], capture_output=True, text=True, check=True, timeout=60)
    for target in ("demo", "test", "test-long", "check", "lock", "clean"):
        assert f"make {target}" in ended.stdout
