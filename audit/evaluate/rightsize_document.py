"""The ready policy: what is kept, stated by name and under the conditions of today, in as few statements as it takes.

Conditions come from statements of several documents. In one whose Version knows no variables `${` is plain text, and
it is spelt `${$}{` where it moves into one whose Version does.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from audit.evaluate.policy_change import DocumentJson, StatementJson
from audit.policy.decision import Policy
from audit.policy.document import Clause, Statement
from audit.policy.variables import VERSION_WITH_VARIABLES

KEPT_SID = "KeptPrivileges"
REMOVED_SID = "RemovedPrivileges"

Clauses = tuple[Clause, ...]
Alternative = frozenset[tuple[str, str, frozenset[str]]]
"""What the clauses of one statement say, apart from their spelling and order; all of them must hold."""

Grants = Mapping[str, tuple[tuple[Policy, Statement], ...]]
"""By action, the Allow statements that give it."""


def alternatives(grants: Iterable[tuple[Policy, Statement]]) -> dict[Alternative, Clauses]:
    """The conditions under which statements give an action: any one is enough, and none is part of another."""
    found: dict[Alternative, Clauses] = {}
    for policy, statement in grants:
        clauses = tuple(_portable(clause, policy.document.version) for clause in statement.clauses)
        found.setdefault(_alternative(clauses), clauses)
    return {said: clauses for said, clauses in found.items() if not any(other < said for other in found)}


def kept_statements(grants: Grants) -> list[StatementJson]:
    """Allow statements that give each action under exactly the conditions under which it is given today."""
    actions: dict[Alternative, list[str]] = {}
    spelled: dict[Alternative, Clauses] = {}
    for action, statements in grants.items():
        for said, clauses in alternatives(statements).items():
            actions.setdefault(said, []).append(action)
            spelled.setdefault(said, clauses)
    conditions = {said: _condition(clauses) for said, clauses in spelled.items()}
    ordered = sorted(actions, key=lambda said: (bool(said), json.dumps(conditions[said], sort_keys=True)))
    return [
        _statement(KEPT_SID if number == 1 else f"{KEPT_SID}{number}", "Allow", sorted(actions[said]), conditions[said])
        for number, said in enumerate(ordered, start=1)
    ]


def removing_statements(actions: Iterable[str], service: str, *, everything: bool) -> list[StatementJson]:
    """A Deny of these actions; of the whole service where nothing of it stays."""
    named = sorted(actions)
    if not named:
        return []
    return [_statement(REMOVED_SID, "Deny", f"{service}:*" if everything else named, {})]


def ready_document(statements: list[StatementJson], further: list[StatementJson]) -> DocumentJson:
    """The policy of these statements; `further` ones stay as they are, and their Sids are theirs."""
    taken = {str(statement.get("Sid", "")).lower() for statement in further}
    own = [{**statement, "Sid": _free(statement["Sid"], taken)} for statement in statements]
    return {"Version": VERSION_WITH_VARIABLES, "Statement": [*own, *further]}


def _free(sid: str, taken: set[str]) -> str:
    """A Sid stands once in a policy."""
    while sid.lower() in taken:
        sid += "New"
    return sid


def _statement(sid: str, effect: str, actions: str | list[str], condition: DocumentJson) -> StatementJson:
    statement: StatementJson = {"Sid": sid, "Effect": effect, "Action": actions, "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement


def _condition(clauses: Clauses) -> DocumentJson:
    condition: dict[str, dict[str, Any]] = {}
    for clause in clauses:
        values = clause.values[0] if len(clause.values) == 1 else list(clause.values)
        condition.setdefault(clause.operator, {})[clause.key] = values
    return condition


def _portable(clause: Clause, version: str) -> Clause:
    """The clause as it reads in a document whose Version knows variables."""
    if version == VERSION_WITH_VARIABLES:
        return clause
    return Clause(clause.operator, clause.key, tuple(value.replace("${", "${$}{") for value in clause.values))


def _alternative(clauses: Clauses) -> Alternative:
    return frozenset((clause.operator.lower(), clause.key.lower(), frozenset(clause.values)) for clause in clauses)
