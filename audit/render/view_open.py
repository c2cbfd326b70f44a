"""What was not answered, grouped by what kept it from being answered: a shut account is one cause, not ten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.render.view_index import Index
from audit.render.view_words import count, listing, sentence

PARTS_NAMED = 4
"""So many parts that stay open for one reason are named; of more it is told how many."""
_FIRST_SENTENCE = re.compile(r"(.*?[.?!])\s+(?=[^\sa-z]|[a-z0-9+.-]+://)(.*)", re.DOTALL)


class OpenPart(msgspec.Struct, frozen=True):
    """A part of the question, in all accounts for which the same is to be said of it."""

    name: str
    state: CoverageState
    where: str
    """` in 222211110000`; empty for the only account."""
    detail: str
    """Sentences; empty where the evidence gives no reason."""


class OpenCause(msgspec.Struct, frozen=True, kw_only=True):
    """Parts that stay open for the same reason in the same accounts."""

    what: str
    """`8 parts not collected in 222211110000`, or a few parts by their names."""
    reason: str = ""
    """One sentence; empty where the evidence gives none."""
    parts: tuple[str, ...] = ()
    """Each part, with what is to be said of it beyond the reason; none where all is said already."""


def open_parts(result: AuditResult, rows: Iterable[CoverageRow], index: Index) -> tuple[OpenPart, ...]:
    """Each part in a state once, in the order of the rows."""
    accounts: dict[tuple[str, CoverageState, str], list[str]] = {}
    for row in rows:
        accounts.setdefault((row.part, row.state, row.detail), []).append(row.account_id)
    every = len(result.header.accounts)
    return tuple(
        OpenPart(part, state, _where(ids, every, index), sentence((detail,)))
        for (part, state, detail), ids in accounts.items()
    )


def part_sentence(part: OpenPart) -> str:
    """`HITs: not collected in 222211110000. The account is suspended.`"""
    return f"{sentence((f'{part.name}: {part.state.value}{part.where}',))} {part.detail}".rstrip()


def open_causes(parts: tuple[OpenPart, ...]) -> tuple[OpenCause, ...]:
    """The causes behind parts, those of most parts first."""
    grouped: dict[tuple[str, str], list[OpenPart]] = {}
    for part in parts:
        grouped.setdefault((part.where, _split(part.detail)[0]), []).append(part)
    largest = sorted(grouped.items(), key=lambda item: -len(item[1]))
    return tuple(
        OpenCause(what=_what(where, members), reason=reason, parts=tuple(_said(members)))
        for (where, reason), members in largest
    )


def _what(where: str, members: list[OpenPart]) -> str:
    states = " or ".join(dict.fromkeys(part.state.value for part in members))
    if len(members) > PARTS_NAMED:
        return f"{count(len(members), 'part')} {states}{where}"
    return sentence((f"{listing([part.name for part in members], limit=PARTS_NAMED)}: {states}{where}",)).removesuffix(
        "."
    )


def _said(members: list[OpenPart]) -> Iterator[str]:
    """One line a part; of a single part only what the reason does not say yet."""
    for part in members:
        more = _split(part.detail)[1]
        if len(members) > 1:
            yield f"{sentence((f'{part.name}: {part.state.value}',))} {more}".rstrip()
        elif more:
            yield more


def _split(detail: str) -> tuple[str, str]:
    """The first sentence and the rest. A small letter begins no sentence, but an address may."""
    found = _FIRST_SENTENCE.fullmatch(detail)
    return (found[1], found[2]) if found else (detail, "")


def _where(ids: list[str], every: int, index: Index) -> str:
    if ids == [""]:
        return ""
    if len(ids) == every:
        return " in every account" if every > 1 else ""
    return f" in {listing([index.account(account) for account in ids], limit=4)}"
