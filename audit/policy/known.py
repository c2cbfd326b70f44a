"""What is known of a request before it is made: the audit's question has a principal and an action, and no context.

A condition key is known, absent, or unknown; an unknown key may be absent too, unless AWS always sends it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.policy.condition import Value

MOMENT = "aws:currenttime"
"""The canonical key of the request's moment: aws:EpochTime tells the same."""
_SAME_KEY = {"aws:epochtime": MOMENT}

ALWAYS_SENT = frozenset(
    {
        MOMENT,
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:userid",
        "aws:securetransport",
        "aws:requestedregion",
    }
)
"""Keys that every signed request carries."""

BOOLEAN_KEYS = frozenset(
    {
        "aws:securetransport",
        "aws:multifactorauthpresent",
        "aws:viaawsservice",
        "aws:principalisawsservice",
        "aws:ismcpserviceaction",
    }
)
"""Keys that hold `true` or `false` and nothing else."""

SEVERAL_VALUES = frozenset(
    {"aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths", "aws:tagkeys"}
)
"""Global keys with several values."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the requests that one principal can make."""

    values: tuple[tuple[str, Value], ...] = ()
    """Key in lower case and value, sorted."""
    absent: frozenset[str] = frozenset()
    """Keys, in lower case, that no such request carries."""
    absent_prefixes: tuple[str, ...] = ()
    """`aws:resourcetag/`: every key that begins so and is not in `values`."""
    present: frozenset[str] = frozenset()
    """Keys, in lower case, that every such request carries with a value that is not known, besides ALWAYS_SENT."""
    complete: bool = False
    """The whole context is known: a key that is not in `values` is absent."""
    not_before: datetime | None = None
    """UTC. The request is made at that moment or later: time does not run back."""

    def value(self, key: str) -> Value | None:
        """The value of a key in lower case; None where it is absent or unknown."""
        return dict(self.values).get(key)

    def is_absent(self, key: str) -> bool:
        """Whether it is known that the request does not carry the key."""
        return key in self.absent or self.complete or key.startswith(self.absent_prefixes)


def canonical(key: str) -> str:
    """The name under which a key of any spelling is looked up."""
    lowered = key.lower()
    return _SAME_KEY.get(lowered, lowered)
