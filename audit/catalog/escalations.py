"""Known ways to gain permissions that one was not given, as data: what each needs, and what it leads to.

The table restates, in our words, what public catalogs list; each row names the page of one that lists it. The
references were held in November 2026 against the sources of those pages, as public archives have them: the list that
the authors of Rhino Security Labs' two articles keep, the entries of pathfinding.cloud by id, and the Markdown of
Hacking the Cloud and HackTricks Cloud. That a page names the permissions of its row was read there; the pages
themselves were not opened. Of the rows about Amplify and Cognito the id alone was seen, and the row about a pipeline
that is there leads to the page about a new one. Where no catalog has a row, the page of AWS (SAML, function URLs,
Greengrass) or the part of PMapper's source that describes its step stands instead.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from audit.catalog.load import read_data


class Gain(StrEnum):
    """What a way leads to, and by which targets of its first permission it is narrowed."""

    OWN_POLICY = "own-policy"
    """Any permission, by a managed policy that one has."""
    SELF_USER = "self-user"
    """Any permission, written into one's own user."""
    SELF_ROLE = "self-role"
    OWN_GROUP = "own-group"
    """Any permission, by a group that one is in."""
    GROUP = "group"
    """The permissions of a group."""
    SELF_BOUNDARY_USER = "self-boundary-user"
    """What one's policies grant without one's boundary."""
    SELF_BOUNDARY_ROLE = "self-boundary-role"
    USER = "user"
    """Becoming another user."""
    ROLE_TRUST = "role-trust"
    """Becoming a role by writing its trust policy."""
    ASSUMABLE_ROLE = "assumable-role"
    """Any permission, written into a role that one can assume."""
    ASSUMABLE_ROLE_POLICY = "assumable-role-policy"
    """The same, by a managed policy of such a role."""
    NEW_PRINCIPAL = "new-principal"
    """A new principal with any permission."""
    ANY_GROUP = "any-group"
    """A new user with the permissions of groups."""
    SAML = "saml"
    """Becoming a role that trusts a SAML provider."""
    PASS_ROLE = "pass-role"  # noqa: S105 - a way's name
    """Becoming a role that trusts `service`, by passing it."""
    RUNNING = "running"
    """Becoming a role that trusts `service` and is in use there."""


class Escalation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way."""

    id: str
    """kebab-case."""
    title: str
    """What is done, a verb phrase without its subject."""
    needs: tuple[str, ...]
    """Actions, all of which it takes; the first is the one whose resource is the target."""
    target: Gain
    service: str = ""
    """Of PASS_ROLE and RUNNING: the service principal that the role must trust."""
    open: bool = False
    """Whether it hangs on something that no policy tells; it then counts as conditional."""
    precondition: str = ""
    """A sentence: what must be the case besides; empty: nothing."""
    effect: str
    """A sentence or two: what is gained."""
    reference: str
    """A public page that describes it."""


@cache
def load_escalations() -> tuple[Escalation, ...]:
    """All ways, in the order of the file: the first of several that lead to the same is the one that is named."""
    return msgspec.json.decode(read_data("escalations.json"), type=tuple[Escalation, ...])
