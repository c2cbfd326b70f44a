"""`mturk-audit rightsize`: the smallest policy that leaves one principal what it needs, proved before it is shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
import msgspec

from audit.cli.evidence import open_evidence
from audit.cli.exit_code import ExitCode
from audit.cli.options import (
    WindowOptions,
    as_of_option,
    chosen_window,
    cloudtrail_option,
    evidence_argument,
    window_options,
)
from audit.cli.terminal import Terminal, printable
from audit.model.activity import Observation
from audit.model.entitlement import Verdict
from audit.model.error import InputError

if TYPE_CHECKING:
    from audit.evaluate.rightsize_record import HeldPrivilege, PolicyChange, Proof, ReadyPolicy, Rightsizing
    from audit.model.privilege import ServiceProfile
    from audit.model.snapshot import Window
    from audit.snapshot.content import Snapshot

GIVEN = "the list that was given"
OBSERVED = "the use that is on record"
NOTHING = "nothing is to be kept"

WIDTH = 100
MAX_NAMED = 10
"""Others who have a policy that are named one by one."""
LINE_BREAK, SPELT = "\n", "\\n"
VERDICTS = {
    Verdict.ALLOW: "allowed",
    Verdict.CONDITIONAL: "allowed under conditions",
    Verdict.NOT_EVALUATED: "not evaluated",
}
PLACES = {
    "replaces": "Write this as the new content of policy {name}, which holds nothing else:",
    "inline": "Add this as inline policy {name}:",
    "managed": "Create this as a customer managed policy {name} and attach it:",
}
HEADINGS = {
    "edit": "Change {label}",
    "remove": "Delete {label}",
    "detach": "Detach {label}",
    "leave": "Leave {label} as it is",
}


@click.command(
    short_help="Propose the smallest policy for one principal.",
    epilog="\b\nExamples:\n"
    "  mturk-audit rightsize snapshots/2026-Q3 payroll-job --keep SendBonus --keep 'List*'\n"
    "  mturk-audit rightsize account.json role/analyst --keep-file needed.txt --format json\n"
    "  mturk-audit rightsize account.json maria.keller --keep-none",
)
@evidence_argument
@click.argument("principal")
@click.option(
    "--keep",
    metavar="ACTION",
    multiple=True,
    help="A privilege to keep, with wildcards if wanted; may be given several times.",
)
@click.option(
    "--keep-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A file with the privileges to keep, one a line; # begins a remark.",
)
@click.option("--keep-none", is_flag=True, help="Take every privilege of the service away.")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@as_of_option
@cloudtrail_option
@window_options
@click.pass_obj
def command(
    terminal: Terminal,
    evidence: Path,
    principal: str,
    keep: tuple[str, ...],
    keep_file: Path | None,
    keep_none: bool,
    format: str,
    as_of: datetime | None,
    cloudtrail: Path | None,
    **window: Unpack[WindowOptions],
) -> ExitCode:
    """Propose the smallest policy that leaves PRINCIPAL what it needs of Mechanical Turk, and nothing more.

    What it needs is the list that is given, or what the evidence shows it to have used. Nothing is ever added,
    conditions stay, other services and other principals are not touched; the proposal is evaluated again, and shown
    only if that holds. The exit code is 3 where something of what is kept could not be evaluated.
    """
    from audit.catalog.load import load_profile
    from audit.evaluate.names import find_holder
    from audit.evaluate.rightsize import rightsize
    from audit.evaluate.rightsize_wanted import read_wanted, wanted_actions

    if keep_none and (keep or keep_file):
        raise click.UsageError("give --keep-none, or a list of what to keep, not both")
    profile = load_profile()
    listed = wanted_actions((*keep, *(read_wanted(keep_file) if keep_file else ())), profile)
    snapshot = open_evidence(evidence, cloudtrail, chosen_window(window), as_of or datetime.now(UTC))
    policies, holder = find_holder(snapshot, principal)
    details, arn = policies.details, holder.arn
    moment = as_of or snapshot.moment or datetime.now(UTC)
    basis = NOTHING if keep_none else GIVEN if keep or keep_file else OBSERVED
    wanted = _observed(snapshot, arn, moment, chosen_window(window)) if basis == OBSERVED else listed
    result = rightsize(details, arn, wanted, basis=basis, profile=profile, as_of=moment, control=policies.control)
    if format == "json":
        terminal.json(result)
    else:
        # A line break in a name from outside must not make a line of its own.
        text = "".join(f"{printable(line).replace(LINE_BREAK, SPELT)}\n" for line in _lines(result, profile))
        terminal.data(text.encode("utf-8", "backslashreplace"))
    unknown = any(privilege.verdict is Verdict.NOT_EVALUATED for privilege in result.kept)
    return ExitCode.INCOMPLETE if unknown else ExitCode.CLEAN


def _observed(snapshot: Snapshot, arn: str, as_of: datetime, window: Window | None) -> frozenset[str]:
    """What the evidence names the principal itself as having done. Raises InputError where it names nothing."""
    from audit.pipeline import AuditOptions, audit_snapshot

    result = audit_snapshot(snapshot, AuditOptions(now=as_of, as_of=as_of, window=window))
    used = frozenset(
        entitlement.action
        for entitlement in result.entitlements
        if entitlement.principal_arn == arn and entitlement.observation is Observation.OBSERVED
    )
    if not used:
        raise InputError(
            f"no use by `{arn}` is on record in this evidence, which does not mean that there was none; say what it "
            "needs with --keep or --keep-file, or take everything away with --keep-none"
        )
    return used


def _lines(result: Rightsizing, profile: ServiceProfile) -> Iterator[str]:
    held = len(result.kept) + len(result.removed)
    yield result.principal_arn
    yield (
        f"{profile.name}: it holds {held} of {result.privileges} privileges; {len(result.kept)} stay, "
        f"{len(result.removed)} go ({result.basis})"
    )
    yield from _privilege_lines("stays", result.kept)
    yield from _privilege_lines("goes", result.removed)
    if result.not_held:
        yield "  not held today, and not added"
        yield from _wrapped(result.not_held)
    if not result.removed:
        yield ""
        yield "It holds nothing else of this service: no change is proposed."
        return
    yield from _change_lines(result)
    yield ""
    yield from _proof_lines(result)


def _privilege_lines(verb: str, privileges: tuple[HeldPrivilege, ...]) -> Iterator[str]:
    """The privileges, those with one verdict and the same conditions together."""
    alike: dict[tuple[Verdict, tuple[str, ...]], list[str]] = {}
    for privilege in privileges:
        alike.setdefault((privilege.verdict, privilege.conditions), []).append(privilege.action)
    for (verdict, conditions), actions in alike.items():
        yield f"  {verb}, {VERDICTS[verdict]}"
        for condition in conditions:
            yield f"    {condition}"
        yield from _wrapped(actions)


def _wrapped(actions: Iterable[str]) -> Iterator[str]:
    """The names without their prefix, in lines that fit a screen."""
    names = ", ".join(action.partition(":")[2] for action in actions)
    return iter(textwrap.wrap(names, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6))


def _change_lines(result: Rightsizing) -> Iterator[str]:
    steps = [] if result.policy is None else [[*_ready_lines(result.policy), *_replaced_lines(result.changes)]]
    steps += [list(_step_lines(change)) for change in result.changes if change.kind in HEADINGS]
    for number, lines in enumerate(steps, start=1):
        yield ""
        yield f"{number}. {lines[0]}"
        yield from lines[1:]
    for note in result.notes:
        yield ""
        yield f"Note: {note}."


def _ready_lines(policy: ReadyPolicy) -> Iterator[str]:
    yield PLACES[policy.placement].format(name=policy.arn or policy.name)
    yield ""
    yield from msgspec.json.format(bytes(policy.document), indent=2).decode().split("\n")


def _replaced_lines(changes: tuple[PolicyChange, ...]) -> Iterator[str]:
    """How the policy differs from the one whose place it takes."""
    for change in changes:
        if change.kind == "replace" and change.difference:
            yield ""
            yield from change.difference.rstrip("\n").split("\n")


def _step_lines(change: PolicyChange) -> Iterator[str]:
    arn = f" ({change.policy.arn})" if change.policy.arn else ""
    kind = "" if change.policy.label.startswith("inline ") else "managed policy "
    yield f"{HEADINGS[change.kind].format(label=f'{kind}{change.policy.label}{arn}')}: {change.reason}."
    for arn in change.shared_with[:MAX_NAMED]:
        yield f"   also had by {arn}"
    if len(change.shared_with) > MAX_NAMED:
        yield f"   and by {len(change.shared_with) - MAX_NAMED} more, whom --format json names"
    if change.difference:
        yield ""
        yield from change.difference.rstrip("\n").split("\n")


def _proof_lines(result: Rightsizing) -> Iterator[str]:
    for member in result.affected:
        yield f"With the group {member.arn} loses {len(member.loses)}: {', '.join(member.loses)}"
    if result.proof is not None:
        yield from _proof_sentences(result.proof, len(result.affected))
    yield result.control


def _proof_sentences(proof: Proof, affected: int) -> Iterator[str]:
    yield "Proved by evaluating the account again, before and after:"
    if proof.kept:
        yield f"  {proof.kept} kept, with the verdict that they had, in {proof.requests} classes of requests"
    if proof.by_statement:
        yield f"    of {proof.by_statement} there are too many classes of requests: the statements were compared"
    yield f"  {proof.removed} removed, and refused in every request"
    yield f"  {proof.other_actions} watched actions of other services, unchanged"
    yield f"  {proof.other_principals - affected} other users, groups and roles, unchanged"
