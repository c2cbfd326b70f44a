"""The change that takes a closed service out of one policy: an edit of its text, or the commands that take it away."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from audit.evaluate.policy_change import (
    DocumentJson,
    Edit,
    difference,
    edited,
    is_aws_managed,
    one_line,
    read_document,
)
from audit.model.arn import parse_arn
from audit.model.entitlement import PolicyRef, PolicyType, StatementRef
from audit.model.result import AuditResult

PolicyKey = tuple[str, str]
"""ARN and nothing of a managed policy; owner and name of an inline one."""


class Removal(NamedTuple):
    """One change: what it is called, and how it is made."""

    title: str
    fix: str
    aws_managed: bool


def policy_key(ref: PolicyRef) -> PolicyKey:
    """The policy, however a principal comes by it."""
    return (ref.arn, "") if ref.arn else (ref.owner_arn, ref.name)


def removal_fix(
    result: AuditResult, edit: Edit, statements: tuple[StatementRef, ...], attached: Mapping[str, PolicyRef]
) -> Removal:
    """How the statements of one policy, whose service nobody needs, go.

    `edit` takes the service out of a statement. `attached` are those who have it, by ARN, each with the way that it
    has it.
    """
    ref = statements[0].policy
    name = one_line(ref.name)
    before = _document(result, ref)
    after = None if before is None else edited(before, [statement.index for statement in statements], edit)
    whole = after is not None and not after["Statement"]
    if is_aws_managed(ref):
        title = f"Detach {name}" if whole else f"Put a policy of your own in the place of {name}, or deny the service"
        return Removal(title, _commands(_warning(result, name, whole=whole), _detach(ref, attached)), aws_managed=True)
    if before is None or after is None:
        words = f"{name} has no single right edit: write it anew without {result.profile.service}.\n"
        return Removal(f"Write {name} anew", words, aws_managed=False)
    if whole:
        commands = _delete_inline(ref) if not ref.arn else _detach(ref, attached)
        return Removal(f"Remove {name}, which holds nothing else", _commands((), commands), aws_managed=False)
    return Removal(f"Edit {name}", difference(name, before, after), aws_managed=False)


def _document(result: AuditResult, ref: PolicyRef) -> DocumentJson | None:
    if not 0 <= ref.document_id < len(result.documents):
        return None
    return read_document(result.documents[ref.document_id].text)


def _warning(result: AuditResult, name: str, *, whole: bool) -> tuple[str, ...]:
    """What must be said before a policy that AWS keeps, and that allows other services too, is detached."""
    if whole:
        return ()
    return (
        f"{name} is AWS's and allows other services too, which go with it.",
        f"A service control policy that denies {result.profile.service}:* leaves them as they are.",
    )


def _commands(remarks: tuple[str, ...], commands: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in (*(f"# {remark}" for remark in remarks), *dict.fromkeys(commands)))


def _detach(ref: PolicyRef, attached: Mapping[str, PolicyRef]) -> Iterator[str]:
    """One command for each user, group and role that has the policy itself; members lose it with their group."""
    for arn, way in sorted(attached.items()):
        account = _account(arn)
        if way.group and way.type in (PolicyType.GROUP_MANAGED, PolicyType.GROUP_INLINE):
            yield f"aws iam detach-group-policy --group-name {_word(way.group)} --policy-arn {_word(ref.arn)}{account}"
        else:
            kind, name = _kind_and_name(arn)
            yield f"aws iam detach-{kind}-policy --{kind}-name {_word(name)} --policy-arn {_word(ref.arn)}{account}"


def _delete_inline(ref: PolicyRef) -> Iterator[str]:
    kind, name = _kind_and_name(ref.owner_arn)
    yield (
        f"aws iam delete-{kind}-policy --{kind}-name {_word(name)} --policy-name {_word(ref.name)}"
        f"{_account(ref.owner_arn)}"
    )


def _account(arn: str) -> str:
    parsed = parse_arn(arn)
    return f"  # account {one_line(parsed.account_id)}" if parsed else ""


def _kind_and_name(arn: str) -> tuple[str, str]:
    parsed = parse_arn(arn)
    resource = parsed.resource if parsed else arn
    kind = resource.partition("/")[0]
    return (kind if kind in ("user", "group", "role") else "role"), resource.rpartition("/")[2]


def _word(text: str) -> str:
    """One word of a shell command, on one line whatever stands in it."""
    return shlex.quote(one_line(text))
