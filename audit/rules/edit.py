"""Edits of one statement. Each returns what takes its place, or None where nothing determinate does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from audit.evaluate.policy_change import Edit, StatementJson, replaced, texts


def with_names_replaced(replacements: Mapping[str, Iterable[str]]) -> Edit:
    """A statement in which each action pattern that is a key gives way to its values, which may be none."""

    def edit(statement: StatementJson) -> list[StatementJson] | None:
        element = "NotAction" if "NotAction" in statement else "Action"
        kept = [name for pattern in texts(statement[element]) for name in replacements.get(pattern, (pattern,))]
        if not kept:
            return [] if element == "Action" else None
        return [replaced(statement, element, element, kept)]

    return edit


def on_every_resource(patterns: Collection[str]) -> Edit:
    """A Deny whose action patterns `patterns` reach every resource; its other patterns stay on theirs."""

    def edit(statement: StatementJson) -> list[StatementJson] | None:
        listed = texts(statement["Action"])
        moved = [pattern for pattern in listed if pattern in patterns]
        kept = [pattern for pattern in listed if pattern not in patterns]
        element = "Resource" if "Resource" in statement else "NotResource"
        wide = replaced(statement, element, "Resource", ["*"])
        if not kept:
            return [wide]
        narrow = replaced(statement, "Action", "Action", kept)
        # A Sid stands once in a policy.
        moved_wide = replaced(wide, "Action", "Action", moved)
        return [narrow, {name: value for name, value in moved_wide.items() if name != "Sid"}]

    return edit
