"""`mturk-audit who-can`: everybody who may use one privilege, how they come by it, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.terminal import Terminal
from audit.model.entitlement import StatementRef, Verdict

if TYPE_CHECKING:
    from audit.model.entitlement import Entitlement
    from audit.model.result import AuditResult
    from audit.snapshot.content import Snapshot

DIRECT = "direct"


class WhoCan(msgspec.Struct, frozen=True, kw_only=True):
    """One principal that may use the privilege."""

    principal_arn: str
    principal_type: str
    verdict: Verdict
    via: tuple[str, ...]
    """`direct`, or `group NAME`, for each way that grants it; of one who comes to it, whom it becomes step by step."""
    policies: tuple[str, ...]
    conditions: tuple[str, ...]
    taken_away_by: tuple[str, ...] = ()
    """Of one who is refused: the service control policies that take away what its own policies grant."""


@click.command(
    short_help="List who may use one privilege.",
    epilog="\b\nExamples:\n"
    "  mturk-audit who-can snapshots/2026-Q3 SendBonus\n"
    "  mturk-audit who-can snapshots/2026-Q3 SendBonus --reach\n"
    "  mturk-audit who-can authorization-details.json DeleteHIT --format json",
)
@evidence_argument
@click.argument("action")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.option("--reach", is_flag=True, help="List also who can become one of them, and how.")
@as_of_option
@click.pass_obj
def command(
    terminal: Terminal, evidence: Path, action: str, format: str, reach: bool, as_of: datetime | None
) -> ExitCode:
    """List who may use ACTION: users and roles, and the groups that hand it to their members.

    From whom service control policies take it away is listed too, with a denied verdict, and not counted.
    ACTION is a privilege of `mturk-audit catalog`, with or without its prefix, or a part of its name that fits no
    other. The exit code is 3 where somebody's answer could not be worked out.
    """
    from audit.evaluate.names import find_action
    from audit.pipeline import AuditOptions, audit_snapshot
    from audit.snapshot.reader import open_input

    snapshot = open_input(evidence)
    result = audit_snapshot(snapshot, AuditOptions(now=datetime.now(UTC), as_of=as_of))
    name = find_action(result.profile, action)
    holders = tuple(_holders(result, name))
    refused = tuple(_refused(snapshot, result, name))
    coming = tuple(_coming(snapshot, result, name)) if reach else ()
    if format == "json":
        terminal.json((*holders, *coming, *refused))
    else:
        _print_tables(terminal, (*holders, *coming), refused)
    unknown = len(result.not_evaluated)
    terminal.note(f"{name}: {len(holders)} of {len(result.principals)} users, groups and roles may use it")
    if reach:
        terminal.note(f"{len(coming)} more can become one of them")
    if refused:
        terminal.note(f"service control policies take it away from {len(refused)} more")
    for sentence in _control_sentences(snapshot):
        terminal.note(sentence)
    if unknown:
        terminal.note(f"{unknown} of {len(result.principals)} principals are not fully evaluated")
    return ExitCode.INCOMPLETE if unknown else ExitCode.CLEAN


def _print_tables(terminal: Terminal, holders: tuple[WhoCan, ...], refused: tuple[WhoCan, ...]) -> None:
    if holders:
        header = ("principal", "type", "verdict", "via", "policy", "conditions")
        terminal.table(header, (_cells(holder) for holder in holders))
    if refused:
        rows = ((one.principal_arn, one.principal_type, one.verdict, "; ".join(one.taken_away_by)) for one in refused)
        terminal.table(("principal", "type", "verdict", "taken away by"), rows)


def _control_sentences(snapshot: Snapshot) -> tuple[str, ...]:
    """What is not known of the service control policies, where something is not."""
    from audit.evaluate.control_policies import control_policies

    found = (control_policies(snapshot.organization, each.account.account_id) for each in snapshot.accounts)
    return tuple(dict.fromkeys(control.sentence for control in found if control.unknown))


def _refused(snapshot: Snapshot, result: AuditResult, action: str) -> Iterator[WhoCan]:
    from audit.evaluate.actions import ActionIndex
    from audit.evaluate.control_policies import control_policies
    from audit.evaluate.holders import AccountPolicies
    from audit.evaluate.taken_away import taken_away

    index = ActionIndex((action,), regions=result.profile.regions)
    for each in snapshot.accounts:
        control = control_policies(snapshot.organization, each.account.account_id)
        if each.authorization is None or control.scps is None:
            continue
        for one in taken_away(AccountPolicies(each.authorization, control), action, index, result.header.as_of):
            yield WhoCan(
                principal_arn=one.principal_arn,
                principal_type=one.principal_type.value,
                verdict=one.verdict,
                via=(),
                policies=(),
                conditions=(),
                taken_away_by=one.by,
            )


def _coming(snapshot: Snapshot, result: AuditResult, action: str) -> Iterator[WhoCan]:
    """Who does not hold the action and can become one that does, or give it to itself."""
    from audit.evaluate.reach_ends import reaching
    from audit.pipeline import AuditOptions, reach_of_snapshot

    asked = AuditOptions(now=result.header.as_of, as_of=result.header.as_of)
    types = {principal.arn: principal.type.value for principal in result.principals}
    for path in reaching(reach_of_snapshot(snapshot, asked), action):
        refs = (ref for step in path.steps for ref in step.statements)
        yield WhoCan(
            principal_arn=path.start,
            principal_type=types.get(path.start, "outside"),
            verdict=path.verdict,
            via=tuple(f"{step.target} by {step.technique or step.type.value}" for step in path.steps),
            policies=tuple(dict.fromkeys(f"{ref.policy.label}, {ref.words}" for ref in refs)),
            conditions=tuple(dict.fromkeys(condition for step in path.steps for condition in step.conditions)),
        )


def _holders(result: AuditResult, action: str) -> Iterator[WhoCan]:
    types = {principal.arn: principal.type.value for principal in result.principals}
    for entitlement in result.entitlements:
        if entitlement.action == action:
            yield _holder(entitlement, types[entitlement.principal_arn])


def _holder(entitlement: Entitlement, principal_type: str) -> WhoCan:
    return WhoCan(
        principal_arn=entitlement.principal_arn,
        principal_type=principal_type,
        verdict=entitlement.verdict,
        via=tuple(dict.fromkeys(_way(grant) for grant in entitlement.grants)),
        policies=tuple(dict.fromkeys(f"{grant.policy.label}, {grant.words}" for grant in entitlement.grants)),
        conditions=entitlement.conditions,
    )


def _way(grant: StatementRef) -> str:
    return f"group {grant.policy.group}" if grant.policy.group else DIRECT


def _cells(holder: WhoCan) -> tuple[str, ...]:
    return (
        holder.principal_arn,
        holder.principal_type,
        holder.verdict.value,
        ", ".join(holder.via),
        "; ".join(holder.policies),
        "; ".join(holder.conditions),
    )
