"""The calls of one account: what its requester did, by the cast of its plan, and what is planted beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from audit.demo.identifiers import worker_id
from audit.demo.quarter import Quarter
from audit.demo.trail_call import MadeCall
from audit.demo.trail_plan import CallPlant, Cast, PaymentPlant, TrailPlan
from audit.model.activity import BonusPayment, WorkerBlock
from audit.model.snapshot import Window

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""What CloudTrail writes in place of free text."""
_DENIED = "AccessDeniedException"


def made_calls(
    plan: TrailPlan, quarter: Quarter, blocks: Sequence[WorkerBlock], *, account_id: str, seed: int, window: Window
) -> Iterator[MadeCall]:
    """Every call, in no order."""
    chance = Random(f"{seed}/{account_id}/calls")  # noqa: S311 - an example, no secret
    yield from _publishing(plan, quarter, chance)
    yield from _reviewing(plan, quarter, chance)
    yield from _paying(plan, quarter, chance, window)
    yield from _blocking(plan, blocks, chance)
    yield from _deleting(plan, quarter, chance)
    yield from _reading(plan, window, chance)
    for number, plant in enumerate(plan.call_plants):
        yield from _planted(plant, number, account_id, quarter)


def planted_payments(plan: TrailPlan, quarter: Quarter, window: Window) -> dict[BonusPayment, PaymentPlant]:
    """The payments that something is odd about."""
    batches = {hit.hit_id: hit.annotation.rpartition("/")[0] for hit in quarter.hits}
    of_batch: defaultdict[str, list[BonusPayment]] = defaultdict(list)
    for payment in quarter.payments:
        if window.holds(payment.granted_at):
            of_batch[batches[payment.hit_id]].append(payment)
    return {
        of_batch[plant.batch][nth]: plant
        for plant in plan.payment_plants
        for nth in plant.nth
        if nth < len(of_batch[plant.batch])  # another seed may have fewer
    }


def _choose(cast: Sequence[Cast], chance: Random) -> Cast:
    return chance.choices(cast, [each.weight for each in cast])[0]


def _publishing(plan: TrailPlan, quarter: Quarter, chance: Random) -> Iterator[MadeCall]:
    for hit in quarter.hits if plan.publishers else ():
        yield MadeCall(
            key=f"publish/{hit.hit_id}",
            at=hit.created_at,
            action="CreateHITWithHITType",
            by=_choose(plan.publishers, chance),
            parameters={
                "hITTypeId": hit.hit_type_id,
                "maxAssignments": hit.max_assignments,
                "lifetimeInSeconds": int((hit.expires_at - hit.created_at).total_seconds()),
                "question": HIDDEN,
            },
            response={"hIT": {"hITId": hit.hit_id, "hITTypeId": hit.hit_type_id, "hITStatus": "Assignable"}},
        )


def _reviewing(plan: TrailPlan, quarter: Quarter, chance: Random) -> Iterator[MadeCall]:
    for assignment in quarter.assignments if plan.reviewers else ():
        if chance.random() < plan.reviewed:
            yield MadeCall(
                key=f"review/{assignment.assignment_id}",
                at=assignment.submitted_at + timedelta(seconds=chance.randrange(1800, 36 * 3600)),
                action="ApproveAssignment",
                by=_choose(plan.reviewers, chance),
                parameters={"assignmentId": assignment.assignment_id, "requesterFeedback": HIDDEN},
            )


def _paying(plan: TrailPlan, quarter: Quarter, chance: Random, window: Window) -> Iterator[MadeCall]:
    planted = planted_payments(plan, quarter, window)
    for payment in quarter.payments if plan.payers else ():
        by = _choose(plan.payers, chance)
        plant = planted.get(payment)
        if plant is None:
            yield _bonus(payment, by)
        elif plant.kind == "amount":
            yield _bonus(payment, by, amount=f"{plant.amount:.2f}")
        elif plant.kind == "actor" and plant.by is not None:
            yield _bonus(payment, plant.by)
        elif plant.kind == "repeated":
            yield _bonus(payment, by)
            yield _bonus(payment, by, later=41)


