"""The actors of events, found again among an account's principals."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from audit.model.arn import parse_arn
from audit.model.event import Actor, ActorType
from audit.model.principal import Principal


class Actors:
    """Finds the principal behind an actor: by its unique id where both tell it, else by its ARN.

    An id outlives a change of path or name, and a role that was deleted and made again has another one.
    """

    def __init__(self, account_id: str, principals: Iterable[Principal]) -> None:
        self._account_id = account_id
        self._principals = tuple(principals)

    # Each is made when an event first asks: most accounts have thousands of principals and no event of the service.

    @cached_property
    def _by_id(self) -> dict[str, Principal]:
        return {principal.unique_id: principal for principal in self._principals if principal.unique_id}

    @cached_property
    def _by_arn(self) -> dict[str, Principal]:
        return {principal.arn: principal for principal in self._principals}

    @cached_property
    def _by_name(self) -> dict[str, Principal]:
        return {_without_path(principal.arn): principal for principal in self._principals}

    def principal(self, actor: Actor) -> Principal | None:
        """The user or role of the account that acted; None where its IAM does not hold it any more, or never did."""
        if actor.unique_id in self._by_id:
            return self._by_id[actor.unique_id]
        # The ARN of a session has no path; names are unique in an account without it.
        found = self._by_arn.get(actor.principal_arn) or self._by_name.get(actor.principal_arn)
        return found if found is not None and not (actor.unique_id and found.unique_id) else None

    def arn(self, actor: Actor) -> str:
        """The ARN that outputs name the actor by; empty where nothing tells it."""
        principal = self.principal(actor)
        return principal.arn if principal else actor.principal_arn

    def knows(self, actor: Actor) -> bool:
        """Whether the account holds it. Its root user is in no list and always there."""
        if actor.type is ActorType.ROOT:
            return actor.account_id in ("", self._account_id)
        return self.principal(actor) is not None


def _without_path(arn: str) -> str:
    """`arn:aws:iam::111122223333:role/labelling/Payer` without `labelling/`."""
    parsed = parse_arn(arn)
    kind = parsed.resource.partition("/")[0] if parsed else ""
    return f"{arn.partition(f':{kind}/')[0]}:{kind}/{parsed.name}" if parsed else arn
