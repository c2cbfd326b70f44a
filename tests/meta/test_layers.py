"""What the import contracts of pyproject.toml cannot say: they list what is forbidden, these list what is allowed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.tree import PROJECT, tracked_files

POLICY_FILES = [path for path in tracked_files() if path.parts[:2] == ("audit", "policy") and path.suffix == ".py"]


def _imported(path: Path) -> set[str]:
    """The modules that a file names in its imports."""
    names = set()
    for node in ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", POLICY_FILES, ids=str)
def test_the_policy_language_stands_alone(path: Path) -> None:
    """It could be published by itself: standard library, msgspec and the records."""
    for name in _imported(path):
        top = name.partition(".")[0]
        own = name == "audit.policy" or name.startswith(("audit.policy.", "audit.model"))
        assert top in sys.stdlib_module_names or top == "msgspec" or own, f"{path} imports {name}"


@pytest.mark.parametrize("module", ["audit.model", "audit.policy", "audit.evaluate", "audit.rules", "audit.snapshot"])
def test_evaluating_imports_nothing_that_draws_or_calls(module: str) -> None:
    """pandas, boto3 and the renderers cost half a second each and stay off this path."""
    program = (
        f"import pkgutil, sys, {module} as package, importlib\n"
        "for each in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(each.name)\n"
        "heavy = {'boto3', 'pandas', 'numpy', 'jinja2', 'weasyprint', 'matplotlib', 'click', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.strip() == "[]"
