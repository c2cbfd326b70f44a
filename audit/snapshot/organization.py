"""The organization's two files: its tree, and the policies that are attached in it.

Both are records of `audit.model.organization` in canonical JSON: `tree.json` is an `Organization` that holds no
policies, `policies.json` a list of `ControlPolicy`.
"""

from __future__ import annotations

import msgspec

from audit.model.organization import ControlPolicy, Organization


def decode_tree(raw: bytes) -> Organization:
    """Decode tree.json. Raises msgspec.DecodeError where it is something else."""
    return msgspec.json.decode(raw, type=Organization)


def decode_policies(raw: bytes) -> tuple[ControlPolicy, ...]:
    """Decode policies.json. Raises msgspec.DecodeError where it is something else."""
    return msgspec.json.decode(raw, type=tuple[ControlPolicy, ...])
