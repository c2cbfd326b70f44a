"""Entitlements as the page carries them: what principals have in common is written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from audit.model.activity import Observation
from audit.model.entitlement import KIND, Entitlement, PolicyRef, StatementRef, Verdict
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

    def places(self, statements: tuple[StatementRef, ...]) -> tuple[int, ...]:
        """Where the statements stand."""
        return tuple(map(self._statements.place, statements))

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
    kinds = Interner[tuple[object, ...]]()
    examples: list[Entitlement] = []
    held: dict[str, dict[int, int]] = defaultdict(dict)
    for each, kind in zip(result.entitlements, map(kinds.place, map(KIND, result.entitlements)), strict=True):
        if kind == len(examples):
            examples.append(each)
        masks = held[each.principal_arn]
        masks[kind] = masks.get(kind, 0) | index.bits.get(each.action, 0)
    patterns = Interner[tuple[tuple[int, int], ...]]()
    places = {arn: patterns.place(tuple(masks.items())) for arn, masks in held.items()}
    written = tuple(
        tuple(_access(examples[kind], mask, strings, statements) for kind, mask in pattern)
        for pattern in patterns.values()
    )
    return written, places


def _access(example: Entitlement, mask: int, strings: Interner[str], statements: StatementCodec) -> PageAccess:
    return PageAccess(
        VERDICTS.index(example.verdict),
        f"{mask:x}",
        statements.places(example.grants),
        tuple(map(strings.place, example.conditions)),
        statements.places(example.limited_by),
        OBSERVATIONS.index(example.observation),
        seconds(example.last_used_at),
        strings.place(example.source),
        example.count,
        seconds(example.first_used_at),
        strings.place(example.note),
    )


def hex_mask(actions: Iterable[str], index: Index) -> str:
    """The columns of `actions` as one hexadecimal number; actions outside the catalog have no column."""
    mask = 0
    for action in actions:
        mask |= index.bits.get(action, 0)
    return f"{mask:x}"
