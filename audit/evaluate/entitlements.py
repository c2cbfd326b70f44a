"""Entitlements: for every principal and privilege that is allowed, conditional or not evaluated, the statements why."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from audit.evaluate.compile import CompiledStatement
from audit.evaluate.effective import EffectivePermissions, Permissions
from audit.evaluate.holders import Attachment, Holder
from audit.evaluate.policy_text import ShownDocuments
from audit.model.entitlement import Entitlement, StatementRef, Verdict
from audit.policy.known import Known
from audit.policy.words import condition_words


class Bearing(msgspec.Struct, frozen=True):
    """A statement that bears on a privilege of a principal, and whether its condition is still open."""

    attachment: Attachment
    statement: CompiledStatement
    open: bool


class EntitlementRows:
    """Makes the rows of one account."""

    def __init__(self, permissions: EffectivePermissions, shown: ShownDocuments) -> None:
        self._permissions = permissions
        self._shown = shown
        self._references: dict[tuple[Attachment, int], StatementRef] = {}

    def of(self, holder: Holder, permissions: Permissions) -> Iterator[Entitlement]:
        """The rows of one principal, by action."""
        asked = permissions.allowed | permissions.conditional | permissions.not_evaluated
        if not asked:
            return
        identity, boundary = self._bearing(holder)
        for action in self._permissions.index.names(asked):
            bit = self._permissions.index.bit(action)
            verdict = permissions.verdict(bit)
            yield self._row(
                holder,
                action,
                verdict,
                [bearing for bearing in identity if bearing.statement.mask & bit],
                None if boundary is None else [bearing for bearing in boundary if bearing.statement.mask & bit],
                undecided=bool(permissions.undecided & bit),
            )

    def _bearing(self, holder: Holder) -> tuple[list[Bearing], list[Bearing] | None]:
        """The statements of the principal's policies that can play a part: conditions that never hold are out."""
        policies = self._permissions.policies
        known = self._permissions.known.of(holder)
        identity = [
            bearing for attachment in policies.attachments(holder) for bearing in self._statements(attachment, known)
        ]
        boundary = policies.boundary(holder)
        return identity, None if boundary is None else list(self._statements(boundary, known))

    def _statements(self, attachment: Attachment, known: Known) -> Iterator[Bearing]:
        for statement in self._permissions.compiled(attachment.document).statements:
            if not statement.condition:
                yield Bearing(attachment, statement, open=False)
                continue
            outcomes = self._permissions.outcomes.of((statement.condition,), known)
            if outcomes is None or (True,) in outcomes:
                yield Bearing(attachment, statement, open=outcomes != ((True,),))

    def _row(
        self,
        holder: Holder,
        action: str,
        verdict: Verdict,
        identity: list[Bearing],
        boundary: list[Bearing] | None,
        *,
        undecided: bool,
    ) -> Entitlement:
        conditions: list[str] = []
        if verdict is not Verdict.ALLOW:
            conditions = _conditions(identity, boundary)
        if undecided:
            conditions.append("not decided: the conditions tell too many requests apart")
        # A statement that cannot be evaluated is no grant and no limit: the conditions name its policy.
        readable = [bearing for bearing in identity if not bearing.statement.doubtful]
        bounds = [bearing for bearing in boundary or () if not bearing.statement.doubtful]
        limits = [bearing for bearing in readable if bearing.statement.deny]
        limits += [bearing for bearing in bounds if bearing.open or bearing.statement.deny]
        # What grants with no condition decides.
        grants = sorted((bearing for bearing in readable if not bearing.statement.deny), key=lambda one: one.open)
        return Entitlement(
            principal_arn=holder.arn,
            action=action,
            verdict=verdict,
            grants=tuple(self._reference(bearing) for bearing in grants),
            conditions=tuple(dict.fromkeys(conditions)),
            limited_by=tuple(self._reference(bearing) for bearing in limits),
        )

    def _reference(self, bearing: Bearing) -> StatementRef:
        key = (bearing.attachment, bearing.statement.index)
        found = self._references.get(key)
        if found is None:
            policies = self._permissions.policies
            sid = policies.documents.parsed(bearing.attachment.document).statements[bearing.statement.index].sid
            found = self._references[key] = StatementRef(
                policy=self._shown.ref(policies.documents, bearing.attachment),
                index=bearing.statement.index,
                sid=sid,
            )
        return found


_MAY_GRANT = "or if {}, which cannot be evaluated, allows it"


def _conditions(identity: list[Bearing], boundary: list[Bearing] | None) -> list[str]:
    """What must hold, in words: alternatives of the grant, of the boundary, and every exception."""
    conditions = _alternatives(identity, "")
    conditions += _alternatives(boundary or (), " (permissions boundary)")
    for bearing in [*identity, *(boundary or ())]:
        if bearing.statement.doubtful:
            name = f"group {bearing.attachment.group}" if bearing.attachment.group else bearing.attachment.name
            verb = "unless {}, which cannot be evaluated, denies it" if bearing.statement.deny else _MAY_GRANT
            conditions.append(verb.format(name))
        elif bearing.statement.deny and bearing.open:
            conditions.append(f"unless {_words(bearing)}")
    return conditions


def _alternatives(bearings: list[Bearing] | tuple[Bearing, ...], where: str) -> list[str]:
    allows = [bearing for bearing in bearings if not bearing.statement.deny and not bearing.statement.doubtful]
    if not allows or not all(bearing.open for bearing in allows):
        return []
    alternatives = dict.fromkeys(_words(bearing) for bearing in allows)
    return [f"only if {', or if '.join(alternatives)}{where}"]


def _words(bearing: Bearing) -> str:
    return condition_words(tuple(term.clause for term in bearing.statement.condition))
