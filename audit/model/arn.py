"""Amazon Resource Names, split into their six segments.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import msgspec

SEGMENTS = 6


class Arn(msgspec.Struct, frozen=True):
    """One ARN: ``arn:partition:service:region:account:resource``; the resource keeps its own colons."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account_id}:{self.resource}"

    @property
    def name(self) -> str:
        """The resource's last path segment: ``role/mturk/Requester`` is ``Requester``."""
        return self.resource.rpartition("/")[2]


def parse_arn(text: str) -> Arn | None:
    """Return the ARN that `text` spells, or None where it is not an ARN (a unique id, ``*``, a name)."""
    parts = text.split(":", SEGMENTS - 1)
    if len(parts) != SEGMENTS or parts[0] != "arn":
        return None
    return Arn(*parts[1:])
