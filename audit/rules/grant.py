"""Statements, each once, named so that next quarter's audit finds the same one again.

A grant is a statement that offers a privilege; a Deny that a finding is about is named in the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property

import msgspec

from audit.model.entitlement import PolicyRef, StatementRef
from audit.model.principal import Principal
from audit.policy.document import Statement
from audit.rules.held_policy import HeldPolicy

STATEMENT_IDENTITY = ("account", "owner", "policy", "statement")
"""The identity fields of a finding about one statement."""

GrantId = tuple[str, str, str]
"""Owner, policy and statement. The owner of an inline policy is the unique id of its user, group or role, else the ARN;
a managed policy has none. The policy is an ARN or an inline policy's name. The statement is its Sid, or a hash of what
it says: its place in the document is not stable.
"""
_HASH_DIGITS = 16


class Grant(msgspec.Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """One statement of one policy. Statements of a policy that say the same are one."""

    id: GrantId
    policy: HeldPolicy
    indexes: tuple[int, ...]
    """Where it stands in the document; more than one where it stands there again."""

    @cached_property
    def refs(self) -> tuple[StatementRef, ...]:
        """The statements as a finding names them."""
        return tuple(self.policy.statement(index) for index in self.indexes)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What stands there."""
        return tuple(self.policy.document.statements[index] for index in self.indexes)


class GrantBook:
    """The grants of one account. It names each statement once, whatever number of rules and principals ask."""

    def __init__(self, principals: Mapping[str, Principal], policies: tuple[HeldPolicy, ...]) -> None:
        self._principals = principals
        self._policies = {_policy_key(policy.ref): policy for policy in policies}
        self._statements: dict[tuple[str, str], tuple[Grant, ...]] = {}

    def grant(self, ref: StatementRef) -> Grant:
        """The grant behind `ref`, however the principal comes by the policy: directly or through a group."""
        key = _policy_key(ref.policy)
        return (self._statements.get(key) or self._read(key))[ref.index]

    def at(self, policy: HeldPolicy, index: int) -> Grant:
        """The grant, or the Deny, that stands at `index` of a policy of the account."""
        key = _policy_key(policy.ref)
        return (self._statements.get(key) or self._read(key))[index]

    def _read(self, key: tuple[str, str]) -> tuple[Grant, ...]:
        """The grants of one policy, in the order of its statements."""
        policy = self._policies[key]
        owner = self._owner(policy.ref)
        name = policy.ref.arn or policy.ref.name
        places: dict[str, list[int]] = {}
        for index, statement in enumerate(policy.document.statements):
            places.setdefault(statement_name(statement), []).append(index)
        grants = {
            index: grant
            for statement, indexes in places.items()
            for grant in [Grant(id=(owner, name, statement), policy=policy, indexes=tuple(indexes))]
            for index in indexes
        }
        self._statements[key] = tuple(grants[index] for index in range(len(grants)))
        return self._statements[key]

    def _owner(self, ref: PolicyRef) -> str:
        if ref.arn:
            return ""
        owner = self._principals.get(ref.owner_arn)
        return owner.unique_id if owner and owner.unique_id else ref.owner_arn


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
