"""What the action patterns of a statement name: privileges, retired names, or nothing that a catalog holds."""

from __future__ import annotations

import msgspec

from audit.model.privilege import RetiredAction, ServiceProfile
from audit.policy.document import Statement
from audit.policy.wildcard import matches_action


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """One action pattern of a statement that is written for the service, and what it matches."""

    pattern: str
    """As written."""
    privileges: tuple[str, ...]
    """Actions of the catalog, sorted."""
    retired: tuple[RetiredAction, ...]
    """By name."""

    @property
    def dead(self) -> bool:
        """Whether it matches retired names and nothing that is alive."""
        return bool(self.retired) and not self.privileges

    @property
    def unknown(self) -> bool:
        """Whether no catalog holds what it names."""
        return not self.retired and not self.privileges


def named(profile: ServiceProfile, statement: Statement) -> tuple[Named, ...]:
    """The patterns of Action or NotAction that carry a prefix of the service, each once, in their order."""
    prefixes = {profile.service, *profile.uncatalogued_prefixes}
    patterns = dict.fromkeys(statement.actions or statement.not_actions or ())
    return tuple(
        Named(
            pattern=pattern,
            privileges=tuple(
                privilege.action for privilege in profile.privileges if matches_action(pattern, privilege.action)
            ),
            retired=tuple(action for action in profile.retired if matches_action(pattern, action.action)),
        )
        for pattern in patterns
        if pattern.partition(":")[0].lower() in prefixes
    )


def successors(profile: ServiceProfile, retired: tuple[RetiredAction, ...]) -> tuple[str, ...]:
    """The actions that do today what the retired ones did, sorted."""
    names = {name for action in retired for name in (action.successor, *action.also) if name}
    return tuple(sorted(f"{profile.service}:{name}" for name in names))


def retired_words(retired: tuple[RetiredAction, ...]) -> list[str]:
    """`GrantBonus (now SendBonus)`, one a name."""
    return [_words(action) for action in retired]


def _words(action: RetiredAction) -> str:
    today = [name for name in (action.successor, *action.also) if name]
    return f"{action.name} ({'now ' + ' and '.join(today) if today else 'without successor'})"
