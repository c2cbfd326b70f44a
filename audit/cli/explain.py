"""`mturk-audit explain`: why one principal may, or may not, use one privilege."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.exit_code import ExitCode
from audit.cli.options import as_of_option, evidence_argument
from audit.cli.terminal import Terminal, printable
from audit.model.entitlement import PolicyType, Verdict

if TYPE_CHECKING:
    from audit.evaluate.explain import Explanation, PolicyReason, StatementReason

VERDICTS = {
    Verdict.ALLOW: "allowed",
    Verdict.CONDITIONAL: "allowed under conditions",
    Verdict.IMPLICIT_DENY: "not allowed: nothing grants it (implicit deny)",
    Verdict.EXPLICIT_DENY: "not allowed: a statement denies it (explicit deny)",
    Verdict.NOT_EVALUATED: "not evaluated: a policy that may decide it is missing or cannot be read",
}


@click.command(
    short_help="Explain one principal and one privilege.",
    epilog="\b\nExamples:\n"
    "  mturk-audit explain snapshots/2026-Q3 payroll-job SendBonus\n"
    "  mturk-audit explain account.json arn:aws:iam::111122223333:user/maria mechanicalturk:DeleteHIT --format json",
)
@evidence_argument
@click.argument("principal")
@click.argument("action")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@as_of_option
@click.pass_obj
def command(
    terminal: Terminal, evidence: Path, principal: str, action: str, format: str, as_of: datetime | None
) -> ExitCode:
    """Explain whether PRINCIPAL may use ACTION, with every policy and statement that was weighed.

    PRINCIPAL is an ARN, a unique id or a name of INPUT; ACTION a privilege of `mturk-audit catalog`, with or without
    its prefix. The exit code is 0 for a yes or a no, 3 where the answer could not be worked out.
    """
    explanation = _explain(evidence, principal, action, as_of)
    if format == "json":
        terminal.json(explanation)
    else:
        text = "".join(f"{printable(line)}\n" for line in _lines(explanation))
        terminal.data(text.encode("utf-8", "backslashreplace"))
    unknown = explanation.verdict is Verdict.NOT_EVALUATED or not explanation.decided
    return ExitCode.INCOMPLETE if unknown else ExitCode.CLEAN


def _explain(evidence: Path, principal: str, action: str, as_of: datetime | None) -> Explanation:
    from audit.catalog.load import load_profile
    from audit.evaluate.actions import ActionIndex
    from audit.evaluate.explain import explain
    from audit.evaluate.names import find_action, find_holder
    from audit.snapshot.reader import open_input

    profile = load_profile()
    name = find_action(profile, action)
    snapshot = open_input(evidence)
    policies, holder = find_holder(snapshot, principal)
    index = ActionIndex((privilege.action for privilege in profile.privileges), regions=profile.regions)
    return explain(policies, holder.arn, name, as_of or snapshot.moment or datetime.now(UTC), index)


def _lines(explanation: Explanation) -> Iterator[str]:
    yield explanation.principal_arn
    yield f"{explanation.action}: {_verdict(explanation)}"
    if not explanation.decided:
        yield "  not decided: the conditions allow more combinations than can be gone through"
    for condition in explanation.conditions:
        yield f"  {condition}"
    if explanation.blocked_by:
        yield f"  blocked by: {', '.join(explanation.blocked_by)}"
    if explanation.witness:
        yield "  for example in a request with"
        for key, value in explanation.witness.items():
            yield f"    {key} = {value if isinstance(value, str) else ', '.join(value)}"
    if not explanation.policies:
        yield "  it has no policies"
    for policy in explanation.policies:
        yield ""
        yield from _policy_lines(policy)
    yield ""
    yield explanation.control


def _verdict(explanation: Explanation) -> str:
    if explanation.verdict is Verdict.IMPLICIT_DENY and PolicyType.MANAGED not in explanation.blocked_by:
        return f"not allowed: no {' and no '.join(explanation.blocked_by)} allows it (implicit deny)"
    return VERDICTS[explanation.verdict]


def _policy_lines(policy: PolicyReason) -> Iterator[str]:
    through = f" through group {policy.group}" if policy.group else f" at {policy.target}" if policy.target else ""
    kind = policy.type.removeprefix("group ") if policy.group else policy.type
    noun = " policy" if policy.type in (PolicyType.MANAGED, PolicyType.INLINE) or policy.group else ""
    yield f"{kind}{noun} {policy.name}{through}{f' ({policy.arn})' if policy.arn else ''}"
    for problem in policy.problems:
        yield f"  cannot be evaluated: {problem}"
    for statement in policy.statements:
        yield from _statement_lines(statement)


def _statement_lines(statement: StatementReason) -> Iterator[str]:
    label = f"statement {statement.index + 1}" + (f" ({statement.sid})" if statement.sid else "")
    yield f"  {'*' if statement.bears else '-'} {label}, {statement.effect}: {statement.says}"
    if statement.bears:
        for number, line in enumerate(statement.lines, start=statement.first_line):
            yield f"      {number:4} {line}"
