"""Who can become whom: the ways from one principal, or from outside, to another that holds a privilege.

The graph is kept short: whoever is named as an account, an organization, a name pattern or an identity provider is one
node, and its members belong to it, so that its size follows the policies and not the pairs.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from audit.model.entitlement import StatementRef, Verdict


class NodeType(StrEnum):
    """What a node of the graph stands for."""

    PRINCIPAL = "principal"
    """A user or role of an account of the snapshot."""
    OUTSIDE = "principal of another account"
    """One whose account the snapshot does not hold."""
    ACCOUNT = "account"
    """Whoever that account lets act: what its root stands for in a trust policy."""
    ORGANIZATION = "organization"
    """Every account of an organization, or of one path in it."""
    PATTERN = "name pattern"
    """Every principal whose ARN fits."""
    PROVIDER = "identity provider"
    """Whoever a SAML or OpenID Connect provider vouches for."""
    SERVICE = "AWS service"
    EVERYBODY = "everybody"
    DELETED = "deleted principal"
    """A trust policy shows the unique id of one that is gone."""


class ReachNode(msgspec.Struct, frozen=True, kw_only=True):
    """One node."""

    id: str
    """The ARN, the account id, the organization's id or path, the pattern, the provider's ARN, the service's name,
    `*`, or the unique id of who is gone."""
    type: NodeType
    label: str
    account_id: str = ""
    inside: bool = False
    """Whether it belongs to an account of the snapshot."""
    known: bool = False
    """Of one from outside: whether the configuration names its account as one of ours or of a partner."""


class StepType(StrEnum):
    """How one becomes another."""

    ASSUME_ROLE = "sts:AssumeRole"
    SAML = "sts:AssumeRoleWithSAML"
    WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
    IDENTITY_CENTER = "IAM Identity Center"
    SERVICE = "run by a service"
    """The service may assume the role; who may pass the role to it acts through it."""
    ESCALATION = "escalation"
    """By giving oneself, or somebody, other permissions: `technique` names the way."""
    BELONGS = "belongs to"
    """A principal to its account, its organization or a name pattern: no call is made."""


class ReachStep(msgspec.Struct, frozen=True, kw_only=True):
    """One edge: `source` can become `target`."""

    source: str
    """Node id."""
    target: str
    """Node id."""
    type: StepType
    verdict: Verdict
    """ALLOW or CONDITIONAL; what is refused is no step."""
    technique: str = ""
    """Of an escalation: the id of its row in the table, `iam-create-policy-version`."""
    statements: tuple[StatementRef, ...] = ()
    """The trust policy's first, then those of the identity-based policies."""
    conditions: tuple[str, ...] = ()
    """In words, what is left open."""
    reason: str = ""
    """One sentence: why the step can be taken."""


class ReachPath(msgspec.Struct, frozen=True, kw_only=True):
    """The shortest way from one node to a principal that holds privileges itself."""

    start: str
    """Node id."""
    holder: str
    """ARN of the principal that holds them."""
    actions: tuple[str, ...]
    """The privileges in question that the holder has, sorted."""
    verdict: Verdict
    """CONDITIONAL where a step or the privilege itself is."""
    steps: tuple[ReachStep, ...]
    """In order, at least one. How a principal belongs to an account, organization or pattern that is trusted is told
    in its step's reason, and is no step of its own."""
    others: int = 0
    """How many more holders the start can reach for the same actions."""

    @property
    def hops(self) -> int:
        """How many times one becomes another."""
        return sum(step.type is not StepType.BELONGS for step in self.steps)


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """A way in from outside the accounts of the snapshot."""

    outside: str
    """Node id of who stands outside."""
    label: str = ""
    """The same in words."""
    outside_type: NodeType = NodeType.OUTSIDE
    known: bool = False
    """Whether it is one of ours or of a partner, by the configuration or the organization."""
    role_arn: str
    """The first role inside."""
    step: ReachStep
    weaknesses: tuple[str, ...] = ()
    """What makes it wider than it need be, one sentence each: no ExternalId, any repository of an owner, no `sub`."""
    path: ReachPath | None = None
    """To a privilege that pays; None where it leads to none."""


class ReachCut(msgspec.Struct, frozen=True, kw_only=True):
    """A smallest set of statements whose removal ends a reach."""

    starts: tuple[str, ...]
    """Node ids: users and roles inside, or one from outside."""
    holders: tuple[str, ...]
    """ARNs that they no longer reach then."""
    statements: tuple[StatementRef, ...]
    ways_left: int = 0
    """Paths that stay all the same, where the ends hold the privilege by policies that the cut leaves; 0: none."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One side of an assumption stands and the other does not."""

    principal_arn: str
    role_arn: str
    granted_by: StatementRef
    refused_by: str
    """`trust policy`, `identity-based policies`, `permissions boundary`, `service control policy`."""


class ReachedConflict(msgspec.Struct, frozen=True, kw_only=True):
    """Duties that one principal must not have together, and has once what it can become is counted too."""

    conflict_id: str
    start: str
    """ARN."""
    own: tuple[str, ...]
    """Actions of the conflict that it has itself, sorted."""
    paths: tuple[ReachPath, ...]
    """One for each duty that it does not have itself."""


class DeletedTrust(msgspec.Struct, frozen=True, kw_only=True):
    """A trust policy names a principal that is gone: AWS shows its unique id in place of the ARN."""

    unique_id: str
    role_arn: str
    statement: StatementRef


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What was worked out for all accounts of the snapshot together."""

    actions: tuple[str, ...]
    """The privileges in question: those that pay money."""
    nodes: tuple[ReachNode, ...]
    """By id: the ends and stations of what is listed here."""
    steps: tuple[ReachStep, ...]
    """By source, target and type: the steps of all paths and entrances, and others that lead towards a
    holder, as far as there are not too many of them."""
    paths: tuple[ReachPath, ...]
    """By start: of every user and role inside that is no holder itself and reaches one."""
    entrances: tuple[Entrance, ...] = ()
    cuts: tuple[ReachCut, ...] = ()
    """Of everybody who reaches a holder, from inside and from outside, but for those of the next two."""
    cuts_not_sought: tuple[str, ...] = ()
    """Node ids, sorted, of starts whose cut was not worked out, since there are too many of them or of their ways."""
    cuts_not_found: tuple[str, ...] = ()
    """Node ids, sorted, of starts that keep a way whichever statements are removed, as far as is known."""
    refusals: tuple[Refusal, ...] = ()
    deleted: tuple[DeletedTrust, ...] = ()
    administrators: tuple[ReachPath, ...] = ()
    """By start: the shortest way of every user and role to an administrator in effect, of those that are none."""
    conflicts: tuple[ReachedConflict, ...] = ()
    """By start and conflict."""
    undecided: int = 0
    """Roles whose trust policy cannot be read in part or whole: who may assume them is not fully known."""
    node_count: int = 0
    """Of the whole graph, whose stations stand for all that are alike."""
    step_count: int = 0
