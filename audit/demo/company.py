"""The example company: Fernhill Perception, which labels pictures and speech for orchard robots.

Everything in it is invented: people, accounts, workers. `audit.demo.expectations` tells what an audit must find.
"""

from __future__ import annotations

from datetime import UTC, datetime

from audit.demo.account import Account, Company
from audit.demo.quarter import make_marketplace
from audit.demo.source import authorization_of, read_source
from audit.model.snapshot import Window

AS_OF = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
"""The company's own moment: the quarter 2026-Q3 is over, and the service still answers questions."""
SEED = 2026
_WINDOW = Window(since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 10, 1, tzinfo=UTC), label="2026-Q3")
_SOURCES = ("labelling.json", "payments.json")


def example_company(*, seed: int = SEED, as_of: datetime = AS_OF) -> Company:
    """Make the company: the same for the same seed and moment."""
    accounts = []
    for name in _SOURCES:
        source = read_source(name)
        accounts.append(
            Account(
                account_id=source.account_id,
                alias=source.alias,
                authorization=authorization_of(source),
                collector=source.collector,
                marketplace=make_marketplace(source.marketplace, source.account_id, seed, as_of),
            )
        )
    return Company(name="Fernhill Perception", as_of=as_of, accounts=tuple(accounts))


def example_window() -> Window:
    """The quarter under review."""
    return _WINDOW
