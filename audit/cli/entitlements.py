"""`mturk-audit entitlements`: who may use what, as data on stdout."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.cycles import without_collections
from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.terminal import Terminal

if TYPE_CHECKING:
    from audit.evaluate.survey import EntitlementCount, Survey
    from audit.model.entitlement import Entitlement
    from audit.snapshot.inputs import Input

HEADER = ("principal_arn", "principal_type", "account_id", "action", "verdict", "policy", "statement", "conditions")
"""Of the rows about other services; those about Mechanical Turk are the table of the reports."""


@click.command(
    short_help="Print who may use what, as CSV or JSON.",
    epilog="\b\nExamples:\n"
    "  mturk-audit entitlements snapshots/2026-Q3 > entitlements.csv\n"
    "  mturk-audit entitlements authorization-details.json --format count\n"
    "  mturk-audit entitlements authorization-details.json --service iam,sts --format json",
)
@evidence_argument
@click.option(
    "--format",
    type=click.Choice(["csv", "json", "count"]),
    default="csv",
    show_default=True,
    help="`csv` and `json` hold a row per principal and privilege; `count` is their number by verdict.",
)
@click.option(
    "--service",
    metavar="PREFIXES",
    default="",
    help="Other services to ask about, like `s3,iam`, or `all`; by default Mechanical Turk's privileges.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Processes for many files.")
@as_of_option
@click.pass_obj
def command(
    terminal: Terminal, evidence: Path, format: str, service: str, jobs: int, as_of: datetime | None
) -> ExitCode:
    """Print the privileges that each user, group and role of INPUT may use, wholly or under conditions.

    INPUT may also be a folder of authorization-details files, one an account. Pairs that no answer can be given for
    are no rows; their number is told on stderr, and the exit code is then 3. An action that has resource types is
    asked about on some resource.
    """
    services = tuple(filter(None, (prefix.strip() for prefix in service.split(","))))
    now = datetime.now(UTC)
    with without_collections():
        return _answer(terminal, evidence, format, services, jobs, as_of, now)


def _answer(
    terminal: Terminal,
    evidence: Path,
    format: str,
    services: tuple[str, ...],
    jobs: int,
    as_of: datetime | None,
    now: datetime,
) -> ExitCode:
    if format == "count":
        count = _count_all(evidence, services, as_of, now, jobs)
        lines = (("allow", count.allow), ("conditional", count.conditional), ("not_evaluated", count.not_evaluated))
        terminal.data("".join(f"{verdict} {number}\n" for verdict, number in lines).encode())
        return _ended(terminal, count.incomplete, count.principals, count.unread)
    if services:
        from audit.snapshot.inputs import inputs_of

        return _print_services(terminal, _surveys(inputs_of(evidence), services, as_of, now), format)
    return _print_table(terminal, evidence, format, as_of, now)


def _ended(terminal: Terminal, incomplete: int, principals: int, unread: int = 0) -> ExitCode:
    if incomplete:
        terminal.note(f"{incomplete} of {principals} principals are not fully evaluated")
    if unread:
        terminal.note(f"the policies of {unread} accounts are not in the evidence, or could not be read")
    return ExitCode.INCOMPLETE if incomplete or unread else ExitCode.CLEAN


def _count_all(
    evidence: Path, services: tuple[str, ...], as_of: datetime | None, now: datetime, jobs: int
) -> EntitlementCount:
    """Count over every account; each is read, counted and forgotten by itself."""
    from audit.evaluate.survey import EntitlementCount
    from audit.snapshot.inputs import inputs_of

    inputs = inputs_of(evidence)
    if len(inputs) == 1:
        return _sum_of(_left(_surveys(inputs, services, as_of, now)))
    count = partial(_count_one, services=services, as_of=as_of, now=now)
    if jobs == 1:
        counts: Iterable[EntitlementCount] = map(count, inputs)
        return reduce(EntitlementCount.plus, counts, EntitlementCount())
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        # A few accounts at a time, so that a worker does not wait for its next one.
        counts = pool.map(count, inputs, chunksize=max(1, len(inputs) // (jobs * 16)))
        return reduce(EntitlementCount.plus, counts, EntitlementCount())


def _count_one(one: Input, services: tuple[str, ...], as_of: datetime | None, now: datetime) -> EntitlementCount:
    return _sum_of(_surveys((one,), services, as_of, now))


def _sum_of(surveys: Iterable[Survey | None]) -> EntitlementCount:
    from audit.evaluate.survey import EntitlementCount

    counts = (EntitlementCount(unread=1) if survey is None else survey.count() for survey in surveys)
    return reduce(EntitlementCount.plus, counts, EntitlementCount())


def _left(surveys: Iterable[Survey | None]) -> Iterator[Survey | None]:
    """The same, and none of them is taken apart piece by piece before the process ends."""
    for survey in surveys:
        _LEFT.append(survey)
        yield survey


_LEFT: list[Survey | None] = []


def _surveys(
    inputs: Iterable[Input], services: tuple[str, ...], as_of: datetime | None, now: datetime
) -> Iterator[Survey | None]:
    """Every account of the evidence, ready to be asked; None for one whose policies could not be read."""
    from audit.evaluate.control_policies import control_policies
    from audit.evaluate.survey import Survey, action_index
    from audit.snapshot.inputs import open_policies

    # A process of a pool has to hold it back for itself.
    with without_collections():
        index = action_index(services)
        for one in inputs:
            snapshot = open_policies(one)
            for account in snapshot.accounts:
                if account.authorization is None:
                    yield None
                    continue
                control = control_policies(snapshot.organization, account.account.account_id)
                yield Survey(account.authorization, index, as_of or snapshot.moment or now, control)


def _print_services(terminal: Terminal, surveys: Iterator[Survey | None], format: str) -> ExitCode:
    import csv

    from audit.frames.formula import neutralise

    incomplete = principals = unread = 0
    rows: list[tuple[str, ...]] = []
    for survey in surveys:
        if survey is None:
            unread += 1
            continue
        count = survey.count()
        incomplete, principals = incomplete + count.incomplete, principals + count.principals
        types = {holder.arn: holder.type.value for holder in survey.policies.holders}
        rows.extend(_row(entitlement, types[entitlement.principal_arn]) for entitlement in survey.rows())
    if format == "json":
        terminal.json([dict(zip(HEADER, row, strict=True)) for row in rows])
    else:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows([neutralise(cell) for cell in row] for row in rows)
        terminal.data(text.getvalue().encode())
    return _ended(terminal, incomplete, principals, unread)


def _row(entitlement: Entitlement, principal_type: str) -> tuple[str, ...]:
    deciding = entitlement.grants[0] if entitlement.grants else None
    return (
        entitlement.principal_arn,
        principal_type,
        entitlement.principal_arn.split(":")[4],
        entitlement.action,
        entitlement.verdict.value,
        deciding.policy.label if deciding else "",
        deciding.label if deciding else "",
        "; ".join(entitlement.conditions),
    )


def _print_table(terminal: Terminal, evidence: Path, format: str, as_of: datetime | None, now: datetime) -> ExitCode:
    """Print Mechanical Turk's privileges as the reports' own table, joined with their use."""
    from audit.frames.access import ENTITLEMENTS
    from audit.pipeline import AuditOptions, audit_snapshot
    from audit.render.csv import render_csv
    from audit.snapshot.reader import open_input

    result = audit_snapshot(open_input(evidence), AuditOptions(now=now, as_of=as_of))
    if format == "csv":
        terminal.data(render_csv(ENTITLEMENTS, result))
    else:
        terminal.json([dict(zip(ENTITLEMENTS.header, row, strict=True)) for row in ENTITLEMENTS.rows(result)])
    return _ended(terminal, len(result.not_evaluated), len(result.principals))
