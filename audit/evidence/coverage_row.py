"""What coverage rows share: the state of what is not there, and details as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.model.result import CoverageState
from audit.model.snapshot import Gap, GapReason


def unanswered(gaps: tuple[Gap, ...]) -> tuple[CoverageState, str]:
    """The state of a part of which the evidence holds nothing, and why."""
    if not gaps:
        return CoverageState.NOT_COLLECTED, "The evidence given does not hold it."
    applicable = any(gap.reason is not GapReason.NOT_APPLICABLE for gap in gaps)
    state = CoverageState.NOT_COLLECTED if applicable else CoverageState.NOT_APPLICABLE
    return state, sentences(reasons(gaps))


def reasons(gaps: Iterable[Gap]) -> Iterator[str]:
    """The details of gaps; those that differ in the id of their item alone are one, with how many more there are."""
    alike: dict[str, list[str]] = {}
    for gap in gaps:
        item_id = gap.item.rpartition(" ")[2]
        alike.setdefault(gap.detail.replace(item_id, "") if item_id else gap.detail, []).append(gap.detail)
    for details in alike.values():
        more = len(set(details)) - 1
        yield details[0] if not more else f"{details[0].rstrip('.')} ({more} more alike)"


def sentences(details: Iterable[str]) -> str:
    """Each detail once, as a sentence; one that begins with an address or a call's name keeps its small letter."""
    stripped = (detail.rstrip(".") for detail in dict.fromkeys(details))
    return " ".join(f"{with_capital(detail)}." for detail in stripped if detail)


def with_capital(text: str) -> str:
    """Begin with a capital; an address and a call's name keep their small letter."""
    return text if ":" in text.partition(" ")[0].rstrip(":") else f"{text[:1].upper()}{text[1:]}"
