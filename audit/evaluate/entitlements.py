"""Entitlements: for every principal and privilege that is allowed, conditional or not evaluated, the statements why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from audit.evaluate.compile import CompiledStatement
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.holders import Attachment, Holder
from audit.evaluate.layers import Permissions
from audit.evaluate.policy_text import ShownDocuments
from audit.model.entitlement import Entitlement, StatementRef, Verdict
from audit.policy.known import Known
from audit.policy.words import condition_words


class Bearing(msgspec.Struct, frozen=True):
    """A statement that bears on a privilege of a principal, and whether its condition is still open."""

    attachment: Attachment
    statement: CompiledStatement
    open: bool


class Limit(msgspec.Struct, frozen=True):
    """The statements of a permissions boundary, or of one level of control policies."""

    words: str
    """How it is named beside a condition."""
    bearings: list[Bearing]


class EntitlementRows:
    """Makes the rows of one account."""

    def __init__(self, permissions: EffectivePermissions, shown: ShownDocuments) -> None:
        self._permissions = permissions
        self._shown = shown
        self._references: dict[tuple[Attachment, int], StatementRef] = {}

    def of(self, holder: Holder, permissions: Permissions) -> Iterator[Entitlement]:
        """The rows of one principal, by action."""
        asked = permissions.reachable
        if not asked:
            return
        identity, limits = self._bearing(holder, asked)
        for action in self._permissions.index.names(asked):
            bit = self._permissions.index.bit(action)
            verdict = permissions.verdict(bit)
            yield self._row(
                holder,
                action,
                verdict,
                _of_action(identity, bit),
                [Limit(limit.words, _of_action(limit.bearings, bit)) for limit in limits],
                undecided=bool(permissions.undecided & bit),
            )

    def _bearing(self, holder: Holder, asked: int) -> tuple[list[Bearing], list[Limit]]:
        """The statements of the principal's policies that can play a part: conditions that never hold are out.

        Those that bear on none of the actions asked about are left out unseen.
        """
        policies = self._permissions.policies
        known = self._permissions.known.of(holder)
        boundary = policies.boundary(holder)
        limits = [] if boundary is None else [Limit("permissions boundary", self._statements([boundary], known, asked))]
        for level in policies.control_levels(holder):
            words = f"{level[0].type} at {level[0].target}" if level else ""
            limits.append(Limit(words, self._statements(level, known, asked)))
        return self._statements(policies.attachments(holder), known, asked), limits

    def _statements(self, attachments: Iterable[Attachment], known: Known, asked: int) -> list[Bearing]:
        return [bearing for attachment in attachments for bearing in self._of_policy(attachment, known, asked)]

    def _of_policy(self, attachment: Attachment, known: Known, asked: int) -> Iterator[Bearing]:
        for statement in self._permissions.compiled_of(attachment).statements:
            if not statement.mask & asked:
                continue
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
        limits: list[Limit],
        *,
        undecided: bool,
    ) -> Entitlement:
        conditions: list[str] = []
        if verdict is not Verdict.ALLOW:
            conditions = _conditions(identity, limits)
        if undecided:
            conditions.append("not decided: the conditions tell too many requests apart")
        # A statement that cannot be evaluated is no grant and no limit: the conditions name its policy.
        readable = [bearing for bearing in identity if not bearing.statement.doubtful]
        limiting = [bearing for bearing in readable if bearing.statement.deny]
        limiting += [
            bearing
            for limit in limits
            for bearing in limit.bearings
            if not bearing.statement.doubtful and (bearing.open or bearing.statement.deny)
        ]
        # What grants with no condition decides.
        grants = sorted((bearing for bearing in readable if not bearing.statement.deny), key=lambda one: one.open)
        return Entitlement(
            principal_arn=holder.arn,
            action=action,
            verdict=verdict,
            grants=tuple(self._reference(bearing) for bearing in grants),
            conditions=tuple(dict.fromkeys(conditions)),
            limited_by=tuple(self._reference(bearing) for bearing in limiting),
        )

    def _reference(self, bearing: Bearing) -> StatementRef:
        key = (bearing.attachment, bearing.statement.index)
        found = self._references.get(key)
        if found is None:
            policies = self._permissions.policies
            documents = policies.table(bearing.attachment.type)
            sid = documents.parsed(bearing.attachment.document).statements[bearing.statement.index].sid
            found = self._references[key] = StatementRef(
                policy=self._shown.ref(documents, bearing.attachment),
                index=bearing.statement.index,
                sid=sid,
            )
        return found


def _of_action(bearings: list[Bearing], bit: int) -> list[Bearing]:
    return [bearing for bearing in bearings if bearing.statement.mask & bit]


_MAY_GRANT = "or if {}, which cannot be evaluated, allows it"


def _conditions(identity: list[Bearing], limits: list[Limit]) -> list[str]:
    """What must hold, in words: alternatives of the grant, of each limit, and every exception."""
    conditions = _alternatives(identity, "")
    for limit in limits:
        conditions += _alternatives(limit.bearings, f" ({limit.words})")
    for bearing in [*identity, *(bearing for limit in limits for bearing in limit.bearings)]:
        if bearing.statement.doubtful:
            name = f"group {bearing.attachment.group}" if bearing.attachment.group else bearing.attachment.name
            verb = "unless {}, which cannot be evaluated, denies it" if bearing.statement.deny else _MAY_GRANT
            conditions.append(verb.format(name))
        elif bearing.statement.deny and bearing.open:
            conditions.append(f"unless {_words(bearing)}")
    return conditions


def _alternatives(bearings: list[Bearing], where: str) -> list[str]:
    allows = [bearing for bearing in bearings if not bearing.statement.deny and not bearing.statement.doubtful]
    if not allows or not all(bearing.open for bearing in allows):
        return []
    alternatives = dict.fromkeys(_words(bearing) for bearing in allows)
    return [f"only if {', or if '.join(alternatives)}{where}"]


def _words(bearing: Bearing) -> str:
    return condition_words(tuple(term.clause for term in bearing.statement.condition))
