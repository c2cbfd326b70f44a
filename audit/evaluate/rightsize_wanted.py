"""The list of what a principal is to keep, as people write it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from audit.evaluate.names import find_action
from audit.model.error import InputError
from audit.model.privilege import ServiceProfile
from audit.policy.wildcard import matches_action

_COMMENT = "#"


def wanted_actions(texts: Iterable[str], profile: ServiceProfile) -> frozenset[str]:
    """The privileges that are meant: `SendBonus`, `mechanicalturk:SendBonus`, `Get*`.

    Raises InputError for what is no privilege of the service, or may be several.
    """
    return frozenset(action for text in texts for action in _meant(text, profile))


def _meant(text: str, profile: ServiceProfile) -> tuple[str, ...]:
    actions = tuple(privilege.action for privilege in profile.privileges)
    qualified = text if ":" in text else f"{profile.service}:{text}"
    if "*" in text or "?" in text:
        found = tuple(action for action in actions if matches_action(qualified, action))
        if not found:
            raise InputError(f"`{text}` fits no privilege of {profile.name}; `mturk-audit catalog` lists them")
        return found
    return (find_action(profile, text),)


def read_wanted(path: Path) -> list[str]:
    """The lines of a list: one action each; what follows a `#` is a remark.

    Raises InputError where the file is no text or names nothing, OSError where it cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"`{path}` is not text ({error.reason}); write one action a line") from error
    actions = [action for line in lines if (action := line.partition(_COMMENT)[0].strip())]
    if not actions:
        raise InputError(f"`{path}` names no action; where nothing is to be kept, say so with --keep-none")
    return actions
