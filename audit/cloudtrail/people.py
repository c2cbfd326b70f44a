"""The person behind a session, where something tells: a role is used by many, and a review asks for people.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from audit.model.arn import parse_arn
from audit.model.event import Actor, ActorType

SOURCE_IDENTITY = "source identity"
"""Set by whoever let the person in, and unchangeable in all roles that are assumed after."""
IDENTITY_CENTER = "Identity Center session"
"""Identity Center names the sessions of its roles after its users."""
SESSION_NAME = "session name"
"""Chosen by the caller, unless the role's trust policy demands otherwise."""

_RESERVED_PATH = "role/aws-reserved/sso.amazonaws.com/"
_PERMISSION_SET_ROLE = re.compile(r"AWSReservedSSO_.+_[0-9a-f]{16}")
_E_MAIL = re.compile(r"[\w.+=,-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


class Person(NamedTuple):
    """Who it was, and what tells so."""

    name: str
    told_by: str
    """One of this module's constants, the surest first; empty: nothing tells."""


NOBODY = Person("", "")


def person_of(actor: Actor) -> Person:
    """Name the person behind a session of a role or of a federated user; NOBODY where nothing tells."""
    if actor.source_identity:
        return Person(actor.source_identity, SOURCE_IDENTITY)
    if actor.session_name and is_permission_set_role(actor.principal_arn):
        return Person(actor.session_name, IDENTITY_CENTER)
    if _E_MAIL.fullmatch(actor.session_name):
        return Person(actor.session_name, SESSION_NAME)
    if actor.type is ActorType.FEDERATED and actor.session_name:
        return Person(actor.session_name, SESSION_NAME)
    return NOBODY


def is_permission_set_role(principal_arn: str) -> bool:
    """Whether Identity Center made this role: nobody else can make one under its path."""
    arn = parse_arn(principal_arn)
    if arn is None or arn.service != "iam" or not arn.resource.startswith(_RESERVED_PATH):
        return False
    return _PERMISSION_SET_ROLE.fullmatch(arn.resource.rpartition("/")[2]) is not None
