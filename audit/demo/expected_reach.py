"""Who can become a principal of the example company that pays, who cannot though it looks so, and why.

In the data file principals stand without the beginning of their ARN: `111122223333:role/chain/FieldBridge`.
"""

from __future__ import annotations

from importlib.resources import files

import msgspec


class ExpectedPath(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shortest way to a privilege that pays."""

    kind: str
    """`sts:AssumeRole`, or `escalation` where its last step is one."""
    path: tuple[str, ...]
    """ARNs: the start, then whom it becomes; the last one can pay. One alone gains the privilege for itself."""
    technique: str = ""
    """Of an escalation: the id of the way, as the table of escalations has it."""
    verdict: str = ""
    """`conditional` where it hangs on something that no policy tells; empty: not said here."""

    @property
    def start(self) -> str:
        return self.path[0]

    @property
    def holder(self) -> str:
        return self.path[-1]


class ExpectedEntrance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody outside the organization, or all of it, who can become a role that pays."""

    outside: str
    """Provider's or principal's ARN, account id, organization id, or `*`."""
    role: str
    kind: str
    """The call that opens it."""
    weakness: str = ""
    """In our words, what makes it wider than it need be; empty: it is as narrow as it can be."""


class ExpectedRefusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One side grants an assumption, and the other does not."""

    principal: str
    role: str
    refused_by: str
    """As `audit.model.reach.Refusal` spells it."""


class NearMiss(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A principal that can pay neither by itself nor by becoming somebody, though it looks so."""

    principal: str
    reason: str
    target: str
    """What it seems to reach."""


class ClosedEntrance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trust policy that seems to let somebody from outside into a role that pays, and does not."""

    outside: str
    role: str
    reason: str
    """In the words of near misses."""


class DeletedTrust(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role whose trust policy names somebody who is gone, by the unique id that is left."""

    role: str
    unique_id: str


class ExpectedReach(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it."""

    paths: tuple[ExpectedPath, ...]
    entrances: tuple[ExpectedEntrance, ...]
    refusals: tuple[ExpectedRefusal, ...]
    near_misses: tuple[NearMiss, ...]
    closed_entrances: tuple[ClosedEntrance, ...]
    deleted: tuple[DeletedTrust, ...]


def expected_reach() -> ExpectedReach:
    """What the file has, with whole ARNs."""
    raw = files("audit.demo").joinpath("data", "reach.json").read_bytes()
    found = msgspec.json.decode(raw, type=ExpectedReach)
    replace = msgspec.structs.replace
    return ExpectedReach(
        paths=tuple(replace(row, path=tuple(map(_arn, row.path))) for row in found.paths),
        entrances=tuple(replace(row, role=_arn(row.role)) for row in found.entrances),
        refusals=tuple(replace(row, principal=_arn(row.principal), role=_arn(row.role)) for row in found.refusals),
        near_misses=tuple(
            replace(row, principal=_arn(row.principal), target=_arn(row.target)) for row in found.near_misses
        ),
        closed_entrances=tuple(replace(row, role=_arn(row.role)) for row in found.closed_entrances),
        deleted=tuple(replace(row, role=_arn(row.role)) for row in found.deleted),
    )


def _arn(name: str) -> str:
    return f"arn:aws:iam::{name}"
