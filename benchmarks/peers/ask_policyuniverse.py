"""policyuniverse: it expands the wildcards of one policy; Deny and boundary are put together here.

It sees neither conditions nor resources.
"""

from __future__ import annotations

from typing import Any

from policyuniverse.expander_minimizer import get_actions_from_statement  # type: ignore[import-not-found]  # not installed here

from benchmarks.peers.account_file import Document, Principal, answer, principals, question, read_account

Actions = frozenset[str]


class Expanded:
    """The documents, each expanded once: by name where it is a managed policy, else anew."""

    def __init__(self) -> None:
        self._managed: dict[str, tuple[Actions, Actions]] = {}

    def of(self, name: str, document: Document) -> tuple[Actions, Actions]:
        """What a document allows, and what it denies."""
        if not name.startswith("arn:"):
            return _expand(document)
        if name not in self._managed:
            self._managed[name] = _expand(document)
        return self._managed[name]


def _expand(document: Document) -> tuple[Actions, Actions]:
    statements: Any = document["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    found: dict[str, set[str]] = {"Allow": set(), "Deny": set()}
    for statement in statements:
        found[statement["Effect"]] |= get_actions_from_statement(statement)
    return frozenset(found["Allow"]), frozenset(found["Deny"])


def _allowed(principal: Principal, expanded: Expanded) -> set[str]:
    allowed: set[str] = set()
    denied: set[str] = set()
    for name, document in principal.identity:
        allow, deny = expanded.of(name, document)
        allowed |= allow
        denied |= deny
    if principal.boundary:
        allow, deny = expanded.of(*principal.boundary)
        allowed &= allow
        denied |= deny
    return allowed - denied


def main() -> None:
    file, actions = question()
    expanded = Expanded()
    for principal in principals(read_account(file)):
        allowed = _allowed(principal, expanded)
        for action in actions:
            if action.lower() in allowed:
                answer(principal.arn, action)


main()
