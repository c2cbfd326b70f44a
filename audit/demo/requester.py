"""One requester's state in Mechanical Turk, in memory: what its operations read and change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import RLock

import msgspec

from audit.demo.account import Assignment, Marketplace, PublishedHit
from audit.demo.faults import turk_error
from audit.demo.identifiers import turk_id
from audit.model.activity import BonusPayment, WorkerBlock

LISTED_FOR = timedelta(days=120)
"""After its end a HIT that nobody deleted is disposed of by AWS."""
BONUS_FEE = Decimal("0.20")
"""AWS's share on top of every bonus.

https://requester.mturk.com/pricing
"""

_INVALID = "AWS.MechanicalTurk.InvalidParameterValue"


class Requester:
    """The marketplace of one account. Every method may be called from any thread.

    Methods raise ServiceError, with MTurk's own codes, where MTurk would refuse.
    """

    def __init__(self, account_id: str, marketplace: Marketplace, clock: Callable[[], datetime]) -> None:
        self._account_id = account_id
        self._clock = clock
        self._lock = RLock()
        self._available = marketplace.available
        self._on_hold = marketplace.on_hold
        self._hits = {hit.hit_id: hit for hit in marketplace.hits}
        self._assignments = {assignment.assignment_id: assignment for assignment in marketplace.assignments}
        self._completed = Counter(assignment.hit_id for assignment in marketplace.assignments)
        self._by_hit: defaultdict[str, list[BonusPayment]] = defaultdict(list)
        self._by_assignment: defaultdict[str, list[BonusPayment]] = defaultdict(list)
        for payment in marketplace.payments:
            self._record(payment)
        self._blocks = {block.worker_id: block for block in marketplace.blocks}
        self._tokens: dict[str, BonusPayment] = {}

    def balance(self) -> tuple[Decimal, Decimal]:
        """Available and on hold, US dollars."""
        with self._lock:
            return self._available, self._on_hold

    def hits(self) -> list[PublishedHit]:
        """The HITs that ListHITs shows, the newest first."""
        with self._lock:
            listed = [hit for hit in self._hits.values() if self._listed(hit)]
        return sorted(listed, key=lambda hit: (hit.created_at, hit.hit_id), reverse=True)

    def hit(self, hit_id: str) -> PublishedHit:
        with self._lock:
            hit = self._hits.get(hit_id)
        if hit is None or not self._listed(hit):
            raise turk_error("AWS.MechanicalTurk.HITDoesNotExist", f"Hit {hit_id} does not exist.")
        return hit

    def completed(self, hit_id: str) -> int:
        """How many assignments of the HIT were submitted."""
        return self._completed[hit_id]

    def bonuses_of_hit(self, hit_id: str) -> list[BonusPayment]:
        """In the order they were granted."""
        self.hit(hit_id)
        with self._lock:
            return list(self._by_hit.get(hit_id, ()))

    def bonuses_of_assignment(self, assignment_id: str) -> list[BonusPayment]:
        """In the order they were granted; its HIT need not be listed any more."""
        self._assignment(assignment_id)
        with self._lock:
            return list(self._by_assignment.get(assignment_id, ()))

    def blocks(self) -> list[WorkerBlock]:
        with self._lock:
            return sorted(self._blocks.values(), key=lambda block: block.worker_id)

    def send_bonus(self, assignment_id: str, worker_id: str, amount: Decimal, reason: str, token: str | None) -> None:
        """Pay a worker for an assignment; a token that was used before pays nothing and is refused."""
        with self._lock:
            if token is not None and token in self._tokens:
                raise turk_error(_INVALID, f"The request {token} was already processed.")
            assignment = self._assignment(assignment_id)
            if assignment.worker_id != worker_id:
                raise turk_error(_INVALID, f"Worker {worker_id} did not submit assignment {assignment_id}.")
            if amount <= 0:
                raise turk_error("AWS.ParameterOutOfRange", "BonusAmount must be more than 0.")
            cost = amount + (amount * BONUS_FEE).quantize(Decimal("0.01"))
            self._spend(cost)
            payment = BonusPayment(
                hit_id=assignment.hit_id,
                assignment_id=assignment_id,
                worker_id=worker_id,
                amount=amount,
                reason=reason,
                granted_at=self._clock(),
            )
            self._record(payment)
            if token is not None:
                self._tokens[token] = payment

    def block(self, worker_id: str, reason: str) -> None:
        """Block a worker; a second block replaces the reason."""
        with self._lock:
            self._blocks[worker_id] = WorkerBlock(worker_id=worker_id, reason=reason)

    def unblock(self, worker_id: str) -> None:
        """Lift a block; lifting none is no error, as the operation is idempotent."""
        with self._lock:
            self._blocks.pop(worker_id, None)

    def publish(self, hit: PublishedHit) -> PublishedHit:
        """Publish a HIT under new ids and put its cost on hold."""
        with self._lock:
            cost = hit.reward * hit.max_assignments
            self._spend(cost)
            self._on_hold += cost
            hit_id = self._new_id("hit")
            published = msgspec.structs.replace(
                hit, hit_id=hit_id, hit_type_id=self._new_id("type"), hit_group_id=self._new_id("group")
            )
            self._hits[hit_id] = published
            return published

    def delete(self, hit_id: str) -> None:
        """Dispose of a HIT that has ended; its bonuses can then only be asked for by assignment."""
        with self._lock:
            hit = self.hit(hit_id)
            if self._clock() < hit.expires_at:
                raise turk_error(
                    "AWS.MechanicalTurk.InvalidHITState",
                    f"Hit {hit_id} is in the state 'Assignable' and must be 'Reviewable' to be deleted.",
                )
            del self._hits[hit_id]

    def _record(self, payment: BonusPayment) -> None:
        self._by_hit[payment.hit_id].append(payment)
        self._by_assignment[payment.assignment_id].append(payment)

    def _listed(self, hit: PublishedHit) -> bool:
        return self._clock() < hit.expires_at + LISTED_FOR

    def _assignment(self, assignment_id: str) -> Assignment:
        assignment = self._assignments.get(assignment_id)
        if assignment is None:
            message = f"Assignment {assignment_id} does not exist."
            raise turk_error("AWS.MechanicalTurk.AssignmentDoesNotExist", message)
        return assignment

    def _spend(self, cost: Decimal) -> None:
        if cost > self._available:
            message = "This Requester has insufficient funds in their account to complete this transaction."
            raise turk_error("AWS.MechanicalTurk.InsufficientFunds", message)
        self._available -= cost

    def _new_id(self, kind: str) -> str:
        return turk_id(self._account_id, kind, len(self._hits))
