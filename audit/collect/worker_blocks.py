"""The workers that are blocked: mturk:ListWorkerBlocks. AWS tells neither when nor by whom.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_ListWorkerBlocksOperation.html
"""

from __future__ import annotations

from typing import Any

import msgspec

from audit.collect.interface import Answer, ApiCall, Collected, Run
from audit.collect.listing import Listing
from audit.collect.paging import MTURK, mturk_complaint
from audit.snapshot.layout import WORKER_BLOCKS
from audit.snapshot.rows import WorkerBlockRow
from audit.snapshot.writer import json_lines

FILE = WORKER_BLOCKS
LIST_WORKER_BLOCKS = ApiCall(
    service="mturk",
    operation="ListWorkerBlocks",
    permission="mechanicalturk:ListWorkerBlocks",
    reason="which workers are blocked, and the reason given",
    how_often="once, and once more for every 100 blocks",
)
CALLS = (LIST_WORKER_BLOCKS,)

_KEPT = ("WorkerId", "Reason")


def collect(run: Run) -> Collected:
    """List all blocks of the account."""
    listing = Listing(
        run.api,
        LIST_WORKER_BLOCKS,
        MTURK,
        mturk_complaint("WorkerBlocks", _complaint),
        rows_of=("WorkerBlocks",),
        transform=_transform,
        journal=run.journal(),
    )
    run.progress.start(FILE.source, None)
    for rows in listing.pages():
        run.progress.advance(FILE.source, len(rows))
    run.progress.finish(FILE.source)
    # A block that moved to the next page while the list was read is there twice; a worker is blocked once or not.
    blocks = {row["WorkerId"]: row for page in listing.values() for row in page}
    return Collected(
        content=json_lines(blocks[worker] for worker in sorted(blocks)) if listing.api_calls else None,
        rows=len(blocks),
        api_calls=listing.api_calls,
        gaps=listing.gaps(FILE, run.account_id),
    )


def _transform(answer: Answer) -> list[dict[str, Any]]:
    return [{name: row[name] for name in _KEPT if name in row} for row in answer["WorkerBlocks"]]


def _complaint(row: Answer) -> str | None:
    try:
        msgspec.convert(row, WorkerBlockRow)
    except msgspec.ValidationError:
        return "a worker block without a WorkerId"
    return None
