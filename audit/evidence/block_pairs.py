"""Worker blocks that stand, and the calls that set and lift them.

ListWorkerBlocks tells neither when a block was set nor by whom, and a block that was lifted leaves no trace there. So
each worker's calls are read in their order: the last one tells what the list should say.
https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_CreateWorkerBlockOperation.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from audit.evidence.log_reach import LogReach
from audit.model.activity import WorkerBlock
from audit.model.event import TrailEvent
from audit.model.reconciliation import Explanation, Outcome

CREATE_BLOCK, DELETE_BLOCK = "mechanicalturk:CreateWorkerBlock", "mechanicalturk:DeleteWorkerBlock"


class BlockPair(msgspec.Struct, frozen=True, kw_only=True):
    """A block that stands, a call, or both, and how they fit."""

    worker_id: str
    block: WorkerBlock | None = None
    event: TrailEvent | None = None
    outcome: Outcome
    explanation: Explanation = Explanation.NONE


def block_pairs(
    blocks: Iterable[WorkerBlock], events: Iterable[TrailEvent], reach: LogReach, *, listed_in_full: bool
) -> tuple[BlockPair, ...]:
    """Pair the blocks with performed calls, whatever their order; each block and each call is in exactly one pair."""
    standing = {block.worker_id: block for block in blocks}
    calls: dict[str, list[TrailEvent]] = defaultdict(list)
    distinct = {event.event_id: event for event in events}
    for event in sorted(distinct.values(), key=lambda event: (event.at, event.event_id)):
        calls[event.worker_ids[0] if event.worker_ids else ""].append(event)
    return tuple(
        pair
        for worker_id in sorted({*standing, *calls})
        for pair in _of_worker(worker_id, standing.get(worker_id), calls[worker_id], reach, in_full=listed_in_full)
    )


def _of_worker(
    worker_id: str, block: WorkerBlock | None, calls: list[TrailEvent], reach: LogReach, *, in_full: bool
) -> Iterator[BlockPair]:
    """`calls` are in their order; a call whose worker is not told stands for itself."""
    for event, later in pairwise(calls):
        yield _lone(worker_id, event, _superseded(event, later))
    last = calls[-1] if calls else None
    if last is None:
        if block is not None:
            yield _unexplained(block, Explanation.UNDATED)
    elif last.action == DELETE_BLOCK:
        yield from _after_lifting(worker_id, block, last, reach)
    elif block is not None:
        yield BlockPair(worker_id=worker_id, block=block, event=last, outcome=Outcome.MATCHED)
    else:
        yield _lone(worker_id, last, _unlisted(last, in_full=in_full))


def _after_lifting(worker_id: str, block: WorkerBlock | None, last: TrailEvent, reach: LogReach) -> Iterator[BlockPair]:
    if block is None:
        yield _lone(worker_id, last, Explanation.LIFTS)
    elif _gap_after(last, reach):
        yield _lone(worker_id, last, Explanation.LIFTS)
        yield _unexplained(block, Explanation.LOG_GAP)
    else:
        yield BlockPair(
            worker_id=worker_id,
            block=block,
            event=last,
            outcome=Outcome.CONTRADICTORY,
            explanation=Explanation.STILL_BLOCKED,
        )


def _superseded(event: TrailEvent, later: TrailEvent) -> Explanation:
    """Of a call that another one of the same worker follows."""
    if event.action == DELETE_BLOCK:
        return Explanation.LIFTS
    if not event.worker_ids:
        return Explanation.NOT_LISTED
    return Explanation.REPEATED if later.action == CREATE_BLOCK else Explanation.LIFTED


def _unlisted(event: TrailEvent, *, in_full: bool) -> Explanation:
    """Of a block that no call lifted and that is not in the list."""
    told = bool(event.worker_ids)
    return Explanation.PAYMENTS_MISSING if told and not in_full else Explanation.NOT_LISTED


def _unexplained(block: WorkerBlock, explanation: Explanation) -> BlockPair:
    return BlockPair(worker_id=block.worker_id, block=block, outcome=Outcome.NO_EVENT, explanation=explanation)


def _gap_after(event: TrailEvent, reach: LogReach) -> bool:
    """Whether days without logs lie between a call and the end of the logs."""
    return bool(reach.undated or (event.at < reach.until and reach.missing_days(event.at, reach.until)))


def _lone(worker_id: str, event: TrailEvent, explanation: Explanation) -> BlockPair:
    return BlockPair(worker_id=worker_id, event=event, outcome=Outcome.NO_PAYMENT, explanation=explanation)
