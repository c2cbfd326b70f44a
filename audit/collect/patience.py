"""When to stop asking the same thing of item after item: a walk over 50,000 HITs must not fail 50,000 times."""

from __future__ import annotations

from audit.collect.interface import Failure
from audit.model.error import CollectError
from audit.model.snapshot import GapReason

_FAILURES_IN_A_ROW = 5
_UNREACHABLE_IN_A_ROW = 3


class Patience:
    """Watches the outcomes of one walk. `lost` is set once no answer is to be expected for any further item.

    As long as one item of this run was answered, single failures are that item's own: the walk goes on.
    """

    def __init__(self, source: str) -> None:
        self.lost: Failure | None = None
        self._source = source
        self._answered = 0
        self._in_a_row = 0
        self._last: GapReason | None = None

    def learn(self, failure: Failure | None) -> None:
        """Take note of one more outcome; None: it was answered.

        Raises CollectError where the connection is lost after answers came: the rest can be had later, so it would be
        wrong to end with gaps.
        """
        if failure is None:
            self._answered += 1
            self._in_a_row, self._last = 0, None
            return
        self._in_a_row = self._in_a_row + 1 if failure.reason is self._last else 1
        self._last = failure.reason
        if failure.unreachable and self._answered and self._in_a_row >= _UNREACHABLE_IN_A_ROW:
            raise CollectError(
                f"the connection was lost after {self._answered} items of {self._source}: {failure.detail}; "
                "start the same command again and it goes on where it stopped"
            )
        if self.lost is None and not self._answered and self._in_a_row >= _limit(failure):
            self.lost = failure


def _limit(failure: Failure) -> int:
    if failure.reason in (GapReason.RETIRED, GapReason.NOT_APPLICABLE):
        return 1
    return _UNREACHABLE_IN_A_ROW if failure.unreachable else _FAILURES_IN_A_ROW
