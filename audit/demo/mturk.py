"""The MTurk endpoint: operations of botocore's own service model on the requesters of the accounts.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_OperationsArticle.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from audit.demo.account import PublishedHit
from audit.demo.faults import Fault, not_linked_error, turk_error
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.requester import Requester
from audit.demo.shapes import check_input, service_model, to_json
from audit.demo.wire import Call, Reply, ServiceError, json_reply

REGION = "us-east-1"
"""The only region of MTurk."""
_PAGE = 10
"""Rows of a page where the caller does not say."""


class _Asked(msgspec.Struct, frozen=True):
    """One call on one requester."""

    requester: Requester
    call: Call
    fault: Fault | None

    def get(self, name: str) -> Any:
        return self.call.parameters.get(name)


class MTurk:
    """Answers calls of the service `mturk`."""

    def __init__(self, requesters: Mapping[str, Requester]) -> None:
        """`requesters` by account id; an account without one is linked to no requester."""
        self._requesters = requesters
        self._model = service_model("mturk")

    def answers(self, call: Call) -> bool:
        """All of them: what is not performed is refused here."""
        return True

    def answer(self, call: Call, fault: Fault | None = None) -> Reply:
        """Perform the call. Raises ServiceError where MTurk would refuse it."""
        if call.operation not in self._model.operation_names:
            raise ServiceError("UnknownOperationException", f"MTurk has no operation `{call.operation}`")
        operation = self._model.operation_model(call.operation)
        check_input(operation.input_shape, call.parameters)
        requester = self._requesters.get(call.account_id)
        if requester is None:
            raise not_linked_error()
        perform = _OPERATIONS.get(call.operation)
        if perform is None:
            raise ServiceError("UnknownOperationException", f"the local AWS does not perform `{call.operation}`")
        result = perform(_Asked(requester, call, fault))
        return json_reply(to_json(operation.output_shape, result) if operation.output_shape else {})


def _get_account_balance(asked: _Asked) -> dict[str, Any]:
    available, on_hold = asked.requester.balance()
    return {"AvailableBalance": _money(available), "OnHoldBalance": _money(on_hold) if on_hold else None}


def _list_hits(asked: _Asked) -> dict[str, Any]:
    return _page(asked, "HITs", asked.requester.hits(), lambda hit: _hit(asked, hit))


def _get_hit(asked: _Asked) -> dict[str, Any]:
    return {"HIT": _hit(asked, asked.requester.hit(asked.get("HITId")))}


def _list_bonus_payments(asked: _Asked) -> dict[str, Any]:
    hit_id, assignment_id = asked.get("HITId"), asked.get("AssignmentId")
    if (hit_id is None) == (assignment_id is None):
        raise turk_error("AWS.MissingParameters", "Exactly one of HITId and AssignmentId must be given.")
    if hit_id is not None:
        payments = asked.requester.bonuses_of_hit(hit_id)
    else:
        payments = asked.requester.bonuses_of_assignment(assignment_id)
    return _page(
        asked,
        "BonusPayments",
        payments,
        lambda payment: {
            "WorkerId": payment.worker_id,
            "BonusAmount": _money(payment.amount),
            "AssignmentId": payment.assignment_id,
            "Reason": payment.reason,
            "GrantTime": payment.granted_at,
        },
    )


def _list_worker_blocks(asked: _Asked) -> dict[str, Any]:
    return _page(
        asked,
        "WorkerBlocks",
        asked.requester.blocks(),
        lambda block: {"WorkerId": block.worker_id, "Reason": block.reason},
    )


def _send_bonus(asked: _Asked) -> dict[str, Any]:
    asked.requester.send_bonus(
        assignment_id=asked.get("AssignmentId"),
        worker_id=asked.get("WorkerId"),
        amount=Decimal(asked.get("BonusAmount")),
        reason=asked.get("Reason"),
        token=asked.get("UniqueRequestToken"),
    )
    return {}


def _create_worker_block(asked: _Asked) -> dict[str, Any]:
    asked.requester.block(asked.get("WorkerId"), asked.get("Reason"))
    return {}


def _delete_worker_block(asked: _Asked) -> dict[str, Any]:
    asked.requester.unblock(asked.get("WorkerId"))
    return {}


def _create_hit(asked: _Asked) -> dict[str, Any]:
    now = asked.call.received_at
    hit = PublishedHit(
        hit_id="",
        hit_type_id="",
        hit_group_id="",
        title=asked.get("Title"),
        description=asked.get("Description"),
        keywords=asked.get("Keywords") or "",
        reward=Decimal(asked.get("Reward")),
        created_at=now,
        expires_at=now + timedelta(seconds=asked.get("LifetimeInSeconds")),
        max_assignments=asked.get("MaxAssignments") or 1,
        assignment_duration=asked.get("AssignmentDurationInSeconds"),
        auto_approval_delay=asked.get("AutoApprovalDelayInSeconds") or 30 * 86400,
        question=asked.get("Question") or "",
        annotation=asked.get("RequesterAnnotation") or "",
    )
    return {"HIT": _hit(asked, asked.requester.publish(hit))}


def _delete_hit(asked: _Asked) -> dict[str, Any]:
    asked.requester.delete(asked.get("HITId"))
    return {}


_OPERATIONS: Mapping[str, Callable[[_Asked], dict[str, Any]]] = {
    "CreateHIT": _create_hit,
    "CreateWorkerBlock": _create_worker_block,
    "DeleteHIT": _delete_hit,
    "DeleteWorkerBlock": _delete_worker_block,
    "GetAccountBalance": _get_account_balance,
    "GetHIT": _get_hit,
    "ListBonusPayments": _list_bonus_payments,
    "ListHITs": _list_hits,
    "ListWorkerBlocks": _list_worker_blocks,
    "SendBonus": _send_bonus,
}


def _page(asked: _Asked, key: str, rows: Sequence[Any], show: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        page = cut_page(rows, asked.get("NextToken"), asked.get("MaxResults") or _PAGE, asked.call, asked.fault)
    except BadTokenError as error:
        raise turk_error("AWS.MechanicalTurk.InvalidPaginationToken", "The NextToken is not valid.") from error
    return {"NextToken": page.token, "NumResults": len(page.rows), key: [show(row) for row in page.rows]}


def _hit(asked: _Asked, hit: PublishedHit) -> dict[str, Any]:
    completed = asked.requester.completed(hit.hit_id)
    over = completed >= hit.max_assignments or asked.call.received_at >= hit.expires_at
    return {
        "HITId": hit.hit_id,
        "HITTypeId": hit.hit_type_id,
        "HITGroupId": hit.hit_group_id,
        "CreationTime": hit.created_at,
        "Title": hit.title,
        "Description": hit.description,
        "Question": hit.question,
        "Keywords": hit.keywords,
        "HITStatus": "Reviewable" if over else "Assignable",
        "MaxAssignments": hit.max_assignments,
        "Reward": _money(hit.reward),
        "AutoApprovalDelayInSeconds": hit.auto_approval_delay,
        "Expiration": hit.expires_at,
        "AssignmentDurationInSeconds": hit.assignment_duration,
        "RequesterAnnotation": hit.annotation or None,
        "QualificationRequirements": [],
        "HITReviewStatus": "NotReviewed",
        "NumberOfAssignmentsPending": 0,
        "NumberOfAssignmentsAvailable": 0 if over else hit.max_assignments - completed,
        "NumberOfAssignmentsCompleted": completed,
    }


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
