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


class NameBook:
    """What patterns name, by a profile: each is looked up once, whatever number of rules and statements ask."""

    def __init__(self, profile: ServiceProfile) -> None:
        self._profile = profile
        self._prefixes = {profile.service, *profile.uncatalogued_prefixes}
        self._known: dict[str, Named | None] = {}

    def of(self, statement: Statement) -> tuple[Named, ...]:
        """The patterns of Action or NotAction that carry a prefix of the service, each once, in their order."""
        patterns = dict.fromkeys(statement.actions or statement.not_actions or ())
        return tuple([named for pattern in patterns if (named := self._named(pattern)) is not None])

    def _named(self, pattern: str) -> Named | None:
        """None for a pattern that is written for another service, or for several."""
        if pattern not in self._known:
            ours = pattern.partition(":")[0].lower() in self._prefixes
            self._known[pattern] = self._looked_up(pattern) if ours else None
        return self._known[pattern]

    def _looked_up(self, pattern: str) -> Named:
        privileges = (privilege.action for privilege in self._profile.privileges)
        return Named(
            pattern=pattern,
            privileges=tuple(action for action in privileges if matches_action(pattern, action)),
            retired=tuple(action for action in self._profile.retired if matches_action(pattern, action.action)),
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
