"""The decision on one request, as AWS makes it, with the statements that decide: the readable specification.

Each policy type is analysed by itself, then a small combiner puts the answers together. `open_decision.py` asks the
same of requests whose context is not known, and `audit.evaluate` answers for all principals at once; tests hold both
to this module.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from audit.model.arn import parse_arn
from audit.model.entitlement import PolicyRef, PolicyType, StatementRef, Verdict
from audit.policy.condition import Context, clause_holds, clause_problem
from audit.policy.document import Document, Effect, Statement
from audit.policy.matching import action_matches, names_principal, resource_matches

SERVICE_LINKED_PATH = "role/aws-service-role/"
RCP_SERVICES = frozenset(
    {"aoss", "cognito-identity", "cognito-idp", "ecr", "kms", "logs", "s3", "secretsmanager", "sqs", "sts"}
)
"""Prefixes of the services whose resources RCPs bound; AWS adds to them, and one that is not here is not bounded.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
"""
_ROLE_TRUST_ACTIONS = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One attached policy: where it sits and what it says."""

    ref: PolicyRef
    document: Document


class PolicySet(msgspec.Struct, frozen=True, kw_only=True):
    """Every policy that bears on a request, by type."""

    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] | None = None
    """None: no permissions boundary. An empty tuple permits nothing."""
    sessions: tuple[Policy, ...] = ()
    resource: Policy | None = None
    scps: tuple[tuple[Policy, ...], ...] | None = None
    """Levels from the root to the account; None: outside an organization, exempt, or not known."""
    rcps: tuple[tuple[Policy, ...], ...] | None = None
    """The same; RCPFullAWSAccess is implicit at each level."""

    def bearing(self, principal_arn: str, action: str) -> PolicySet:
        """Leave out the SCPs and RCPs that have no say: of a service-linked role, and of services without RCPs.

        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        """
        exempt = is_service_linked(principal_arn)
        scps = None if exempt else self.scps
        rcps = None if exempt or not bounded_by_rcps(action) else self.rcps
        if scps is self.scps and rcps is self.rcps:
            return self
        return msgspec.structs.replace(self, scps=scps, rcps=rcps)

    def all(self) -> Iterator[Policy]:
        """Every policy of every type."""
        yield from self.identity
        yield from self.boundaries or ()
        yield from self.sessions
        if self.resource is not None:
            yield self.resource
        for levels in (self.scps, self.rcps):
            for level in levels or ():
                yield from level


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request, its context wholly known: a key that is missing is absent."""

    principal_arn: str
    action: str
    resource: str = "*"
    """`*` for an action that has no resource types."""
    resource_account: str = ""
    """Empty: the principal's own account."""
    context: Context


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """What the policies of one type say of one request."""

    allows: tuple[StatementRef, ...] = ()
    denies: tuple[StatementRef, ...] = ()
    undecided_allows: tuple[StatementRef, ...] = ()
    """Statements that cannot be evaluated and may allow."""
    undecided_denies: tuple[StatementRef, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one request."""

    verdict: Verdict
    allows: tuple[StatementRef, ...] = ()
    """The statements that grant it, of every type that must."""
    denies: tuple[StatementRef, ...] = ()
    blocked_by: tuple[PolicyType, ...] = ()
    """Types of policy that refuse it, by a Deny or by not allowing it; MANAGED stands for identity-based ones."""
    undecided: tuple[StatementRef, ...] = ()
    """Statements that cannot be evaluated and could change the answer."""


def decide(request: Request, policies: PolicySet) -> Decision:
    """Decide one request.

    What cannot be evaluated is not an allow: an Allow that cannot be evaluated grants nothing, and a request that
    a Deny of that kind may refuse is `conditional`.
    """
    policies = policies.bearing(request.principal_arn, request.action)
    identity = analyse(request, policies.identity)
    limits = _limits(request, policies)
    resource = Analysis() if policies.resource is None else analyse(request, (policies.resource,))
    analyses = (identity, resource, *(analysis for _, analysis in limits))
    denies = tuple(statement for analysis in analyses for statement in analysis.denies)
    doubts = tuple(statement for analysis in analyses for statement in analysis.undecided_denies)
    hopes = tuple(statement for analysis in analyses for statement in analysis.undecided_allows)
    blocked = _blocking(request, policies, identity, resource, limits)
    if denies:
        types = tuple(dict.fromkeys(_blocking_type(statement.policy.type) for statement in denies))
        return Decision(verdict=Verdict.EXPLICIT_DENY, denies=denies, blocked_by=types, undecided=doubts)
    if blocked:
        hopeful = _blocking(
            request,
            policies,
            _hopeful(identity),
            _hopeful(resource),
            tuple((kind, _hopeful(analysis)) for kind, analysis in limits),
        )
        return Decision(verdict=Verdict.IMPLICIT_DENY, blocked_by=blocked, undecided=() if hopeful else hopes)
    allows = tuple(statement for analysis in analyses for statement in analysis.allows)
    verdict = Verdict.CONDITIONAL if doubts else Verdict.ALLOW
    return Decision(verdict=verdict, allows=allows, undecided=doubts)


def analyse(request: Request, policies: Iterable[Policy]) -> Analysis:
    """What these policies, taken together, say of the request."""
    found: dict[tuple[Effect, bool], list[StatementRef]] = {
        (effect, decided): [] for effect in Effect for decided in (True, False)
    }
    for policy in policies:
        for statement, decided in matching_statements(request, policy):
            reference = StatementRef(policy=policy.ref, index=statement.index, sid=statement.sid)
            found[statement.effect, decided].append(reference)
        if policy.document.unreadable:
            reference = StatementRef(policy=policy.ref, index=-1)
            found[Effect.ALLOW, False].append(reference)
            found[Effect.DENY, False].append(reference)
    return Analysis(
        allows=tuple(found[Effect.ALLOW, True]),
        denies=tuple(found[Effect.DENY, True]),
        undecided_allows=tuple(found[Effect.ALLOW, False]),
        undecided_denies=tuple(found[Effect.DENY, False]),
    )


def matching_statements(request: Request, policy: Policy) -> Iterator[tuple[Statement, bool]]:
    """The statements that apply to the request; with False where one cannot be evaluated and may apply."""
    for statement in policy.document.statements:
        if statement.broken:
            yield statement, False
            continue
        if not _addresses(statement, request, policy):
            continue
        problems = any(clause_problem(clause) for clause in statement.clauses)
        sound = [clause for clause in statement.clauses if not clause_problem(clause)]
        if all(clause_holds(clause, policy.document.version, request.context) for clause in sound):
            yield statement, not problems


def _addresses(statement: Statement, request: Request, policy: Policy) -> bool:
    """Whether the statement is about this action on this resource, conditions aside."""
    if not action_matches(statement, request.action):
        return False
    if not resource_matches(statement, request.resource, policy.document.version, request.context):
        return False
    return policy.ref.type is not PolicyType.RESOURCE or names_principal(statement, request.principal_arn) is not None


def _limits(request: Request, policies: PolicySet) -> tuple[tuple[PolicyType, Analysis], ...]:
    """The types that grant nothing and must allow all the same, each with its analysis; SCPs level by level."""
    limits: list[tuple[PolicyType, Analysis]] = []
    if policies.boundaries is not None:
        limits.append((PolicyType.BOUNDARY, analyse(request, policies.boundaries)))
    limits.extend((PolicyType.SESSION, analyse(request, (session,))) for session in policies.sessions)
    limits.extend((PolicyType.SCP, analyse(request, level)) for level in policies.scps or ())
    limits.extend((PolicyType.RCP, analyse(request, level)) for level in policies.rcps or ())
    return tuple(limits)


def _hopeful(analysis: Analysis) -> Analysis:
    """The analysis if every Allow that cannot be evaluated did allow."""
    return msgspec.structs.replace(analysis, allows=analysis.allows + analysis.undecided_allows)


def is_service_linked(principal_arn: str) -> bool:
    """Whether it is a service-linked role, which SCPs and RCPs do not bound."""
    if SERVICE_LINKED_PATH not in principal_arn:
        return False
    arn = parse_arn(principal_arn)
    return arn is not None and arn.resource.startswith(SERVICE_LINKED_PATH)


def bounded_by_rcps(action: str) -> bool:
    """Whether RCPs bear on the action's service."""
    return action.partition(":")[0].lower() in RCP_SERVICES


def _blocking(
    request: Request,
    policies: PolicySet,
    identity: Analysis,
    resource: Analysis,
    limits: tuple[tuple[PolicyType, Analysis], ...],
) -> tuple[PolicyType, ...]:
    """The types that do not allow the request and would have to; empty where it is allowed, denies aside."""
    bypassed = _named_directly(request, policies, resource)
    blocked: list[PolicyType] = []
    for kind, analysis in limits:
        if analysis.allows or kind in bypassed or (kind is PolicyType.RCP):
            # RCPFullAWSAccess stands at every level, so an RCP refuses by Deny alone.
            continue
        blocked.append(kind)
    blocked.extend(_grant_missing(request, policies, identity, resource))
    return tuple(dict.fromkeys(blocked))


def _named_directly(request: Request, policies: PolicySet, resource: Analysis) -> frozenset[PolicyType]:
    """The implicit denies that a resource-based policy of the same account goes past.

    One that names a user or a session does, one that names a role does not.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-request-context.html
    """
    if policies.resource is None or _crosses_accounts(request):
        return frozenset()
    for reference in resource.allows:
        named = _named(policies.resource, reference, request)
        if named is not None and _is_user_or_session(named):
            return frozenset({PolicyType.BOUNDARY, PolicyType.SESSION})
    return frozenset()


def _named(policy: Policy, reference: StatementRef, request: Request) -> str | None:
    """The entry by which a statement of a resource-based policy names the principal; a broken one names nobody."""
    if reference.index < 0:
        return None
    return names_principal(policy.document.statements[reference.index], request.principal_arn)


def _is_user_or_session(named: str) -> bool:
    arn = parse_arn(named)
    return arn is not None and arn.resource.startswith(("user/", "assumed-role/", "federated-user/"))


def _grant_missing(
    request: Request, policies: PolicySet, identity: Analysis, resource: Analysis
) -> tuple[PolicyType, ...]:
    """Which grant is missing: the identity's, the resource's, or none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """
    if _crosses_accounts(request):
        return tuple(
            kind
            for kind, analysis in ((PolicyType.MANAGED, identity), (PolicyType.RESOURCE, resource))
            if not analysis.allows
        )
    if policies.resource is not None and request.action.lower().startswith(_ROLE_TRUST_ACTIONS):
        # A role's trust policy must allow; naming the account leaves the rest to the principal's own policies.
        if not resource.allows:
            return (PolicyType.RESOURCE,)
        delegated = all(_delegates(request, policies.resource, reference) for reference in resource.allows)
        return (PolicyType.MANAGED,) if delegated and not identity.allows else ()
    return () if identity.allows or resource.allows else (PolicyType.MANAGED,)


def _delegates(request: Request, policy: Policy, reference: StatementRef) -> bool:
    """Whether the statement names the principal's account, not the principal."""
    named = _named(policy, reference, request)
    arn = parse_arn(named or "")
    return named is not None and ((arn is None and named.isdigit()) or (arn is not None and arn.resource == "root"))


def _crosses_accounts(request: Request) -> bool:
    arn = parse_arn(request.principal_arn)
    return bool(request.resource_account) and arn is not None and arn.account_id != request.resource_account


def _blocking_type(kind: PolicyType) -> PolicyType:
    identity = (PolicyType.INLINE, PolicyType.GROUP_MANAGED, PolicyType.GROUP_INLINE)
    return PolicyType.MANAGED if kind in identity else kind
