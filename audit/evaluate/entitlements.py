"""Entitlements: for every principal and privilege that is allowed, conditional or not evaluated, the statements why.

Most principals have what others have too. The rows of all who are alike are worked out once, as an outline; a principal
adds nothing but its name, and the policies through which it has the documents.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from audit.evaluate.bearing import Bearing, ControlLimits, Limit, Place, bearings_of
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import NO_DOCUMENT, Attachment, Holder
from audit.evaluate.layers import Permissions
from audit.evaluate.outcomes import keys_of
from audit.evaluate.outline import Outline, outline_of
from audit.evaluate.policy_text import ShownDocuments
from audit.model.entitlement import Entitlement, StatementRef
from audit.policy.known import Known


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
        self._control = ControlLimits(permissions)
        self._references: dict[tuple[Attachment, int], StatementRef] = {}
        self._shapes: dict[tuple[int, ...], _Shape] = {}

    def of(self, holder: Holder, permissions: Permissions) -> list[Entitlement]:
        """The rows of one principal, by action; `permissions`: what its evaluator has just said of it."""
        if not permissions.reachable:
            return []
        policies = self._permissions.policies
        own = policies.bearing(holder, self._permissions.documents.bearing)
        boundary = policies.boundary(holder)
        if boundary is not None:
            own = (*own, boundary)
        outline = self._outline(holder, permissions, own)
        kinds = [
            (kind.verdict, self._referred(kind.grants, own), kind.conditions, self._referred(kind.limited_by, own))
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

    def _outline(self, holder: Holder, permissions: Permissions, own: tuple[Attachment, ...]) -> Outline:
        """`own`: the holder's policies that bear on it, its boundary last."""
        numbers = (holder.boundary, *[attachment.document for attachment in own])
        shape = self._shapes.get(numbers)
        if shape is None:
            shape = self._shapes[numbers] = self._shape(numbers)
        known = self._permissions.known.told(holder, shape.keys) if shape.keys else None
        control = self._control.alike(holder, permissions.reachable)
        alike = (permissions, known, control, own if shape.named else None)
        outline = shape.outlines.get(alike)
        if outline is None:
            identity, limits = self._bearing(holder, permissions.reachable, own, known or _NOTHING_ASKED)
            limits += self._control.of(holder, control, permissions.reachable)
            outline = shape.outlines[alike] = outline_of(self._permissions.index, permissions, identity, limits)
        return outline

    def _shape(self, numbers: tuple[int, ...]) -> _Shape:
        documents = [self._permissions.compiled(number) for number in numbers if number != NO_DOCUMENT]
        conditions = [statement.condition for document in documents for statement in document.conditional]
        return _Shape(keys_of(conditions), any(document.doubtful for document in documents), {})

    def _bearing(
        self, holder: Holder, asked: int, own: tuple[Attachment, ...], known: Known
    ) -> tuple[list[Bearing], list[Limit]]:
        """The statements of the identity-based policies and of the boundary, where there is one.

        Those that bear on none of the actions asked about are left out unseen.
        """
        first = len(self._control.attachments)
        found: list[list[Bearing]] = []
        for at, attachment in enumerate(own, first):
            compiled = self._permissions.compiled(attachment.document)
            statements = [statement for statement in compiled.statements if statement.mask & asked]
            found.append(bearings_of(at, attachment, statements, known, self._permissions.outcomes))
        limits = [] if holder.boundary == NO_DOCUMENT else [Limit("permissions boundary", found.pop())]
        return [bearing for bearings in found for bearing in bearings], limits

    def _referred(self, places: tuple[Place, ...], own: tuple[Attachment, ...]) -> tuple[StatementRef, ...]:
        """Statements by their places: those of control policies come first, which are everybody's."""
        control = self._control.attachments
        first = len(control)
        return tuple([self._reference(control[at] if at < first else own[at - first], index) for at, index in places])

    def _reference(self, attachment: Attachment, index: int) -> StatementRef:
        key = (attachment, index)
        found = self._references.get(key)
        if found is None:
            documents = self._permissions.policies.table(attachment.type)
            sid = documents.parsed(attachment.document).statements[index].sid
            policy = self._shown.ref(documents, attachment)
            found = self._references[key] = StatementRef(policy=policy, index=index, sid=sid)
        return found


_NOTHING_ASKED = Known()
"""Of conditions, where there are none."""
