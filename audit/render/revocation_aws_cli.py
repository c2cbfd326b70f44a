"""Revocations as commands of the AWS CLI, in a script for sh that changes an account only with its own credentials.

Every name and document is one quoted word. Names that IAM does not allow never come here.
https://docs.aws.amazon.com/cli/latest/reference/iam/
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

import msgspec

from audit.evaluate.policy_change import one_line
from audit.evaluate.revocation_record import AccountRevocation, RevocationStep, StepKind, Unresolved
from audit.model.arn import parse_arn
from audit.review.revocations import Revocations

MAX_NAMED = 5
"""Principals that a remark names; `--format json` names all."""

HEAD = """#!/bin/sh
# Revocations decided in a review, as changes of IAM policies. Written by mturk-audit; read them before running them.
# Worked out on evidence {sha256}.
# Only a younger snapshot closes the decisions: collect again afterwards.
# Each block runs only with credentials of its own account, and the first command that fails ends the script.
# A managed policy has five versions at most: where five are there, the oldest that is not in use is deleted first.
set -eu
"""
CALLER = "account=$(aws sts get-caller-identity --query Account --output text)\n"


def render_aws_cli(revocations: Revocations) -> bytes:
    """The script; without changes it holds remarks alone."""
    lines = [HEAD.format(sha256=one_line(revocations.evidence_sha256))]
    if any(account.steps for account in revocations.accounts):
        lines.append(CALLER)
    lines += [f"{line}\n" for account in revocations.accounts for line in _account_lines(account)]
    lines += [f"{line}\n" for each in revocations.unresolved for line in _unresolved_lines(each)]
    return "".join(lines).encode("ascii", "backslashreplace")


def _account_lines(account: AccountRevocation) -> Iterator[str]:
    if account.steps:
        yield ""
        yield f'if [ "$account" = {shlex.quote(account.account_id)} ]; then'
        for number, step in enumerate(account.steps, start=1):
            yield f"  # {number}. {step.kind.value}, {one_line(step.policy_name)}: {one_line(step.reason)}"
            yield f"  # taken from {taken_from(step)}"
            yield from (f"  {shlex.join(command)}" for command in commands(account.account_id, step))
        yield "fi"
    for each in account.unresolved:
        yield from _unresolved_lines(each)


def _unresolved_lines(each: Unresolved) -> Iterator[str]:
    yield ""
    yield f"# NO CHANGE for {one_line(each.principal_arn)}: {', '.join(map(one_line, each.actions))}"
    yield f"# {one_line(each.reason)}"


def taken_from(step: RevocationStep) -> str:
    """Who loses something by a step, for a remark: the first of many."""
    shown = ", ".join(map(one_line, step.principals[:MAX_NAMED]))
    more = len(step.principals) - MAX_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def commands(account_id: str, step: RevocationStep) -> Iterator[list[str]]:
    """The commands of one step, each as its words."""
    kind, name = owner_of(step.owner_arn)
    owner = _option(f"--{kind}-name", name)
    policy_name, policy_arn = _option("--policy-name", step.policy_name), _option("--policy-arn", step.policy_arn)
    document = ["--policy-document", compact(step.document)]
    if step.kind is StepKind.VERSION:
        if step.oldest_version:
            yield ["aws", "iam", "delete-policy-version", *policy_arn, *_option("--version-id", step.oldest_version)]
        yield ["aws", "iam", "create-policy-version", *policy_arn, *document, "--set-as-default"]
    elif step.kind is StepKind.PUT:
        yield ["aws", "iam", f"put-{kind}-policy", *owner, *policy_name, *document]
    elif step.kind is StepKind.CREATE:
        yield ["aws", "iam", "create-policy", *policy_name, *document]
        yield ["aws", "iam", f"attach-{kind}-policy", *owner, *_option("--policy-arn", created_arn(account_id, step))]
    elif step.kind is StepKind.DELETE:
        yield ["aws", "iam", f"delete-{kind}-policy", *owner, *policy_name]
    else:
        yield ["aws", "iam", f"detach-{kind}-policy", *owner, *policy_arn]


def owner_of(arn: str) -> tuple[str, str]:
    """`user`, `group` or `role`, and its name without path."""
    parsed = parse_arn(arn)
    resource = parsed.resource if parsed else ""
    return resource.partition("/")[0], resource.rpartition("/")[2]


def created_arn(account_id: str, step: RevocationStep) -> str:
    """The ARN that a new customer managed policy gets."""
    parsed = parse_arn(step.owner_arn)
    return f"arn:{parsed.partition if parsed else 'aws'}:iam::{account_id}:policy/{step.policy_name}"


def compact(document: msgspec.Raw | None, *, indent: int | None = None) -> str:
    """A policy document as ASCII, so that no sign of it can be taken for anything else."""
    if document is None:
        return ""
    separators = (",", ":") if indent is None else None
    return json.dumps(json.loads(bytes(document)), separators=separators, indent=indent)


def _option(name: str, value: str) -> list[str]:
    """An option with its value; in one word where the value looks like an option."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]
