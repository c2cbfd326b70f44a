"""The example company: Fernhill Perception, which labels pictures and speech for orchard robots.

Everything in it is invented: people, accounts, workers. `audit.demo.expectations` tells what an audit must find.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from audit.demo.account import Account, Bucket, Company, StoredObject, TrailSource
from audit.demo.last_use import credentials_of, last_accesses, last_calls, with_last_use
from audit.demo.organization_source import COLLECTOR_ROLE, EXTERNAL_ID, example_organization
from audit.demo.quarter import marketplace_of, play
from audit.demo.source import AccountSource, authorization_of, read_source
from audit.demo.trail_call import MadeCall, record_of
from audit.demo.trail_calls import made_calls
from audit.demo.trail_files import TrailFolder, log_files
from audit.model.snapshot import Window

__all__ = ["AS_OF", "COLLECTOR_ROLE", "EXTERNAL_ID", "MANAGEMENT", "TRAIL", "example_company", "example_window"]

AS_OF = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
"""The company's own moment: the quarter 2026-Q3 is over, and the service still answers questions."""
SEED = 2026
MANAGEMENT = "777788889999"
"""Its organization's management account."""
_LOG_ARCHIVE = "666677778888"
_BUCKET, _PREFIX = "fernhill-organization-trail", "organization"
TRAIL = f"s3://{_BUCKET}/{_PREFIX}"
"""Where the organization's trail leaves its files."""
_FIRST_FILES = date(2026, 6, 25)
_WINDOW = Window(since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 10, 1, tzinfo=UTC), label="2026-Q3")
_SOURCES = ("labelling.json", "payments.json", "security.json", "management.json")


def example_company(*, seed: int = SEED, as_of: datetime = AS_OF) -> Company:
    """Make the company: the same for the same seed and moment."""
    organization = example_organization()
    accounts: list[Account] = []
    files: list[StoredObject] = []
    for name in _SOURCES:
        source = read_source(name)
        calls = [call for call in _calls(source, seed) if call.at <= as_of]
        account = _account(source, calls, seed, as_of)
        accounts.append(account)
        folder = TrailFolder(prefix=_PREFIX, organization_id=organization.id, account_id=source.account_id)
        files += log_files(folder, account.records, source.trail.files, first=_FIRST_FILES, last=as_of.date())
    bucket = Bucket(name=_BUCKET, account_id=_LOG_ARCHIVE, objects=tuple(files), readers=("*",))
    return Company(
        name="Fernhill Perception",
        as_of=as_of,
        accounts=tuple(accounts),
        organization=organization,
        buckets=(bucket,),
    )


def example_window() -> Window:
    """The quarter under review."""
    return _WINDOW


def _calls(source: AccountSource, seed: int) -> list[MadeCall]:
    """Everything that is called up to the company's own moment, whatever is looked at."""
    if source.marketplace is None:
        return []
    quarter = play(source.marketplace, source.account_id, seed, AS_OF)
    blocks = marketplace_of(source.marketplace, source.account_id, quarter).blocks
    return list(made_calls(source.trail, quarter, blocks, account_id=source.account_id, seed=seed, window=_WINDOW))


def _account(source: AccountSource, calls: list[MadeCall], seed: int, as_of: datetime) -> Account:
    last = last_calls(calls, source.account_id)
    plan = source.marketplace
    marketplace = None
    if plan is not None:
        marketplace = marketplace_of(plan, source.account_id, play(plan, source.account_id, seed, as_of))
    return Account(
        account_id=source.account_id,
        alias=source.alias,
        authorization=with_last_use(authorization_of(source), last),
        collector=source.collector,
        marketplace=marketplace,
        records=tuple(record_of(call, source.account_id) for call in calls),
        trails=(_trail(),),
        last_accesses=last_accesses(last),
        credentials=credentials_of(source, last),
    )


def _trail() -> TrailSource:
    return TrailSource(
        name="fernhill-organization",
        owner_account_id=MANAGEMENT,
        bucket=_BUCKET,
        prefix=_PREFIX,
        of_organization=True,
        started_at=datetime(2020, 1, 15, 9, tzinfo=UTC),
    )