def _bonus(payment: BonusPayment, by: Cast, *, amount: str | None = None, later: int = 0) -> MadeCall:
    """`later`: seconds after which the call was made once more, with its token."""
    token = f"fernhill-{payment.assignment_id[1:9].lower()}-{payment.granted_at:%Y%m%d}"
    return MadeCall(
        key=f"pay/{payment.assignment_id}/{payment.granted_at:%Y%m%dT%H%M%S}/{later}",
        at=payment.granted_at + timedelta(seconds=later),
        action="SendBonus",
        by=by,
        parameters={
            "workerId": payment.worker_id,
            "bonusAmount": amount or f"{payment.amount:.2f}",
            "assignmentId": payment.assignment_id,
            "reason": HIDDEN,
            "uniqueRequestToken": token,
        },
    )


def _blocking(plan: TrailPlan, blocks: Sequence[WorkerBlock], chance: Random) -> Iterator[MadeCall]:
    for call in plan.block_calls:
        block = blocks[call.index]
        by = _choose(plan.blockers, chance)
        yield _block(block.worker_id, call.at, by, "CreateWorkerBlock")
        if call.lifted_at is not None:
            yield _block(block.worker_id, call.lifted_at, by, "DeleteWorkerBlock")


def _block(worker: str, at: datetime, by: Cast, action: str) -> MadeCall:
    parameters = {"workerId": worker, "reason": HIDDEN}
    return MadeCall(key=f"block/{worker}/{action}", at=at, action=action, by=by, parameters=parameters)


def _deleting(plan: TrailPlan, quarter: Quarter, chance: Random) -> Iterator[MadeCall]:
    for hit_id, at in quarter.deleted_at.items() if plan.deleters else ():
        by = _choose(plan.deleters, chance)
        yield MadeCall(key=f"delete/{hit_id}", at=at, action="DeleteHIT", by=by, parameters={"hITId": hit_id})


def _reading(plan: TrailPlan, window: Window, chance: Random) -> Iterator[MadeCall]:
    day = window.since
    while day < window.until and plan.readers:
        at = day + timedelta(hours=1, seconds=chance.randrange(600))
        yield MadeCall(
            key=f"read/{day:%Y%m%d}",
            at=at,
            action="ListHITs",
            by=_choose(plan.readers, chance),
            parameters={"maxResults": 100},
        )
        day += timedelta(days=1)


def _planted(plant: CallPlant, number: int, account_id: str, quarter: Quarter) -> Iterator[MadeCall]:
    worker = worker_id(account_id, "planted", number)
    parameters: dict[str, Any] = {"workerId": worker, "reason": HIDDEN}
    error: dict[str, str] = {}
    if plant.kind in ("not listed", "lifted"):
        yield MadeCall(
            key=f"plant/{number}", at=plant.at, action="CreateWorkerBlock", by=plant.by, parameters=parameters
        )
        if plant.until is not None:
            yield MadeCall(
                key=f"plant/{number}/end",
                at=plant.until,
                action="DeleteWorkerBlock",
                by=plant.by,
                parameters=parameters,
            )
        return
    assignment = quarter.assignments[number]
    if plant.action in ("SendBonus", "ApproveAssignment"):
        parameters = {"assignmentId": assignment.assignment_id}
    if plant.action == "SendBonus":
        parameters |= {"workerId": assignment.worker_id, "bonusAmount": f"{plant.amount:.2f}", "reason": HIDDEN}
    if plant.kind == "denied":
        message = f"User is not authorized to perform: mechanicalturk:{plant.action}"
        error = {"error_code": _DENIED, "error_message": message}
    elif plant.kind == "failed":
        message = "This Requester has insufficient funds in their account to complete this transaction."
        error = {"error_code": "RequestError", "error_message": message}
    yield MadeCall(
        key=f"plant/{number}",
        at=plant.at,
        action=plant.action,
        by=plant.by,
        parameters=parameters,
        environment="sandbox" if plant.kind == "sandbox" else "production",
        **error,  # type: ignore[arg-type] # the two members of an error are texts
    )
