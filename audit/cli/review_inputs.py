"""What a review adds to an audit: decisions, exceptions, the last review; as options and as records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from audit.model.result import AuditResult
    from audit.review.exceptions_file import ExceptionsFile
    from audit.snapshot.content import Snapshot

Command = TypeVar("Command", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)


def review_option(function: Command) -> Command:
    """The review's folder, where a command cannot do without."""
    help_ = "The review's folder, with the decisions of this and earlier quarters."
    return click.option("--review", metavar="DIR", type=PATH, required=True, help=help_)(function)


def exceptions_option(function: Command) -> Command:
    """The exceptions file."""
    help_ = "Exceptions: findings that somebody answers for until a day."
    return click.option("--exceptions", metavar="FILE", type=PATH, help=help_)(function)


def audit_for_review(
    evidence: Path, as_of: datetime | None = None, exceptions: Path | None = None
) -> tuple[Snapshot, AuditResult]:
    """Audit INPUT with the exceptions held against it. Raises InputError."""
    from audit.pipeline import AuditOptions, audit_snapshot
    from audit.review.attach import with_exceptions
    from audit.snapshot.reader import open_input

    snapshot = open_input(evidence)
    result = audit_snapshot(snapshot, AuditOptions(now=datetime.now(UTC).replace(microsecond=0), as_of=as_of))
    if exceptions is not None:
        result = with_exceptions(result, read_exceptions_file(exceptions))
    return snapshot, result


def read_exceptions_file(path: Path) -> ExceptionsFile:
    """Read the exceptions, with the rules that there are."""
    from audit.review.exceptions_file import read_exceptions
    from audit.rules.registry import rule_infos

    return read_exceptions(path, [rule.id for rule in rule_infos()])
