"""Defaults from a file: `audit.toml`, or `[tool.mturk-audit]` of `pyproject.toml`, in the working directory.

A table per command, with the names of its options: `[report]`, `fail-on = "high"`. A flag goes before the environment,
the environment before the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from audit.cli.group import CommandGroup
from audit.model.error import InputError

SETTINGS_FILE = "audit.toml"
PYPROJECT_FILE = "pyproject.toml"
PYPROJECT_TABLE = "mturk-audit"

Settings = dict[str, dict[str, Any]]
"""By command, then by parameter name: what click calls a default map."""


def read_settings(folder: Path, command_named: Callable[[str], click.Command | None]) -> Settings:
    """Read the defaults that `folder` sets; empty where it sets none.

    Raises InputError for a file that is not TOML and for a command or an option that does not exist.
    """
    own = folder / SETTINGS_FILE
    if own.is_file():
        return _checked(_read_toml(own), SETTINGS_FILE, command_named)
    pyproject = folder / PYPROJECT_FILE
    if pyproject.is_file() and _speaks_of_us(pyproject):
        table = _read_toml(pyproject).get("tool", {}).get(PYPROJECT_TABLE, {})
        return _checked(table, f"{PYPROJECT_FILE}, [tool.{PYPROJECT_TABLE}]", command_named)
    return {}


def _speaks_of_us(pyproject: Path) -> bool:
    """Whether the file may hold a table for this tool: reading TOML takes as long as evaluating a small account."""
    try:
        raw = pyproject.read_bytes()
    except OSError:
        # Whoever reads it in earnest says what is wrong.
        return True
    return f"tool.{PYPROJECT_TABLE}".encode() in raw or b"[tool]" in raw


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"`{path.name}` cannot be read as TOML ({error}); mend or remove it") from error


def _checked(tables: Any, where: str, command_named: Callable[[str], click.Command | None]) -> Settings:
    if not isinstance(tables, dict):
        raise InputError(f"{where}: a table is wanted, with a table per command in it")
    return {name: _checked_options(name, options, where, command_named(name)) for name, options in tables.items()}


def _checked_options(name: str, options: Any, where: str, command: click.Command | None) -> dict[str, Any]:
    if command is None:
        raise InputError(f"{where}: there is no command `{name}`; see `mturk-audit --help`")
    if not isinstance(options, dict):
        raise InputError(f"{where}: `{name}` is no table; write [{name}] and its options under it")
    if isinstance(command, CommandGroup):
        return {
            each: _checked_options(f"{name}.{each}", value, where, command.command_named(each))
            for each, value in options.items()
        }
    known = {option: parameter.name or "" for parameter in command.params for option in _spellings(parameter)}
    for option in options:
        if option not in known:
            raise InputError(f"{where}: `{name}` has no option `{option}`; it has {', '.join(sorted(known))}")
    return {known[option]: value for option, value in options.items()}


def _spellings(parameter: click.Parameter) -> list[str]:
    """The option's names as a file writes them, without hyphens before; arguments have none."""
    if not isinstance(parameter, click.Option):
        return []
    return [option.removeprefix("--") for option in parameter.opts if option.startswith("--")]
