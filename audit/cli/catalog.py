"""`mturk-audit catalog`: the privileges that the audit knows, with their risk."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import click

from audit.cli.exit_code import ExitCode
from audit.cli.terminal import Terminal

if TYPE_CHECKING:
    from audit.model.privilege import Lifecycle, Privilege, ServiceProfile

CSV_HEADER = (
    "action",
    "access_level",
    "severity",
    "risk_classes",
    "resource_types",
    "condition_keys",
    "dependent_actions",
    "description",
    "why",
)


@click.command(
    short_help="Print the privileges, their risk and the retired names.",
    epilog="\b\nExamples:\n  mturk-audit catalog\n  mturk-audit catalog --format csv > privileges.csv",
)
@click.option(
    "--format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="`json` holds everything, `csv` the privileges alone.",
)
@click.pass_obj
def command(terminal: Terminal, format: str) -> ExitCode:
    """Print the privileges of Mechanical Turk, their risk classes, the retired names and the closing dates."""
    from audit.catalog.load import load_profile

    profile = load_profile()
    if format == "json":
        terminal.json(profile)
    elif format == "csv":
        terminal.data(_csv(profile))
    else:
        _print(terminal, profile)
    return ExitCode.CLEAN


def _print(terminal: Terminal, profile: ServiceProfile) -> None:
    title = f"{profile.name}: {len(profile.privileges)} privileges, catalog {profile.version}"
    terminal.data(f"{title}\n\n".encode())
    terminal.table(
        ("action", "access level", "severity", "risk", "resources"),
        (
            (
                privilege.action,
                privilege.access_level,
                privilege.severity,
                ", ".join(privilege.risk_classes),
                '"*" only' if privilege.wildcard_only else ", ".join(_resource_types(privilege)),
            )
            for privilege in profile.privileges
        ),
    )
    terminal.data(b"\n")
    terminal.table(
        (f"{len(profile.retired)} retired names, which grant and deny nothing", "today"),
        ((retired.action, retired.successor or "-") for retired in profile.retired),
    )
    terminal.data("".join(f"{line}\n" for line in ("", *_lifecycle_lines(profile.lifecycle))).encode())


def _lifecycle_lines(lifecycle: Lifecycle) -> list[str]:
    """Each date that is known of, with its source and whether it was read there."""
    return [
        f"{source.states} ({'read' if source.established else 'not established; reported'} on {source.read_on}: "
        f"{source.source})"
        for source in lifecycle.sources
    ]


def _csv(profile: ServiceProfile) -> bytes:
    from audit.frames.formula import neutralise

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for privilege in profile.privileges:
        cells = (
            privilege.action,
            privilege.access_level,
            privilege.severity,
            "; ".join(privilege.risk_classes),
            "; ".join(_resource_types(privilege)) or "*",
            "; ".join(sorted({key for resource in privilege.resource_types for key in resource.condition_keys})),
            "; ".join(sorted({name for resource in privilege.resource_types for name in resource.dependent_actions})),
            privilege.description,
            privilege.why,
        )
        writer.writerow([neutralise(cell) for cell in cells])
    return text.getvalue().encode()


def _resource_types(privilege: Privilege) -> list[str]:
    return [resource.name for resource in privilege.resource_types if resource.name]
