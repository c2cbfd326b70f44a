"""What goes into a collection and what comes out of a collector.

A collector's module has `FILE`, the evidence it fills, `CALLS`, every API call it may make, and `collect`. It can make
no other call: `Api.ask` takes one of these declarations, and the policy that `mturk-audit permissions` prints is their
sum.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from audit import __version__
from audit.model.snapshot import Gap, GapReason, Window
from audit.snapshot.layout import EvidenceFile

if TYPE_CHECKING:
    from audit.collect.journal import Journal

Item = TypeVar("Item")
Result = TypeVar("Result")

REGION = "us-east-1"
"""The only region of Mechanical Turk."""

ENVIRONMENTS = ("production", "sandbox")

OF_CALLER, OF_ACCOUNT = "caller", "account"
"""Whose credentials read the trail: the collection's own, or each account's."""


class EventOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The road to CloudTrail's records: at most one of the three; LookupEvents where none is named."""

    off: bool = False
    """Read none: a gap says so."""
    trail: str = ""
    """Log files: a folder, or `s3://bucket/prefix` as the trail is set up with."""
    athena_table: str = ""
    """Athena: `database.table` over the trail's files."""
    athena_output: str = ""
    """`s3://…` for Athena's results; empty: as the workgroup has it."""
    athena_workgroup: str = "primary"
    athena_create_table: str = ""
    """`s3://bucket/prefix` of the log files for which the table is made first; empty: nothing is created."""
    reader: str = OF_CALLER
    """Whose credentials read a bucket or ask Athena: `OF_CALLER`, `OF_ACCOUNT`, or the id of the account that keeps the
    trail, where the role is assumed for it."""

    @property
    def in_one_place(self) -> bool:
        """Whether the records of all accounts are read from one bucket or table."""
        return bool(self.athena_table) or self.trail.startswith("s3://")


class AccountOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts of one collection; by default the one of the credentials alone."""

    ids: tuple[str, ...] = ()
    """Twelve digits each: collect these and no others."""
    organization: bool = False
    """Collect every active account of the organization."""
    role_name: str = ""
    """The role to assume in each account other than the one of the credentials."""
    external_id: str = ""
    """Sent with AssumeRole where it is set; never logged."""


class CollectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a collection depends on, besides the standard AWS settings for credentials and endpoints."""

    out: Path
    """The snapshot's folder: new, empty, or one that was begun with the same options and has not finished."""
    window: Window
    profile: str | None = None
    region: str | None = None
    """Only where the user wrote it; AWS_REGION and a profile's region do not belong here, since they are ignored."""
    endpoint_url: str | None = None
    """One endpoint for all services; None: AWS's, or what AWS_ENDPOINT_URL and its like say."""
    environment: str = "production"
    """`production` or `sandbox`: which Mechanical Turk is asked."""
    max_concurrency: int = 8
    """Calls in flight at once."""
    calls_per_second: float | None = 10.0
    """Of each API by itself; None: as fast as it answers. AWS publishes no limit for Mechanical Turk."""
    max_attempts: int = 8
    """Of one request, before its failure counts; the retries are those of botocore's `standard` mode."""
    connect_timeout: float = 5.0
    """Seconds."""
    read_timeout: float = 60.0
    """Seconds."""
    force: bool = False
    """Replace a finished snapshot, or an unfinished one that was begun with other options."""
    tool: str = f"mturk-audit {__version__}"
    events: EventOptions = EventOptions()
    """Where CloudTrail's records are read from."""
    accounts: AccountOptions = AccountOptions()
    """Which accounts are collected beside, or in place of, the one of the credentials."""
    earlier: Path | None = None
    """An earlier snapshot, of which is taken over what cannot have changed since; None: all is asked."""


Answer = dict[str, Any]
"""An answer as boto3 hands it out. No collector passes one on: what it keeps is made of it in its transform."""
Complaint = Callable[[Answer], str | None]
"""Says what is wrong with an answer, as the end of «answered with …»; None: it is as the API gives it."""


class Clock(Protocol):
    """Time, as an argument."""

    def now(self) -> datetime:
        """The moment, in UTC."""

    def monotonic(self) -> float:
        """Seconds from any fixed point; it never runs back."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""


class Progress(Protocol):
    """Whoever shows how far the collection is. Called by one thread at a time; it sees no worker id and no reason."""

    def start(self, source: str, total: int | None) -> None:
        """`source` has begun, or a better `total` is known for it; None: not known yet."""

    def advance(self, source: str, count: int = 1) -> None:
        """`count` more items of `source` are done."""

    def finish(self, source: str) -> None:
        """Nothing more comes for `source`."""

    def note(self, sentence: str) -> None:
        """Something that the user should know and that is no gap, such as a setting that is ignored."""


class SilentProgress:
    """Shows nothing."""

    def start(self, source: str, total: int | None) -> None:
        return

    def advance(self, source: str, count: int = 1) -> None:
        return

    def finish(self, source: str) -> None:
        return

    def note(self, sentence: str) -> None:
        return


class ApiCall(msgspec.Struct, frozen=True, kw_only=True):
    """One API operation that a collector uses."""

    service: str
    """boto3's name of the client: `mturk`."""
    operation: str
    """`ListHITs`."""
    permission: str
    """The IAM action that allows it: `mechanicalturk:ListHITs`."""
    reason: str
    """Why it is called."""
    how_often: str
    management_only: bool = False
    """Answered only in the management account of an organization, or to a delegated administrator."""
    per_second: float | None = None
    """The most that AWS takes of it; None: it does not say."""

    @property
    def source(self) -> str:
        """As gaps and the manifest name it: `mturk:ListHITs`."""
        return f"{self.service}:{self.operation}"

    @property
    def purpose(self) -> str:
        """Why it is called, and where that is not everywhere."""
        return f"in the management account: {self.reason}" if self.management_only else self.reason


