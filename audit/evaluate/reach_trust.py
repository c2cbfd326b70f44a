"""Trust policies, read for the question who may assume the role: each distinct document once.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache

import msgspec

from audit.evaluate.compile import Condition
from audit.evaluate.outcomes import Outcomes
from audit.evaluate.reach_caller import Grade
from audit.model.arn import parse_arn
from audit.policy.classes import Term
from audit.policy.condition import clause_problem
from audit.policy.document import Document, Effect, Statement
from audit.policy.known import Known, canonical
from audit.policy.matching import action_matches

ASSUME_ROLE = "sts:AssumeRole"
ASSUME_ROLE_WITH_SAML = "sts:AssumeRoleWithSAML"
ASSUME_ROLE_WITH_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
ASSUMPTIONS = (ASSUME_ROLE, ASSUME_ROLE_WITH_SAML, ASSUME_ROLE_WITH_WEB_IDENTITY)

EVERYBODY = "*"
_UNIQUE_IDS = ("AIDA", "AROA", "AGPA", "ASIA", "AKIA", "ACCA")
_OF_ACCOUNTS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalisawsservice",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
    }
)
"""Keys that all users and roles of an account have the same value of."""
_OF_PRINCIPALS = frozenset({"aws:userid", "aws:username", "aws:tokenissuetime"})


class EntryType(StrEnum):
    """What an entry of a Principal element names."""

    EVERYBODY = "everybody"
    ACCOUNT = "account"
    PRINCIPAL = "principal"
    SESSION = "session"
    DELETED = "deleted"
    SERVICE = "service"
    PROVIDER = "provider"
    OTHER = "other"


class Entry(msgspec.Struct, frozen=True):
    """One entry."""

    type: EntryType
    value: str
    """The account's id, an ARN, a unique id, a service's or a provider's name."""


def entry(kind: str, value: str) -> Entry:
    """Understand one (type, value) pair of a Principal element."""
    if kind == "Service":
        return Entry(EntryType.SERVICE, value)
    if kind == "Federated":
        return Entry(EntryType.PROVIDER, value)
    if kind != "AWS":
        return Entry(EntryType.OTHER, value)
    if value == EVERYBODY:
        return Entry(EntryType.EVERYBODY, value)
    if value.isdigit():
        return Entry(EntryType.ACCOUNT, value)
    arn = parse_arn(value)
    if arn is None:
        return Entry(EntryType.DELETED if value.startswith(_UNIQUE_IDS) else EntryType.OTHER, value)
    if arn.resource == "root":
        return Entry(EntryType.ACCOUNT, arn.account_id)
    if arn.resource.startswith("assumed-role/"):
        return Entry(EntryType.SESSION, value)
    return Entry(EntryType.PRINCIPAL, value)


class TrustStatement(msgspec.Struct, frozen=True):
    """One statement about one way to assume the role."""

    statement: Statement
    entries: tuple[Entry, ...]
    """Of NotPrincipal where `excluding`."""
    excluding: bool
    condition: Condition
    doubtful: bool
    deny: bool

    @property
    def keys(self) -> frozenset[str]:
        """The condition keys that it looks at."""
        return frozenset(
            key for term in self.condition for key in (term.key, *(canonical(one) for one in term.references))
        )


class Trust(msgspec.Struct, frozen=True, dict=True, eq=False):
    """What one document says of one way to assume a role."""

    document: Document
    action: str
    statements: tuple[TrustStatement, ...]

    @cached_property
    def allows(self) -> tuple[TrustStatement, ...]:
        return tuple(one for one in self.statements if not one.deny and not one.doubtful)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The condition keys of all its statements."""
        return frozenset().union(*(one.keys for one in self.statements))

    @cached_property
    def undecided(self) -> bool:
        """Whether it holds what cannot be evaluated."""
        return self.document.unreadable or any(one.doubtful for one in self.statements)

    @cached_property
    def principals(self) -> tuple[str, ...]:
        """ARNs of the users, roles and sessions that it names one by one."""
        kinds = (EntryType.PRINCIPAL, EntryType.SESSION)
        return tuple(dict.fromkeys(one.value for each in self.allows for one in each.entries if one.type in kinds))

    @cached_property
    def names_principals(self) -> bool:
        """Whether any statement, refusals and what is in doubt included, names users, roles or sessions."""
        kinds = (EntryType.PRINCIPAL, EntryType.SESSION)
        return any(one.type in kinds for each in self.statements for one in each.entries)

    @cached_property
    def by_account(self) -> bool:
        """Whether all that it says of accounts is said of all principals of an account alike."""
        if self.document.unreadable:
            return False
        for one in self.statements:
            if one.excluding or one.doubtful or any(of_one_principal(key) for key in one.keys):
                return False
            if one.deny and any(each.type in (EntryType.PRINCIPAL, EntryType.SESSION) for each in one.entries):
                return False
        # Under conditions, several ways to be let in may hold in different requests.
        return not self.keys or self.wide + bool(self.accounts) + bool(self.principals) < 2

    @cached_property
    def wide(self) -> bool:
        """Whether it lets everybody in, or everybody but a few."""
        return any(one.excluding or _names(one, EntryType.EVERYBODY) for one in self.allows)

    @cached_property
    def tells_accounts_apart(self) -> bool:
        """Whether what it says of everybody may differ by account."""
        denied = any(one.deny and _names(one, EntryType.ACCOUNT) for one in self.statements)
        return denied or any(key.startswith("aws:principal") for key in self.keys)

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The accounts that it leaves the matter to."""
        return frozenset(
            each.value
            for one in self.allows
            for each in one.entries
            if each.type is EntryType.ACCOUNT and not one.excluding
        )

    @cached_property
    def plain(self) -> bool:
        """Whether it has no condition, no Deny and nothing in doubt."""
        return not self.document.unreadable and all(
            not one.condition and not one.deny and not one.doubtful and not one.excluding for one in self.statements
        )

    def grade(self, account_id: str, known: Known, outcomes: Outcomes, *, direct: bool) -> Grade:
        """How surely it lets the principals of an account in, when it is `by_account`.

        `direct`: by `*`, whoever they are; else by naming their account.
        """
        allows = [one for one in self.allows if _covers(one, account_id, direct=direct)]
        denies = [
            one
            for one in self.statements
            if one.deny and (_covers(one, account_id, direct=True) or _covers(one, account_id, direct=False))
        ]
        return graded(allows, denies, known, outcomes)


