"""The HITs that Mechanical Turk still lists: mturk:ListHITs.

A HIT is listed until 120 days after it ended. What is kept of one is what the audit shows or counts: who published
what, when, for how much and how often. Its question and description are the requester's content and stay behind, and
workers' answers are never asked for.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_ListHITsOperation.html
"""

from __future__ import annotations

from typing import Any

import msgspec

from audit.collect.interface import Answer, ApiCall, Collected, Run
from audit.collect.listing import Listing
from audit.collect.paging import MTURK, mturk_complaint
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
CALLS = (LIST_HITS,)

_KEPT = (
    "HITId",
    "HITTypeId",
    "CreationTime",
    "Title",
    "HITStatus",
    "Reward",
    "MaxAssignments",
    "Expiration",
    "NumberOfAssignmentsPending",
    "NumberOfAssignmentsAvailable",
    "NumberOfAssignmentsCompleted",
)


def collect(run: Run) -> Collected:
    """List all HITs of the account."""
    listing = Listing(
        run.api,
        LIST_HITS,
        MTURK,
        mturk_complaint("HITs", _complaint),
        rows_of=("HITs",),
        transform=_transform,
        journal=run.journal(),
    )
    run.progress.start(FILE.source, None)
    for rows in listing.pages():
        run.progress.advance(FILE.source, len(rows))
    run.progress.finish(FILE.source)
    # A HIT that moved to the next page while the list was read is there twice; the later row is the newer one.
    hits = {row["HITId"]: row for page in listing.values() for row in page}
    return Collected(
        content=json_lines(hits[hit_id] for hit_id in sorted(hits)) if listing.api_calls else None,
        rows=len(hits),
        api_calls=listing.api_calls,
        gaps=listing.gaps(FILE, run.account_id),
    )


def hit_ids_in(raw: bytes) -> list[str]:
    """The ids that the evidence file holds."""
    return [row.hit_id for row in msgspec.json.Decoder(HitRow).decode_lines(raw)]


def _transform(answer: Answer) -> list[dict[str, Any]]:
    return [{name: row[name] for name in _KEPT if name in row} for row in answer["HITs"]]


def _complaint(row: Answer) -> str | None:
    try:
        hit = msgspec.convert(in_utc(row), HitRow).record()
    except msgspec.ValidationError as error:
        return f"a HIT that cannot be read ({error})"
    return None if hit.hit_id else "a HIT without a HITId"
