"""Edits of one statement. Each returns what takes its place, or None where nothing determinate does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from audit.model.privilege import ServiceProfile
from audit.policy.wildcard import is_everything, matches_action
from audit.rules.remedy import Edit, StatementJson


def without_privileges(profile: ServiceProfile, removed: Collection[str]) -> Edit:
    """An Allow statement without the privileges `removed`, and with all else that it allowed."""
    privileges = tuple(privilege.action for privilege in profile.privileges)
    whole = set(privileges) <= set(removed)
    names = [f"{profile.service}:*"] if whole else sorted(removed)

    def remainder(pattern: str) -> list[str]:
        if whole and _service(pattern).lower() == profile.service:
            return []
        covered = [action for action in privileges if matches_action(pattern, action)]
        left = [action for action in covered if action not in removed]
        return [pattern] if len(left) == len(covered) else left

    def edit(statement: StatementJson) -> list[StatementJson] | None:
        if "NotAction" in statement:
            return [_replaced(statement, "NotAction", "NotAction", _texts(statement["NotAction"]) + names)]
        patterns = _texts(statement["Action"])
        if any(_covers_services(pattern) for pattern in patterns):
            return [_replaced(statement, "Action", "NotAction", names)]
        if any("*" in _service(pattern) or "?" in _service(pattern) for pattern in patterns):
            return None
        kept = [name for pattern in patterns for name in remainder(pattern)]
        return [_replaced(statement, "Action", "Action", kept)] if kept else []

    return edit


def with_names_replaced(replacements: Mapping[str, Iterable[str]]) -> Edit:
    """A statement in which each action pattern that is a key gives way to its values, which may be none."""

    def edit(statement: StatementJson) -> list[StatementJson] | None:
        element = "NotAction" if "NotAction" in statement else "Action"
        kept = [name for pattern in _texts(statement[element]) for name in replacements.get(pattern, (pattern,))]
        if not kept:
            return [] if element == "Action" else None
        return [_replaced(statement, element, element, kept)]

    return edit


def on_every_resource(patterns: Collection[str]) -> Edit:
    """A Deny whose action patterns `patterns` reach every resource; its other patterns stay on theirs."""

    def edit(statement: StatementJson) -> list[StatementJson] | None:
        listed = _texts(statement["Action"])
        moved = [pattern for pattern in listed if pattern in patterns]
        kept = [pattern for pattern in listed if pattern not in patterns]
        element = "Resource" if "Resource" in statement else "NotResource"
        wide = _replaced(statement, element, "Resource", ["*"])
        if not kept:
            return [wide]
        narrow = _replaced(statement, "Action", "Action", kept)
        # A Sid stands once in a policy.
        moved_wide = _replaced(wide, "Action", "Action", moved)
        return [narrow, {name: value for name, value in moved_wide.items() if name != "Sid"}]

    return edit


def _replaced(statement: StatementJson, element: str, name: str, values: list[str]) -> StatementJson:
    """The statement with one element renamed and set anew, in its place, each value once; text stays text."""
    once: list[str] = list(dict.fromkeys(values))
    was_text = isinstance(statement[element], str)
    value: Any = once[0] if was_text and len(once) == 1 else once
    return {name if key == element else key: value if key == element else old for key, old in statement.items()}


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _service(pattern: str) -> str:
    return pattern.partition(":")[0]


def _covers_services(pattern: str) -> bool:
    """Whether the pattern is every action of every service, `*` or `*:*`."""
    return is_everything(pattern) or (is_everything(_service(pattern)) and is_everything(pattern.partition(":")[2]))
