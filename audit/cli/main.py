"""The command `mturk-audit`: it finds the subcommand, runs it, and turns every way it can end into an exit code."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from audit import __version__
from audit.cli.exit_code import ExitCode
from audit.cli.group import CommandGroup
from audit.cli.settings import read_settings
from audit.cli.terminal import ColorWhen, Terminal, printable
from audit.model.error import AuditError

NAME = "mturk-audit"

COMMANDS = {
    "collect": "audit.cli.collect",
    "report": "audit.cli.report",
    "run": "audit.cli.run",
    "explain": "audit.cli.explain",
    "who-can": "audit.cli.who_can",
    "path": "audit.cli.path",
    "entitlements": "audit.cli.entitlements",
    "rightsize": "audit.cli.rightsize",
    "diff": "audit.cli.diff",
    "review": "audit.cli.review",
    "access": "audit.cli.access",
    "verify": "audit.cli.verify",
    "simulate": "audit.cli.simulate",
    "catalog": "audit.cli.catalog",
    "permissions": "audit.cli.permissions",
    "demo": "audit.cli.demo",
}
"""In the order of `--help`. A module is imported when its command is called or listed; each holds `command`."""


def command_named(name: str) -> click.Command | None:
    """Import a subcommand; None where there is none of that name."""
    return cli.command_named(name)


@click.group(
    cls=CommandGroup,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "MTURK_AUDIT"},
    epilog="\b\nExamples:\n"
    "  mturk-audit demo\n"
    "  mturk-audit run --window 2026-Q3 --out reports/2026-Q3\n"
    "  mturk-audit report authorization-details.json --out reports/example\n"
    "  mturk-audit explain snapshots/2026-Q3 payroll-job SendBonus",
)
@click.option(
    "--color",
    type=click.Choice([when.value for when in ColorWhen]),
    default=ColorWhen.AUTO.value,
    show_default=True,
    help="Whether to colour what is printed; `auto` heeds NO_COLOR.",
)
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, color: str) -> None:
    """Tell which AWS users, groups and roles can do what in Amazon Mechanical Turk, which did, and which must go.

    Data goes to stdout, everything else to stderr. Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage
    or input, 3 incomplete: something could not be evaluated or collected, 4 expired exceptions or missing decisions
    under --strict, 5 files that are not as they were written.
    """
    context.obj = Terminal(ColorWhen(color))
    context.default_map = read_settings(Path.cwd(), command_named)


def main() -> NoReturn:
    """Run the command line of this process and end it."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign gets its number instead of a crash.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are text files here
    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """End the process as it stands: the kernel has its memory back at once, which takes Python an eighth of a run.

    Where threads are left or a stream cannot be flushed, Python's own end deals with them.
    """
    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and say what to exit with; whatever went wrong is told on stderr."""
    try:
        code = cli.main(list(arguments), prog_name=NAME, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except click.Abort:
        return _end(ExitCode.INTERRUPTED, "interrupted")
    except AuditError as error:
        return _end(ExitCode.USAGE, str(error))
    except OSError as error:
        return _end(ExitCode.USAGE, _sentence(error))
    except Exception:
        import traceback

        traceback.print_exc()
        return _end(ExitCode.DEFECT, "this is a defect of the program, not of your input; report the lines above")
    return ExitCode.CLEAN if code is None else int(code)


def _end(code: ExitCode, sentence: str) -> ExitCode:
    sys.stderr.write(f"{NAME}: {printable(sentence)}\n")
    return code


def _sentence(error: OSError) -> str:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    where = f"`{error.filename}`: " if error.filename else ""
    return f"{where}{reason}; give another place, or make room or access there"
