"""Defaults from files and the environment, and in which order they count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.process import mturk_audit


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True


def test_a_settings_file_gives_defaults(tmp_path: Path) -> None:
    (tmp_path / "audit.toml").write_text('[catalog]\nformat = "json"\n')
    assert _is_json(mturk_audit("catalog", cwd=tmp_path).out)


def test_pyproject_gives_defaults_where_there_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.mturk-audit.catalog]\nformat = "json"\n')
    assert _is_json(mturk_audit("catalog", cwd=tmp_path).out)


def test_the_environment_goes_before_the_file_and_a_flag_before_both(tmp_path: Path) -> None:
    (tmp_path / "audit.toml").write_text('[catalog]\nformat = "json"\n')
    csv = {"MTURK_AUDIT_CATALOG_FORMAT": "csv"}
    assert mturk_audit("catalog", cwd=tmp_path, env=csv).out.startswith("action,")
    assert _is_json(mturk_audit("catalog", "--format", "json", cwd=tmp_path, env=csv).out)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("audit.toml", "[catalog", "`audit.toml` cannot be read as TOML"),
        ("audit.toml", 'catalog = "json"', "`catalog` is no table"),
        ("audit.toml", "[katalog]", "there is no command `katalog`"),
        ("audit.toml", '[catalog]\nformats = "json"', "`catalog` has no option `formats`; it has format"),
        ("pyproject.toml", '[tool]\nmturk-audit = "x"', "a table is wanted"),
        ("audit.toml", "[report]\nevidence = 'x'", "`report` has no option `evidence`"),
    ],
)
def test_a_settings_file_with_an_error_is_named_in_one_sentence(
    tmp_path: Path, name: str, content: str, told: str
) -> None:
    """A misspelled option must not be passed over: the audit would run without it."""
    (tmp_path / name).write_text(content)
    ended = mturk_audit("catalog", cwd=tmp_path)
    assert ended.code == 2
    assert told in ended.err
    assert ended.err.startswith("mturk-audit: ")
    assert ended.err.count("\n") == 1
    assert ended.out == ""


def test_a_wrong_value_in_a_settings_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "audit.toml").write_text('[catalog]\nformat = "xml"\n')
    ended = mturk_audit("catalog", cwd=tmp_path)
    assert ended.code == 2
    assert "'xml' is not one of" in ended.err
