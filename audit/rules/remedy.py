"""Policy changes as unified differences of the policy's JSON, where the statement can be edited in one right way.

No edit widens what a policy allows or narrows what it denies.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec

from audit.rules.grant import Grant, is_aws_managed
from audit.rules.interface import HeldPolicy, RuleContext

INDENT = 2

StatementJson = dict[str, Any]
"""A statement as the policy's JSON has it: this module and `edit` alone see policies so."""
Edit = Callable[[StatementJson], list[StatementJson] | None]
"""What takes a statement's place: nothing, one or more statements; None where no edit is determinate."""


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """The change, and what must be said where there is none."""

    difference: str = ""
    notes: tuple[str, ...] = ()


def remedy(context: RuleContext, grants: Sequence[Grant], edit: Edit) -> Remedy:
    """Apply an edit to every statement of `grants`, one difference a policy."""
    differences: list[str] = []
    notes: list[str] = []
    for policy, indexes in _by_policy(grants):
        change, note = _change(context, policy, indexes, edit)
        differences += [change] if change else []
        notes += [note] if note else []
    return Remedy(difference="".join(differences), notes=tuple(notes))


def _by_policy(grants: Sequence[Grant]) -> list[tuple[HeldPolicy, tuple[int, ...]]]:
    """Each policy once, with the places to edit, in the order of the grants."""
    places: dict[tuple[str, str], tuple[HeldPolicy, list[int]]] = {}
    for grant in grants:
        _, indexes = places.setdefault(grant.id[:2], (grant.policy, []))
        indexes.extend(grant.indexes)
    return [(policy, tuple(sorted(indexes))) for policy, indexes in places.values()]


def _change(context: RuleContext, policy: HeldPolicy, indexes: Collection[int], edit: Edit) -> tuple[str, str]:
    """The difference, or a sentence that says what to do instead."""
    name = one_line(policy.ref.name)
    if is_aws_managed(policy.ref):
        return "", f"{name} is an AWS managed policy, which cannot be edited: detach it or put your own in its place."
    before = _read(context, policy)
    if before is None:
        return "", ""
    after = edited(before, indexes, edit)
    if after is None:
        return "", f"{name} has no single right edit here: write the statement anew with the actions that are needed."
    if not after["Statement"]:
        return "", f"{name} holds nothing else: remove the whole policy."
    return difference(name, before, after), ""


def _read(context: RuleContext, policy: HeldPolicy) -> dict[str, Any] | None:
    """The policy's JSON; None where the evidence holds none that can be read."""
    if not 0 <= policy.ref.document_id < len(context.documents):
        return None
    try:
        value = json.loads(context.documents[policy.ref.document_id].text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("Statement"), dict | list) else None


def edited(document: dict[str, Any], indexes: Collection[int], edit: Edit) -> dict[str, Any] | None:
    """The document with the statements at `indexes` replaced; None where one of them has no determinate edit."""
    listed = document["Statement"]
    statements = [listed] if isinstance(listed, dict) else listed
    after: list[Any] = []
    for index, statement in enumerate(statements):
        replacement = edit(dict(statement)) if index in indexes else [statement]
        if replacement is None:
            return None
        after += replacement
    keeps_form = isinstance(listed, dict) and len(after) == 1
    return {**document, "Statement": after[0] if keeps_form else after}


def difference(name: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """The unified difference of two documents; empty where they are the same."""
    lines = list(
        difflib.unified_diff(
            _lines(before), _lines(after), fromfile=f"{name} (now)", tofile=f"{name} (proposed)", lineterm=""
        )
    )
    return "\n".join(lines) + "\n" if lines else ""


def one_line(text: str) -> str:
    """A name from outside, fit for the head of a difference."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _lines(document: dict[str, Any]) -> list[str]:
    # Not splitlines(): it also splits at signs that may stand inside a JSON string.
    return json.dumps(document, indent=INDENT, ensure_ascii=False).split("\n")
