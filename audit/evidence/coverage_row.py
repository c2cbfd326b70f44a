"""What coverage rows share: the state of what is not there, and details as sentences."""

from __future__ import annotations

from collections.abc import Iterable

from audit.model.result import CoverageState
from audit.model.snapshot import Gap, GapReason


def unanswered(gaps: tuple[Gap, ...]) -> tuple[CoverageState, str]:
    """The state of a part of which the evidence holds nothing, and why."""
    if not gaps:
        return CoverageState.NOT_COLLECTED, "The evidence given does not hold it."
    applicable = any(gap.reason is not GapReason.NOT_APPLICABLE for gap in gaps)
    state = CoverageState.NOT_COLLECTED if applicable else CoverageState.NOT_APPLICABLE
    return state, sentences(gap.detail for gap in gaps)


def sentences(details: Iterable[str]) -> str:
    """Each detail once, as a sentence; one that begins with an address keeps its small letter."""
    stripped = (detail.rstrip(".") for detail in dict.fromkeys(details))
    return " ".join(f"{_first(detail)}{detail[1:]}." for detail in stripped if detail)


def _first(detail: str) -> str:
    return detail[:1] if "://" in detail.partition(" ")[0] else detail[:1].upper()
