"""Whether a reviewer is somebody else than whom the review is about.

People are named differently in different places: an e-mail address as a role's session name, a user's name, a tag. Two
names are taken for one person where their parts before the `@`, in lower case and without punctuation, are the same.
"""

from __future__ import annotations

import re
from enum import StrEnum

from audit.model.arn import parse_arn
from audit.model.principal import Principal

OWNER_TAGS = frozenset({"owner", "owneremail", "contact", "responsible", "maintainer"})
"""Keys of tags that name who answers for a principal, in lower case and without punctuation."""


class Dependence(StrEnum):
    """Why a reviewer is not independent."""

    SUBJECT = "the reviewer is the principal itself"
    COLLECTOR = "the reviewer collected the evidence"
    OWNER = "the reviewer is named as owner by a tag of the principal"


def dependences(reviewer: str, principal: Principal | None, collected_by: str) -> tuple[Dependence, ...]:
    """Every reason why the reviewer is not independent of a decision on the principal; empty where none is seen."""
    who = _person(reviewer)
    if not who:
        return ()
    found = []
    if principal is not None and who in {_person(principal.name), _person(principal.unique_id)}:
        found.append(Dependence.SUBJECT)
    if collected_by and who == _person(collected_by):
        found.append(Dependence.COLLECTOR)
    tags = principal.tags if principal is not None else ()
    if any(_letters(key) in OWNER_TAGS and who == _person(value) for key, value in tags):
        found.append(Dependence.OWNER)
    return tuple(found)


def same_person(one: str, other: str) -> bool:
    """Whether two names are taken for one person."""
    return _person(one) == _person(other)


def _person(name: str) -> str:
    arn = parse_arn(name.strip())
    return _letters((arn.name if arn else name).partition("@")[0])


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