def graded(
    allows: Iterable[TrustStatement], denies: Iterable[TrustStatement], known: Known, outcomes: Outcomes
) -> Grade:
    """Whether any of `allows` holds and none of `denies`, over all requests."""
    allows, denies = tuple(allows), tuple(denies)
    if not allows:
        return Grade.NO
    if not denies and any(not one.condition for one in allows):
        return Grade.SURE
    if len(allows) == 1 and not denies and plainly_open(allows[0].condition, known):
        return Grade.OPEN
    conditions = tuple(dict.fromkeys(one.condition for one in (*allows, *denies) if one.condition))
    found = outcomes.of(conditions, known) if conditions else ((),)
    if found is None:
        return Grade.OPEN
    answers = []
    for outcome in found:
        truth = dict(zip(conditions, outcome, strict=True))
        refused = any(_holds(one, truth) and not one.doubtful for one in denies)
        answers.append(not refused and any(_holds(one, truth) for one in allows))
    doubt = any(one.doubtful for one in denies)
    return Grade.SURE if all(answers) and not doubt else Grade.OPEN if any(answers) else Grade.NO


def _holds(statement: TrustStatement, truth: Mapping[Condition, bool]) -> bool:
    return not statement.condition or truth[statement.condition]


_POSITIVE = frozenset({"stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase"})


def plainly_open(condition: Condition, known: Known) -> bool:
    """Whether a condition holds in some requests and not in others, as can be told at a glance.

    Every clause asks for a text of a key of its own, and nothing is known of any of them.
    """
    keys = [term.key for term in condition]
    if not keys or len(set(keys)) < len(keys):
        return False
    values = dict(known.values)
    for term in condition:
        if term.clause.operator.lower() not in _POSITIVE or term.key in values or known.is_absent(term.key):
            return False
        if term.key.startswith("aws:") or not term.clause.values:
            return False
        if any("${" in value or not value.strip("*?") for value in term.clause.values):
            return False
    return True


def _names(statement: TrustStatement, kind: EntryType) -> bool:
    return any(one.type is kind for one in statement.entries)


def _covers(statement: TrustStatement, account_id: str, *, direct: bool) -> bool:
    if direct:
        return _names(statement, EntryType.EVERYBODY)
    return any(one.type is EntryType.ACCOUNT and one.value == account_id for one in statement.entries)


def of_one_principal(key: str) -> bool:
    """Whether principals of one account may differ in a condition key."""
    return key in _OF_PRINCIPALS or (key.startswith("aws:principal") and key not in _OF_ACCOUNTS)


def read_trusts(document: Document) -> Mapping[str, Trust]:
    """What a trust policy says of each of ASSUMPTIONS; those that it can be read to say nothing of are left out."""
    said: dict[str, list[TrustStatement]] = {action: [] for action in ASSUMPTIONS} if document.unreadable else {}
    for statement in document.statements:
        read = _statement(statement, document.version)
        for action in ASSUMPTIONS if statement.broken else _assumptions(statement.actions, statement.not_actions):
            said.setdefault(action, []).append(read)
    return {action: Trust(document, action, tuple(statements)) for action, statements in said.items()}


SILENT = {action: Trust(Document(), action, ()) for action in ASSUMPTIONS}
"""What is read of a trust policy that says nothing of an action."""


@lru_cache(maxsize=1_024)
def _assumptions(actions: tuple[str, ...] | None, not_actions: tuple[str, ...] | None) -> tuple[str, ...]:
    """Those of ASSUMPTIONS that an element takes in: thousands of roles have one of a few."""
    statement = Statement(index=0, effect=Effect.ALLOW, actions=actions, not_actions=not_actions)
    return tuple(action for action in ASSUMPTIONS if action_matches(statement, action))


def _statement(statement: Statement, version: str) -> TrustStatement:
    excluding = statement.not_principals is not None
    pairs = statement.not_principals if excluding else statement.principals
    problem = statement.broken
    condition: list[Term] = []
    for clause in statement.clauses:
        if clause_problem(clause):
            problem = True
        else:
            condition.append(Term(clause, version))
    return TrustStatement(
        statement=statement,
        entries=tuple([entry(kind, value) for kind, value in pairs or ()]),
        excluding=excluding,
        condition=tuple(condition),
        doubtful=problem,
        deny=statement.effect is Effect.DENY,
    )
