"""Entitlements: for every principal and privilege that is allowed, conditional or not evaluated, the statements why.

Most principals have what others have too. The rows of all who are alike are worked out once, as an outline; a principal
adds nothing but its name, and the policies through which it has the documents.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import NO_DOCUMENT, Attachment, Holder
from audit.evaluate.layers import Permissions
from audit.evaluate.outcomes import keys_of
from audit.evaluate.outline import Bearing, Limit, Outline, Place, outline_of
from audit.evaluate.policy_text import ShownDocuments
from audit.model.entitlement import Entitlement, StatementRef


class _Shape(msgspec.Struct, frozen=True):
    """The documents that bear on a principal, and what is the same for all who have them."""

    keys: frozenset[str]
    """What their conditions ask of a request."""
    named: bool
    """Whether a row's words name a policy, which may have another name for another principal."""
    outlines: dict[Hashable, Outline]
    """By all else that tells the rows of two principals apart."""


class EntitlementRows:
    """Makes the rows of one account."""

    def __init__(self, permissions: EffectivePermissions, shown: ShownDocuments) -> None:
        self._permissions = permissions
        self._shown = shown
        self._references: dict[tuple[Attachment, int], StatementRef] = {}
        self._shapes: dict[tuple[tuple[int, ...], int], _Shape] = {}
        policies = permissions.policies
        self._levels = (*policies.scps, *policies.rcps)
        self._control = tuple(attachment for level in self._levels for attachment in level)

    def of(self, holder: Holder, permissions: Permissions) -> list[Entitlement]:
        """The rows of one principal, by action."""
        if not permissions.reachable:
            return []
        identity, attachments = self._bearing(holder)
        outline = self._outline(holder, permissions, identity, attachments)
        kinds = [
            (
                kind.verdict,
                self._referred(attachments, kind.grants),
                kind.conditions,
                self._referred(attachments, kind.limited_by),
            )
            for kind in outline.kinds
        ]
        arn = holder.record.arn
        rows: list[Entitlement] = []
        for action, number in zip(outline.actions, outline.numbers, strict=True):
            verdict, grants, conditions, limited_by = kinds[number]
            rows.append(
                Entitlement(
                    principal_arn=arn,
                    action=action,
                    verdict=verdict,
                    grants=grants,
                    conditions=conditions,
                    limited_by=limited_by,
                )
            )
        return rows

    def _bearing(self, holder: Holder) -> tuple[int, tuple[Attachment, ...]]:
        """The policies that bear on the holder, and how many of them, the first ones, are identity-based.

        The others are its boundary and control policies. A document that says nothing of the actions is left out.
        """
        policies, compiled = self._permissions.policies, self._permissions.compiled
        identity = [each for each in policies.attachments(holder) if compiled(each.document).statements]
        boundary = policies.boundary(holder)
        limits = () if boundary is None else (boundary,)
        return len(identity), (*identity, *limits, *(() if holder.service_linked else self._control))

    def _outline(
        self, holder: Holder, permissions: Permissions, identity: int, attachments: tuple[Attachment, ...]
    ) -> Outline:
        key = (tuple([each.document for each in attachments[:identity]]), holder.boundary)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._shape(key)
        known, ceiling = self._permissions.known, self._permissions.ceiling
        alike = (
            permissions,
            known.told(holder, shape.keys) if shape.keys else None,
            holder.service_linked or ceiling.alike(holder, permissions.reachable),
            attachments if shape.named else None,
        )
        outline = shape.outlines.get(alike)
        if outline is None:
            bearings = self._statements(holder, attachments, permissions.reachable)
            limits = self._limits(holder, identity, bearings)
            mine = [bearing for found in bearings[:identity] for bearing in found]
            outline = shape.outlines[alike] = outline_of(self._permissions.index, permissions, mine, limits)
        return outline

    def _shape(self, key: tuple[tuple[int, ...], int]) -> _Shape:
        numbers, boundary = key
        held = numbers if boundary == NO_DOCUMENT else (*numbers, boundary)
        documents = [self._permissions.compiled(number) for number in held]
        conditions = [statement.condition for document in documents for statement in document.conditional]
        return _Shape(keys_of(conditions), any(document.doubtful for document in documents), {})

    def _statements(self, holder: Holder, attachments: tuple[Attachment, ...], asked: int) -> list[list[Bearing]]:
        """Of each policy the statements that can play a part: those whose conditions never hold are out.

        Those that bear on none of the actions asked about are left out unseen.
        """
        known = self._permissions.known.of(holder)
        found: list[list[Bearing]] = []
        for at, attachment in enumerate(attachments):
            found.append([])
            for statement in self._permissions.compiled_of(attachment).statements:
                if not statement.mask & asked:
                    continue
                outcomes = self._permissions.outcomes.of((statement.condition,), known) if statement.condition else _HOLDS
                if outcomes is None or (True,) in outcomes:
                    found[-1].append(Bearing((at, statement.index), attachment, statement, outcomes != _HOLDS))
        return found

    def _limits(self, holder: Holder, identity: int, bearings: list[list[Bearing]]) -> list[Limit]:
        """The statements of the boundary, where there is one, and of each level of control policies."""
        limits: list[Limit] = []
        at = identity
        if holder.boundary != NO_DOCUMENT:
            limits.append(Limit("permissions boundary", bearings[at]))
            at += 1
        for level in () if holder.service_linked else self._levels:
            words = f"{level[0].type} at {level[0].target}" if level else ""
            limits.append(Limit(words, [bearing for found in bearings[at : at + len(level)] for bearing in found]))
            at += len(level)
        return limits

    def _referred(self, attachments: tuple[Attachment, ...], places: tuple[Place, ...]) -> tuple[StatementRef, ...]:
        return tuple([self._reference(attachments[at], index) for at, index in places])

    def _reference(self, attachment: Attachment, index: int) -> StatementRef:
        key = (attachment, index)
        found = self._references.get(key)
        if found is None:
            documents = self._permissions.policies.table(attachment.type)
            sid = documents.parsed(attachment.document).statements[index].sid
            found = self._references[key] = StatementRef(
                policy=self._shown.ref(documents, attachment), index=index, sid=sid
            )
        return found


_HOLDS = ((True,),)
"""The one outcome of a statement without a condition."""
