"""The HITs that Mechanical Turk still lists: mturk:ListHITs.

A HIT is listed until 120 days after it ended. What is kept of one is what the audit shows or counts: who published
what, when, for how much and how often. Its question and description are the requester's content and stay behind, and
workers' answers are never asked for. The list is followed by the collector of the bonus payments, which writes both
files.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_ListHITsOperation.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from audit.collect.interface import Answer, ApiCall, Beside, Run
from audit.collect.listing import Listing
from audit.collect.paging import MTURK, mturk_complaint
from audit.model.snapshot import Gap
from audit.snapshot.layout import HITS
from audit.snapshot.rows import HitRow
from audit.snapshot.writer import in_utc, json_lines

FILE = HITS
LIST_HITS = ApiCall(
    service="mturk",
    operation="ListHITs",
    permission="mechanicalturk:ListHITs",
    reason="which HITs there are: bonus payments can be asked for only HIT by HIT",
    how_often="once, and once more for every 100 HITs",
)
_KEPT = (
    "HITId",
    "HITTypeId",
    "CreationTime",
    "Title",
    "HITStatus",
    "Reward",
    "MaxAssignments",
    "Expiration",
    "AssignmentDurationInSeconds",
    "NumberOfAssignmentsPending",
    "NumberOfAssignmentsAvailable",
    "NumberOfAssignmentsCompleted",
)


class HitListing:
    """The account's HITs, read page by page, so that their bonus payments are asked for meanwhile."""

    def __init__(self, run: Run) -> None:
        """Go on with the pages that the journal of the run's collector holds in its part `-hits`."""
        self.gaps: tuple[Gap, ...] = ()
        """What is missing, once `rows` has come to its end."""
        self._account_id = run.account_id
        self._listing = Listing(
            run.api,
            LIST_HITS,
            MTURK,
            mturk_complaint("HITs", _complaint),
            rows_of=("HITs",),
            transform=_transform,
            journal=run.journal("-hits"),
        )

    def rows(self) -> Iterator[HitRow]:
        """Yield each HIT once, as the pages come."""
        seen: set[str] = set()
        for page in self._listing.pages():
            for row in page:
                if row["HITId"] not in seen:
                    seen.add(row["HITId"])
                    yield msgspec.convert(in_utc(row), HitRow)
        self.gaps = self._listing.gaps(FILE, self._account_id)

    def beside(self) -> Beside | None:
        """The evidence file, once `rows` has come to its end; None where nothing was answered."""
        if not self._listing.api_calls:
            return None
        # A HIT that moved to the next page while the list was read is there twice; the later row is the newer one.
        hits = {row["HITId"]: row for page in self._listing.values() for row in page}
        return Beside(
            file=FILE,
            content=json_lines(hits[hit_id] for hit_id in sorted(hits)),
            rows=len(hits),
            api_calls=self._listing.api_calls,
        )


def _transform(answer: Answer) -> list[dict[str, Any]]:
    return [{name: row[name] for name in _KEPT if name in row} for row in answer["HITs"]]


def _complaint(row: Answer) -> str | None:
    try:
        hit = msgspec.convert(in_utc(row), HitRow).record()
    except msgspec.ValidationError as error:
        return f"a HIT that cannot be read ({error})"
    return None if hit.hit_id else "a HIT without a HITId"
