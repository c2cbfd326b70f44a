"""Commands by name, whose modules are imported when they are wanted."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class CommandGroup(click.Group):
    """A group of commands. `modules` says which module holds the `command` of each name, in the order of `--help`."""

    def __init__(self, *arguments: Any, modules: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self.command_named(cmd_name)

    def command_named(self, name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        module = self.modules.get(name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(module).command
        return command
