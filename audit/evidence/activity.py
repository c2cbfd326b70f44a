"""How far each privilege was exercised in an account in the window: the join of the catalog with the activity.

Mechanical Turk's own API tells what was done and not by whom, so these rows are of the account, not of a principal. Of
what it does not tell, or tells none, the events do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from audit.evidence.payments import payments_in
from audit.model.activity import ActionActivity, Observation
from audit.model.privilege import ServiceProfile
from audit.model.snapshot import Gap, GapReason, Window
from audit.snapshot.content import AccountEvidence
from audit.snapshot.layout import BONUS_PAYMENTS, HITS, WORKER_BLOCKS

_EITHER_CALL = "a HIT does not tell whether CreateHIT or CreateHITWithHITType made it, and a deleted one is gone"
_VANISHED = "HITs leave ListHITs 120 days after they end, so a late bonus on an older one is not seen"


def activity_of(
    account: AccountEvidence,
    profile: ServiceProfile,
    window: Window | None,
    gaps: tuple[Gap, ...],
    calls: Mapping[str, ActionActivity],
) -> tuple[ActionActivity, ...]:
    """One row for every privilege of the profile. `calls` is what the events tell of each of them."""
    made = _hits(account, window, gaps)
    if any(calls[row.action].observation is Observation.OBSERVED for row in made):
        # Events tell the two calls apart.
        made = tuple(calls[row.action] for row in made)
    told = {row.action: row for row in (_bonuses(account, window, gaps), _blocks(account, gaps), *made)}
    return tuple(
        _surer(told.get(privilege.action, calls[privilege.action]), calls[privilege.action])
        for privilege in profile.privileges
    )


def _surer(listed: ActionActivity, called: ActionActivity) -> ActionActivity:
    """What was seen goes before what was not, the service's own list before the events, and both before silence."""
    for observation in (Observation.OBSERVED, Observation.NOT_OBSERVED):
        for row in (listed, called):
            if row.observation is observation:
                return row
    return called if listed.observation is Observation.NOT_COLLECTED and called.source else listed


def _bonuses(account: AccountEvidence, window: Window | None, gaps: tuple[Gap, ...]) -> ActionActivity:
    missing = _missing(account, gaps, (HITS.source, BONUS_PAYMENTS.source))
    payments = payments_in(account, window)
    return _row(
        account,
        "mechanicalturk:SendBonus",
        BONUS_PAYMENTS.source,
        None if account.bonus_payments is None else len(payments),
        complete=not missing,
        note=missing or _VANISHED,
        amount=sum((payment.amount for payment in payments), Decimal(0)),
        times=tuple(payment.granted_at for payment in payments),
    )


def _blocks(account: AccountEvidence, gaps: tuple[Gap, ...]) -> ActionActivity:
    missing = _missing(account, gaps, (WORKER_BLOCKS.source,))
    return _row(
        account,
        "mechanicalturk:CreateWorkerBlock",
        WORKER_BLOCKS.source,
        None if account.worker_blocks is None else len(account.worker_blocks),
        complete=not missing,
        note=missing
        or "blocks that stand at the time of collection: AWS tells neither when nor by whom, and a lifted one is gone",
    )


def _hits(account: AccountEvidence, window: Window | None, gaps: tuple[Gap, ...]) -> tuple[ActionActivity, ...]:
    """Both calls that create HITs; what they made together is shown with the first, so that it counts once."""
    missing = _missing(account, gaps, (HITS.source,))
    created = tuple(
        hit.created_at
        for hit in account.hits or ()
        if hit.created_at is not None and (window is None or window.holds(hit.created_at))
    )
    made = _row(
        account,
        "mechanicalturk:CreateHIT",
        HITS.source,
        None if account.hits is None else len(created),
        complete=not missing,
        note=missing or _EITHER_CALL,
        times=created,
    )
    action = "mechanicalturk:CreateHITWithHITType"
    if made.observation is not Observation.OBSERVED:
        return made, msgspec.structs.replace(made, action=action)
    return made, ActionActivity(
        account_id=made.account_id,
        action=action,
        observation=Observation.NOT_TRACKED,
        source=made.source,
        note=f"counted with CreateHIT: {_EITHER_CALL}",
    )


def _row(
    account: AccountEvidence,
    action: str,
    source: str,
    count: int | None,
    *,
    complete: bool,
    note: str,
    amount: Decimal | None = None,
    times: tuple[datetime, ...] = (),
) -> ActionActivity:
    if count:
        observation = Observation.OBSERVED
    else:
        # None seen says something only where everything was seen.
        observation = Observation.NOT_OBSERVED if count == 0 and complete else Observation.NOT_COLLECTED
    counted = observation in (Observation.OBSERVED, Observation.NOT_OBSERVED)
    return ActionActivity(
        account_id=account.account.account_id,
        action=action,
        observation=observation,
        count=count if counted else None,
        amount=amount if counted else None,
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        source=source,
        note=note,
    )


def _missing(account: AccountEvidence, gaps: tuple[Gap, ...], sources: tuple[str, ...]) -> str:
    """What of these sources the snapshot lacks, in one sentence; empty where it has all."""
    own = [gap for gap in gaps if gap.account_id == account.account.account_id and gap.source in sources]
    whole = [gap for gap in own if not gap.item]
    if whole:
        return whole[0].detail
    gone = sum(gap.reason is GapReason.GONE for gap in own)
    if own:
        return f"{len(own)} of the items asked about gave no answer ({gone} of them gone): the figure is a lower bound"
    evidence = {
        HITS.source: account.hits,
        BONUS_PAYMENTS.source: account.bonus_payments,
        WORKER_BLOCKS.source: account.worker_blocks,
    }
    return "it was not collected" if any(evidence[source] is None for source in sources) else ""