class Api(Protocol):
    """The APIs of one account, as collectors see them."""

    def ask(self, call: ApiCall, complaint: Complaint, **parameters: object) -> Answer:
        """Make `call` and return its answer, of which `complaint` has nothing to say.

        Raises CallError where no attempt brought one, AccountError where the account can be asked nothing more,
        CollectError where nobody can.
        """

    def ask_first(self, call: ApiCall, complaint: Complaint) -> Answer:
        """Make the call that everything depends on, once: whoever asks again gets the same answer.

        Raises CollectError, or AccountError for an assumed role, where it brings none.
        """


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call has no usable answer."""

    reason: GapReason
    detail: str
    """One sentence for the report."""
    transient: bool = False
    """Another attempt may succeed."""
    unreachable: bool = False
    """Nothing answered: the connection could not be made, or it was lost."""


class CallError(Exception):
    """A call ended without a usable answer, all attempts included; it becomes a gap."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class AccountError(Exception):
    """One account can be asked nothing more. It becomes a gap of that account; the others go on."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """A second file that a collector fills on its way, such as how far the first one reaches."""

    file: EvidenceFile
    content: Iterable[bytes]
    rows: int = 1
    api_calls: int = 0


class EarlierFile(msgspec.Struct, frozen=True):
    """A file of the snapshot that this one starts from, as it was collected."""

    content: bytes
    started_at: datetime
    """When its collection began: nothing in it was asked before."""
    gaps: tuple[Gap, ...]
    """What it lacks."""


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What one collector brings home."""

    content: Iterable[bytes] | None
    """The file's bytes in pieces; None: nothing was answered, and the gaps say why."""
    rows: int = 0
    api_calls: int = 0
    """Answers that the content is made of: pages, not attempts, so that it is the same after a kill and resume."""
    gaps: tuple[Gap, ...] = ()
    """Of the collector's file, and of others that it knows nobody needs to ask for any more."""
    beside: tuple[Beside, ...] = ()
    """Written together with the file: either all of them are there or none."""


class Run(Protocol):
    """One account under collection, as a collector sees it."""

    @property
    def account_id(self) -> str:
        """Empty for the files of the organization."""

    @property
    def api(self) -> Api:
        """The APIs of the account."""

    @property
    def trail_api(self) -> Api:
        """The APIs of whoever reads the trail's bucket, or the table over it."""

    @property
    def options(self) -> CollectOptions: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def progress(self) -> Progress: ...

    def journal(self, part: str = "") -> Journal:
        """What this collector has got so far, or a `part` of it; it outlives a kill."""

    def read(self, file: EvidenceFile) -> bytes | None:
        """A file of this account that an earlier collector has finished; None where there is none.

        Waits for a collector that is still under way. Raises what that one has ended in.
        """

    def gaps(self, file: EvidenceFile) -> tuple[Gap, ...]:
        """What that collector left out."""

    def each(self, items: Iterable[Item], work: Callable[[Item], Result]) -> Generator[tuple[Item, Result]]:
        """Yield each item with what `work` makes of it, many at once, in the order of completion.

        `items` may still be coming in; `work` runs in other threads. Close it where you may stop before its end.
        """

    def earlier(self, file: EvidenceFile) -> EarlierFile | None:
        """The same file in the snapshot that this one starts from; None where there is none, or it was changed."""


class Collector(Protocol):
    """What a collector's module looks like: one file of evidence, the calls it may make, and how it is collected."""

    @property
    def FILE(self) -> EvidenceFile:  # noqa: N802 - a constant of the module
        """What it fills."""

    @property
    def CALLS(self) -> tuple[ApiCall, ...]:  # noqa: N802 - a constant of the module
        """Every call that it may make."""

    def collect(self, run: Run) -> Collected:
        """Ask, transform, and say what is missing. Raises CollectError where the whole collection must stop."""


def missing(file: EvidenceFile, account_id: str, failure: Failure, item: str = "") -> Gap:
    """The gap that `failure` leaves in `file`: in the `item`, or in all of it."""
    return Gap(account_id=account_id, source=file.source, reason=failure.reason, detail=failure.detail, item=item)
