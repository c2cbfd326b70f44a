"""One account's payments and blocks, reconciled with its events as the tests write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from audit.catalog.load import load_profile
from audit.evidence.actors import Actors
from audit.evidence.log_reach import log_reach
from audit.evidence.pseudonym import Workers
from audit.evidence.reconciliation import Reconciled, Reconciliation, reconcile
from audit.model.activity import BonusPayment, Hit, WorkerBlock
from audit.model.entitlement import Verdict
from audit.model.event import EventCoverage, TrailEvent
from audit.model.principal import Principal
from audit.model.snapshot import Gap, Window
from tests.unit.evidence.evidence import ACCOUNT, QUARTER, account, coverage, role

MINUTES = timedelta(minutes=5)
WORKERS = Workers(b"", plain=True)


def reconciled(
    payments: Iterable[BonusPayment] | None = (),
    events: Iterable[TrailEvent] = (),
    *,
    blocks: Iterable[WorkerBlock] | None = (),
    hits: Iterable[Hit] | None = (),
    gaps: tuple[Gap, ...] = (),
    covered: EventCoverage | None = None,
    window: Window | None = QUARTER,
    principals: tuple[Principal, ...] | None = None,
    environment: str = "production",
    workers: Workers = WORKERS,
) -> Reconciled:
    covered = covered or coverage()
    return reconcile(
        Reconciliation(
            evidence=account(
                None if payments is None else tuple(payments),
                hits=None if hits is None else tuple(hits),
                blocks=None if blocks is None else tuple(blocks),
                events=tuple(events),
                covered=covered,
            ),
            reach=log_reach(covered, tuple(events), load_profile()),
            gaps=gaps,
            window=window,
            tolerance=MINUTES,
            environment=environment,
            actors=Actors(ACCOUNT, (role(),) if principals is None else principals),
            workers=workers,
            verdict=lambda _: Verdict.ALLOW,
        )
    )
