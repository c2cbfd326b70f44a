"""Requirements of the frameworks that an access review answers to, titled in our own words."""

from __future__ import annotations

from functools import cache

import msgspec

from audit.catalog.load import read_data
from audit.model.finding import Control


class ControlEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One requirement, and the concerns of our rules that it bears on."""

    framework: str
    version: str
    id: str
    title: str
    """What it asks for, in our words."""
    bears_on: tuple[str, ...]
    not_covered: str
    """What of it this tool does not look at, one sentence."""

    @property
    def control(self) -> Control:
        """The reference that a finding carries."""
        return Control(self.framework, self.version, self.id)


@cache
def load_controls() -> tuple[ControlEntry, ...]:
    """All requirements, in the order of the file."""
    return msgspec.json.decode(read_data("controls.json"), type=tuple[ControlEntry, ...])


def controls_on(*concerns: str) -> tuple[Control, ...]:
    """The controls that bear on any of the concerns, sorted. Raises KeyError for a concern that no control has."""
    known = {concern for entry in load_controls() for concern in entry.bears_on}
    for concern in concerns:
        if concern not in known:
            raise KeyError(concern)
    return tuple(sorted(entry.control for entry in load_controls() if set(concerns) & set(entry.bears_on)))
