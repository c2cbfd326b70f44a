"""Entitlements as the page carries them: what principals have in common is written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from audit.model.activity import Observation
from audit.model.entitlement import Entitlement, PolicyRef, StatementRef, Verdict
from audit.model.result import AuditResult
from audit.render.html_codec import Interner, seconds
from audit.render.html_records import PageAccess, PagePolicy, PageStatement
from audit.render.view_index import Index

VERDICTS = (Verdict.ALLOW, Verdict.CONDITIONAL, Verdict.NOT_EVALUATED)
OBSERVATIONS = tuple(Observation)

Pattern = tuple[PageAccess, ...]


class StatementCodec:
    """Numbers policies and statements; each record is looked at once however often it is referred to."""

    def __init__(self, strings: Interner[str]) -> None:
        self._strings = strings
        self._policies: Interner[PolicyRef] = Interner()
        self._statements: Interner[StatementRef] = Interner()
        self._seen: dict[int, tuple[tuple[StatementRef, ...], tuple[int, ...]]] = {}

    def places(self, statements: tuple[StatementRef, ...]) -> tuple[int, ...]:
        """Where the statements stand. The evaluator hands out the same tuple many times, so its identity is enough."""
        seen = self._seen.get(id(statements))
        if seen is None or seen[0] is not statements:
            seen = (statements, tuple(self._statements.place(statement) for statement in statements))
            self._seen[id(statements)] = seen
        return seen[1]

    def records(self) -> tuple[tuple[PagePolicy, ...], tuple[PageStatement, ...]]:
        """All policies and statements that were asked for."""
        text = self._strings.place
        statements = tuple(
            PageStatement(self._policies.place(each.policy), each.index, text(each.sid))
            for each in self._statements.values()
        )
        policies = tuple(
            PagePolicy(
                text(each.type.value),
                text(each.name),
                text(each.arn),
                text(each.owner_arn),
                text(each.group),
                text(each.label),
                each.document_id,
            )
            for each in self._policies.values()
        )
        return policies, statements


def access_places(
    result: AuditResult, index: Index, strings: Interner[str], statements: StatementCodec
) -> tuple[tuple[Pattern, ...], Mapping[str, int]]:
    """All different patterns of access, and by principal ARN the place of its own."""
    verdict_places = {verdict: place for place, verdict in enumerate(VERDICTS)}
    observation_places = {observation: place for place, observation in enumerate(OBSERVATIONS)}
    held: dict[str, dict[tuple[object, ...], list[Entitlement]]] = defaultdict(dict)
    for each in result.entitlements:
        key = (
            each.verdict,
            statements.places(each.grants),
            each.conditions,
            statements.places(each.limited_by),
            each.observation,
            each.last_used_at,
            each.source,
            each.count,
            each.first_used_at,
            each.note,
        )
        held[each.principal_arn].setdefault(key, []).append(each)
    patterns: Interner[Pattern] = Interner()
    places = {}
    for arn, groups in held.items():
        pattern = tuple(
            PageAccess(
                verdict_places[first.verdict],
                hex_mask((each.action for each in members), index),
                statements.places(first.grants),
                tuple(strings.place(condition) for condition in first.conditions),
                statements.places(first.limited_by),
                observation_places[first.observation],
                seconds(first.last_used_at),
                strings.place(first.source),
                first.count,
                seconds(first.first_used_at),
                strings.place(first.note),
            )
            for members in groups.values()
            for first in members[:1]
        )
        places[arn] = patterns.place(pattern)
    return tuple(patterns.values()), places


def hex_mask(actions: Iterable[str], index: Index) -> str:
    """The columns of `actions` as one hexadecimal number; actions outside the catalog have no column."""
    mask = 0
    for action in actions:
        mask |= index.bits.get(action, 0)
    return f"{mask:x}"
