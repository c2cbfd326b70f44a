"""What a rule is, and what it may look at."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Protocol

import msgspec

from audit.evaluate.control_policies import NOT_READ
from audit.evaluate.policy_change import Edit
from audit.evidence.log_reach import LogReach
from audit.model.access_model import IntendedAccess
from audit.model.activity import ActionActivity
from audit.model.entitlement import Entitlement
from audit.model.finding import Finding, RuleInfo
from audit.model.last_access import CredentialUse, ServiceLastAccess
from audit.model.principal import Principal, PrincipalType
from audit.model.privilege import Privilege, ServiceProfile
from audit.model.reach import Reach
from audit.model.reconciliation import PrincipalPayments, ReconciliationRow
from audit.model.result import PolicyText
from audit.model.snapshot import Window
from audit.model.threshold import Thresholds
from audit.model.usage import Usage
from audit.rules.cuts import CutBook
from audit.rules.grant import GrantBook
from audit.rules.held_policy import HeldPolicy
from audit.rules.names import NameBook
from audit.rules.offers import Offers, offers_of


class RuleContext(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything a rule sees: one account, evaluated."""

    account_id: str
    profile: ServiceProfile
    privileges: Mapping[str, Privilege]
    """By action, `mechanicalturk:SendBonus`."""
    as_of: datetime
    window: Window | None
    principals: Mapping[str, Principal]
    """By ARN; in the order of the report."""
    entitlements: Mapping[str, Mapping[str, Entitlement]]
    """By principal ARN, then by action: allow, conditional and not_evaluated ones. It holds the profile's
    privileges and, besides, the watched actions of other services (`audit.catalog.watched`)."""
    policies: tuple[HeldPolicy, ...]
    activity: Mapping[str, ActionActivity]
    """By action; of this account in the window."""
    documents: tuple[PolicyText, ...]
    """What `PolicyRef.document_id` points into."""
    thresholds: Thresholds = Thresholds()
    environment: str = "production"
    log_reach: LogReach | None = None
    """None: the evidence holds no events."""
    usage: tuple[Usage, ...] = ()
    """Of the window, by principal and action."""
    reconciliation: tuple[ReconciliationRow, ...] = ()
    """Of the window; empty where payments or events are not there."""
    payers: tuple[PrincipalPayments, ...] = ()
    last_accesses: Mapping[str, ServiceLastAccess] = {}
    """What Access Advisor says of the service, by principal ARN; of those only that it was asked about."""
    credentials: Mapping[str, CredentialUse] = {}
    """By user ARN; empty where the credential report is not there."""
    reach: Reach | None = None
    """Of all accounts of the snapshot together; None: not worked out."""
    control: str = NOT_READ.sentence
    """A sentence on the service control policies that bound the account, or on why they are not known."""
    intended: IntendedAccess | None = None
    """What the access model says of this account; None: no model was given."""

    @cached_property
    def population(self) -> tuple[str, ...]:
        """ARNs of the users and roles: the denominator of every count. A group acts through its members."""
        return tuple(arn for arn, principal in self.principals.items() if principal.type is not PrincipalType.GROUP)

    @cached_property
    def groups(self) -> frozenset[str]:
        """ARNs of the groups."""
        return frozenset(arn for arn, principal in self.principals.items() if principal.type is PrincipalType.GROUP)

    @cached_property
    def acting(self) -> frozenset[str]:
        """The population as a set."""
        return frozenset(self.population)

    @cached_property
    def bounded(self) -> frozenset[str]:
        """ARNs of the users and roles that have a permissions boundary."""
        return frozenset(arn for arn, principal in self.principals.items() if principal.boundary_arn)

    @cached_property
    def actions(self) -> frozenset[str]:
        """Of all privileges of the profile."""
        return frozenset(self.privileges)

    @cached_property
    def service_closed(self) -> bool:
        """Whether the service has closed at the moment of the answer."""
        return self.profile.lifecycle.closed(self.as_of.date())

    @cached_property
    def names(self) -> NameBook:
        """What the action patterns of statements name."""
        return NameBook(self.profile)

    @cached_property
    def cuts(self) -> CutBook:
        """The cuts of reach, by whom they are for."""
        return CutBook(self.reach)

    @cached_property
    def grants(self) -> GrantBook:
        """The account's statements, each under a name that lasts."""
        return GrantBook(self.principals, self.policies)

    @cached_property
    def offers(self) -> tuple[Offers, ...]:
        """What the statements give to whom."""
        return offers_of(self.entitlements, self.principals, self.grants)

    @cached_property
    def removals(self) -> dict[frozenset[str], Edit]:
        """Edits by the privileges that they take away, each made once. `audit.rules.assemble` owns it."""
        return {}

    @cached_property
    def changes(self) -> dict[Hashable, tuple[str, str]]:
        """Changes of policies that are worked out: several rules propose the same one. `audit.rules.remedy` owns it."""
        return {}


class Rule(Protocol):
    """A rule's module: it has `INFO` and `check`."""

    INFO: RuleInfo

    def check(self, context: RuleContext) -> Iterator[Finding]:
        """Yield the findings of one account; their order does not matter."""
