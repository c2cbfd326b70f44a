"""The cuts of reach by whom they are for: a finding asks about its few starts, and there are thousands of findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set

from audit.model.reach import Reach, ReachCut


class CutBook:
    """The sets of statements whose removal ends the reach of a start."""

    def __init__(self, reach: Reach | None) -> None:
        self._cuts = reach.cuts if reach else ()
        self.not_sought: Set[str] = frozenset(reach.cuts_not_sought if reach else ())
        """Starts whose cut was not worked out."""
        self.not_found: Set[str] = frozenset(reach.cuts_not_found if reach else ())
        """Starts of whom none is known."""
        self._of_start: dict[str, list[int]] = defaultdict(list)
        for number, cut in enumerate(self._cuts):
            for start in set(cut.starts):
                self._of_start[start].append(number)

    def of(self, starts: Iterable[str]) -> Iterator[tuple[ReachCut, int]]:
        """Each cut that is for any of `starts`, which are distinct, and for how many of them."""
        numbers = Counter(number for start in starts for number in self._of_start.get(start, ()))
        for number, mine in numbers.items():
            yield self._cuts[number], mine
