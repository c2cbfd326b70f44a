"""Policies for made-up accounts: their text as reports show it, and which privileges each statement matches."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from audit.model.entitlement import PolicyRef, PolicyType, StatementRef
from audit.model.result import PolicyText

Json = dict[str, Any]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy and its document."""

    ref: PolicyRef
    statements: tuple[Json, ...]

    def statement(self, index: int) -> StatementRef:
        return StatementRef(policy=self.ref, index=index, sid=self.statements[index].get("Sid", ""))

    def matching(self, effect: str, action: str) -> list[int]:
        """Indexes of the statements with this effect that match the action."""
        return [
            index
            for index, statement in enumerate(self.statements)
            if statement["Effect"] == effect and matches(statement, action)
        ]


def matches(statement: Json, action: str) -> bool:
    """Whether a statement's Action or NotAction holds `action`."""
    patterns: str | list[str] = statement["NotAction"] if "NotAction" in statement else statement["Action"]
    listed = [patterns] if isinstance(patterns, str) else patterns
    found = any(fnmatchcase(action.lower(), pattern.lower()) for pattern in listed)
    return found != ("NotAction" in statement)


def allow(*actions: str, sid: str = "", **other: Any) -> Json:
    """One Allow statement on every resource."""
    head: Json = {"Sid": sid} if sid else {}
    return {**head, "Effect": "Allow", "Action": list(actions), "Resource": "*", **other}


def deny(*actions: str, sid: str = "", **other: Any) -> Json:
    return {**allow(*actions, sid=sid), "Effect": "Deny", **other}


class Shelf:
    """Collects policies with the documents that they point into."""

    def __init__(self) -> None:
        self.documents: list[PolicyText] = []

    def managed(self, name: str, account_id: str, *statements: Json) -> Policy:
        """A managed policy; `aws` in place of the account makes it AWS's own."""
        arn = f"arn:aws:iam::{account_id}:policy/{name}"
        return self._policy(PolicyRef(type=PolicyType.MANAGED, name=name, arn=arn), statements)

    def inline(self, name: str, owner_arn: str, *statements: Json) -> Policy:
        kind = PolicyType.GROUP_INLINE if ":group/" in owner_arn else PolicyType.INLINE
        group = owner_arn.rpartition("/")[2] if kind is PolicyType.GROUP_INLINE else ""
        return self._policy(PolicyRef(type=kind, name=name, owner_arn=owner_arn, group=group), statements)

    def _policy(self, ref: PolicyRef, statements: tuple[Json, ...]) -> Policy:
        self.documents.append(policy_text(statements))
        ref = msgspec.structs.replace(ref, document_id=len(self.documents) - 1)
        return Policy(ref=ref, statements=statements)


def through_group(policy: Policy, group: str) -> Policy:
    """The same policy as a member of `group` has it."""
    kind = PolicyType.GROUP_MANAGED if policy.ref.type is PolicyType.MANAGED else PolicyType.GROUP_INLINE
    return msgspec.structs.replace(policy, ref=msgspec.structs.replace(policy.ref, type=kind, group=group))


def policy_text(statements: tuple[Json, ...]) -> PolicyText:
    """Indented JSON, with the lines of every statement."""
    lines = ["{", '  "Version": "2012-10-17",', '  "Statement": [']
    spans = []
    for place, statement in enumerate(statements):
        body = json.dumps(statement, indent=2, ensure_ascii=False).split("\n")
        body[-1] += "," if place < len(statements) - 1 else ""
        spans.append((len(lines) + 1, len(lines) + len(body)))
        lines.extend("    " + line for line in body)
    return PolicyText(text="\n".join([*lines, "  ]", "}"]), statement_lines=tuple(spans))
