"""Privileges: catalog entries of one AWS service, with what a review needs to know of them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec


class AccessLevel(StrEnum):
    """AWS's own access levels.

    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"
    PERMISSIONS_MANAGEMENT = "Permissions management"


class Severity(StrEnum):
    """How much harm follows: the word that every output prints."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """4 critical … 1 low."""
        return _RANKS[self]


_RANKS = {Severity.CRITICAL: 4, Severity.HIGH: 3, Severity.MEDIUM: 2, Severity.LOW: 1}


class RiskClass(StrEnum):
    """What a privilege does to money, people, data and evidence; in the order that reports show them."""

    PAYS_MONEY = "pays money"
    COMMITS_MONEY = "commits money"
    HARMS_A_WORKER = "harms a worker"
    ALTERS_TRUST = "alters trust"
    DESTROYS_EVIDENCE = "destroys evidence"
    REDIRECTS_DATA = "redirects data"
    EXPOSES_WORKER_DATA = "exposes worker data"
    OPERATIONAL = "operational"
    VIEWS = "views"


class ResourceType(msgspec.Struct, frozen=True, kw_only=True):
    """A resource type that an action can be limited to; an empty `name` is the wildcard-only entry."""

    name: str
    required: bool = False
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


class Privilege(msgspec.Struct, frozen=True, kw_only=True):
    """One action of the service authorization reference, with our risk classes."""

    service: str
    """The IAM prefix, `mechanicalturk`."""
    name: str
    """The action without its prefix, `SendBonus`."""
    description: str
    access_level: AccessLevel
    resource_types: tuple[ResourceType, ...]
    risk_classes: tuple[RiskClass, ...]
    """The first one is the group it stands in."""
    severity: Severity
    why: str

    @property
    def action(self) -> str:
        """`mechanicalturk:SendBonus`."""
        return f"{self.service}:{self.name}"

    @property
    def wildcard_only(self) -> bool:
        """True where no resource type exists, so that only ``Resource: "*"`` can match."""
        return not any(resource.name for resource in self.resource_types)


class RetiredAction(msgspec.Struct, frozen=True, kw_only=True):
    """An action name that no API answers to any more; in a policy it grants and denies nothing."""

    service: str
    name: str
    successor: str | None = None
    """The name of the privilege that does today what this one did, where there is one."""
    also: tuple[str, ...] = ()
    """Further privileges among which its work is divided today: ExtendHIT became two, DisableHIT three."""

    @property
    def action(self) -> str:
        return f"{self.service}:{self.name}"


class LifecycleSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where a date of the lifecycle was read, when, and how far to trust it."""

    states: str
    source: str
    read_on: date
    established: bool
    """False: reported by others and not read at its source; every output that shows the date says so."""


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """When the service ends, as far as known."""

    closes_on: date | None = None
    bonuses_until: date | None = None
    history_until: date | None = None
    sources: tuple[LifecycleSource, ...] = ()

    def closed(self, on: date) -> bool:
        """Whether the service is closed on that day."""
        return self.closes_on is not None and on >= self.closes_on


class ServiceProfile(msgspec.Struct, frozen=True, kw_only=True):
    """All that the product knows of one service; data, not code."""

    service: str
    name: str
    client: str
    """boto3's client name, `mturk`."""
    event_source: str
    """CloudTrail's eventSource."""
    regions: tuple[str, ...]
    """The only regions that the service answers in; empty: every region."""
    version: str
    """Of the profile's own data."""
    privileges: tuple[Privilege, ...]
    """Sorted by name."""
    retired: tuple[RetiredAction, ...] = ()
    uncatalogued_prefixes: tuple[str, ...] = ()
    """IAM prefixes that policies name for this service and that no catalog holds, `crowd`."""
    lifecycle: Lifecycle = Lifecycle()
    sha256: str = ""
    """Of the data file, so that a report can say which catalog it used."""
