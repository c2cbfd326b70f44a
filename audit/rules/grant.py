"""Grants: Allow statements, each once, named so that next quarter's audit finds the same one again."""

from __future__ import annotations

import hashlib

import msgspec

from audit.model.arn import parse_arn
from audit.model.entitlement import PolicyRef, StatementRef
from audit.policy.document import Statement
from audit.rules.interface import HeldPolicy, RuleContext

STATEMENT_IDENTITY = ("account", "owner", "policy", "statement")
"""The identity fields of a finding about one statement."""

_HASH_DIGITS = 16


class Grant(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One statement of one policy. Statements of a policy that say the same are one."""

    policy: HeldPolicy
    owner: str
    """Of an inline policy: the unique id of its user, group or role, else the ARN; empty for a managed policy."""
    statement: str
    """The Sid, or a hash of what the statement says: its place in the document is not stable."""
    indexes: tuple[int, ...]
    """Where it stands in the document; more than one where it stands there again."""

    @property
    def id(self) -> tuple[str, str, str]:
        """Owner, policy and statement: what the grant is recognized by."""
        return self.owner, self.policy.ref.arn or self.policy.ref.name, self.statement

    @property
    def refs(self) -> tuple[StatementRef, ...]:
        """The statements as a finding names them."""
        return tuple(self.policy.statement(index) for index in self.indexes)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What stands there."""
        return tuple(self.policy.document.statements[index] for index in self.indexes)


class GrantBook:
    """Finds the grant that a statement reference means. It reads each statement once."""

    def __init__(self, context: RuleContext) -> None:
        self._context = context
        self._policies = {_policy_key(policy.ref): policy for policy in context.policies}
        self._grants: dict[tuple[tuple[str, str], int], Grant] = {}

    def grant(self, ref: StatementRef) -> Grant:
        """The grant behind `ref`, however the principal comes by the policy: directly or through a group."""
        place = (_policy_key(ref.policy), ref.index)
        if place not in self._grants:
            self._grants[place] = grant_at(self._context, self._policies[place[0]], ref.index)
        return self._grants[place]


def is_aws_managed(ref: PolicyRef) -> bool:
    """Whether AWS keeps the policy, so that nobody else can edit it."""
    arn = parse_arn(ref.arn)
    return arn is not None and arn.account_id == "aws"


def grant_at(context: RuleContext, policy: HeldPolicy, index: int) -> Grant:
    """The grant, or the Deny, that stands at `index` of a policy."""
    names = tuple(statement_name(statement) for statement in policy.document.statements)
    return Grant(
        policy=policy,
        owner=_owner(context, policy.ref),
        statement=names[index],
        indexes=tuple(place for place, name in enumerate(names) if name == names[index]),
    )


def statement_name(statement: Statement) -> str:
    """The Sid, or a hash of the statement's content that neither its place nor the order of its lists changes."""
    if statement.sid:
        return statement.sid
    content = [
        statement.effect,
        *(
            None if values is None else sorted(set(values))
            for values in (
                _lower(statement.actions),
                _lower(statement.not_actions),
                statement.resources,
                statement.not_resources,
            )
        ),
        sorted((clause.operator, clause.key, sorted(clause.values)) for clause in statement.clauses),
    ]
    return "sha256:" + hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:_HASH_DIGITS]


def _lower(actions: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Action names have no case."""
    return None if actions is None else tuple(action.lower() for action in actions)


def _policy_key(ref: PolicyRef) -> tuple[str, str]:
    return (ref.arn, "") if ref.arn else (ref.owner_arn, ref.name)


def _owner(context: RuleContext, ref: PolicyRef) -> str:
    if ref.arn:
        return ""
    owner = context.principals.get(ref.owner_arn)
    return owner.unique_id if owner and owner.unique_id else ref.owner_arn
