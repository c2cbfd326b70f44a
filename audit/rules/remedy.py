"""Policy changes as unified differences of the policy's JSON, where the statement can be edited in one right way.

No edit widens what a policy allows or narrows what it denies.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

import msgspec

from audit.evaluate.policy_change import (
    DocumentJson,
    Edit,
    difference,
    edited,
    is_aws_managed,
    one_line,
    read_document,
)
from audit.rules.grant import Grant
from audit.rules.held_policy import HeldPolicy
from audit.rules.interface import RuleContext


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """The change, and what must be said where there is none."""

    difference: str = ""
    notes: tuple[str, ...] = ()


def remedy(context: RuleContext, grants: Sequence[Grant], edit: Edit, name: Hashable = None) -> Remedy:
    """Apply an edit to every statement of `grants`, one difference a policy.

    An edit with a `name`, which every edit that does the same has, is worked out once for the same statements.
    """
    differences: list[str] = []
    notes: list[str] = []
    for policy, indexes in _by_policy(grants):
        change, note = _known_change(context, policy, indexes, edit, name)
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


def _known_change(
    context: RuleContext, policy: HeldPolicy, indexes: tuple[int, ...], edit: Edit, name: Hashable
) -> tuple[str, str]:
    if name is None:
        return _change(context, policy, indexes, edit)
    key = (policy.ref, indexes, name)
    if key not in context.changes:
        context.changes[key] = _change(context, policy, indexes, edit)
    return context.changes[key]


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


def _read(context: RuleContext, policy: HeldPolicy) -> DocumentJson | None:
    """The policy's JSON; None where the evidence holds none that can be read."""
    if not 0 <= policy.ref.document_id < len(context.documents):
        return None
    return read_document(context.documents[policy.ref.document_id].text)
