"""Changes of a policy's JSON: edits of single statements, and the unified difference that shows one.

No edit widens what a policy allows or narrows what it denies.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache
from typing import Any

import msgspec

from audit.evaluate.policy_text import indented
from audit.model.arn import parse_arn
from audit.model.entitlement import PolicyRef
from audit.model.privilege import ServiceProfile
from audit.policy.wildcard import is_everything, matches, matches_action

StatementJson = dict[str, Any]
"""A statement as the policy's JSON has it."""
DocumentJson = dict[str, Any]
"""A policy document, the same way; its Statement is an object or a list of objects."""
Edit = Callable[[StatementJson], list[StatementJson] | None]
"""What takes a statement's place: nothing, one or more statements; None where no edit is determinate."""


def read_document(text: str | bytes) -> DocumentJson | None:
    """The policy's JSON; None where it is none that can be edited and printed."""
    try:
        value = _decoded(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("Statement"), dict | list) else None


def _decoded(text: str | bytes) -> Any:
    with suppress(ValueError, RecursionError):
        return msgspec.json.decode(text)
    # The standard library reads more than JSON has: NaN, and halves of surrogate pairs, which no file can hold.
    value = json.loads(text)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def is_aws_managed(ref: PolicyRef) -> bool:
    """Whether AWS keeps the policy, so that nobody else can edit it."""
    arn = parse_arn(ref.arn)
    return arn is not None and arn.account_id == "aws"


def statements_of(document: DocumentJson) -> list[Any]:
    """The statements, also where a single one stands in no list."""
    listed = document["Statement"]
    return [listed] if isinstance(listed, dict) else listed


def edited(document: DocumentJson, indexes: Collection[int], edit: Edit) -> DocumentJson | None:
    """The document with the statements at `indexes` replaced; None where one of them has no determinate edit."""
    after: list[Any] = []
    for index, statement in enumerate(statements_of(document)):
        replacement = edit(dict(statement)) if index in indexes else [statement]
        if replacement is None:
            return None
        after += replacement
    keeps_form = isinstance(document["Statement"], dict) and len(after) == 1
    return {**document, "Statement": after[0] if keeps_form else after}


def difference(name: str, before: DocumentJson, after: DocumentJson) -> str:
    """The unified difference of two documents; empty where they are the same."""
    lines = list(
        difflib.unified_diff(
            _lines(before), _lines(after), fromfile=f"{name} (now)", tofile=f"{name} (proposed)", lineterm=""
        )
    )
    return "\n".join(lines) + "\n" if lines else ""


def one_line(text: str) -> str:
    """A name from outside, fit for the head of a difference."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _lines(document: DocumentJson) -> list[str]:
    # Not splitlines(): it also splits at signs that may stand inside a JSON string.
    return indented(document).split("\n")


def without_privileges(profile: ServiceProfile, removed: Collection[str]) -> Edit:
    """An Allow statement without the privileges `removed`, and with all else that it allowed."""
    privileges = tuple(privilege.action for privilege in profile.privileges)
    whole = set(privileges) <= set(removed)
    names = [f"{profile.service}:*"] if whole else sorted(removed)

    # Policies write the same patterns again and again, and the edit is for all of them.
    @cache
    def remainder(pattern: str) -> list[str]:
        if _is_of_another(pattern, profile.service):
            return [pattern]
        if whole and is_of_service(pattern, profile.service):
            return []
        covered = [action for action in privileges if matches_action(pattern, action)]
        left = [action for action in covered if action not in removed]
        return [pattern] if len(left) == len(covered) else left

    def edit(statement: StatementJson) -> list[StatementJson] | None:
        if "NotAction" in statement:
            return [replaced(statement, "NotAction", "NotAction", texts(statement["NotAction"]) + names)]
        patterns = texts(statement["Action"])
        if any(_covers_services(pattern) for pattern in patterns):
            return [replaced(statement, "Action", "NotAction", names)]
        if any(_may_be_of_service(pattern, profile.service) for pattern in patterns):
            return None
        kept = [name for pattern in patterns for name in remainder(pattern)]
        return [replaced(statement, "Action", "Action", kept)] if kept else []

    return edit


def replaced(statement: StatementJson, element: str, name: str, values: list[str]) -> StatementJson:
    """The statement with one element renamed and set anew, in its place, each value once; text stays text."""
    once: list[str] = list(dict.fromkeys(values))
    was_text = isinstance(statement[element], str)
    value: Any = once[0] if was_text and len(once) == 1 else once
    return {name if key == element else key: value if key == element else old for key, old in statement.items()}


def texts(value: Any) -> list[str]:
    """The texts of an element, also where a single one stands in no list."""
    return [value] if isinstance(value, str) else list(value)


def is_of_service(pattern: str, service: str) -> bool:
    """Whether an action pattern names the service literally, so that it is about nothing else."""
    return ":" in pattern and _service(pattern).lower() == service


def _is_of_another(pattern: str, service: str) -> bool:
    """Whether an action pattern names another service literally, as most do."""
    named = _service(pattern).lower()
    return named != service and "*" not in named and "?" not in named


def _may_be_of_service(pattern: str, service: str) -> bool:
    """Whether the pattern takes in actions of the service and of others."""
    named = _service(pattern).lower()
    return named != service and matches(named, service)


def _service(pattern: str) -> str:
    return pattern.partition(":")[0]


def _covers_services(pattern: str) -> bool:
    """Whether the pattern is every action of every service, `*` or `*:*`."""
    return is_everything(pattern) or (is_everything(_service(pattern)) and is_everything(pattern.partition(":")[2]))
