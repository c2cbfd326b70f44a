"""The service profiles under `data/`: one JSON file a service, in the shape of `ServiceProfile`."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from audit.model.error import InputError
from audit.model.privilege import ServiceProfile

MECHANICAL_TURK = "mechanicalturk"
PROFILES = (MECHANICAL_TURK,)
"""The services that a profile exists for, by IAM prefix."""


@cache
def load_profile(service: str = MECHANICAL_TURK) -> ServiceProfile:
    """Read one service's profile, with the SHA-256 of its data file.

    Raises InputError where no profile of that name exists.
    """
    if service not in PROFILES:
        raise InputError(f"there is no service profile `{service}`; choose one of {', '.join(PROFILES)}")
    raw = read_data(f"{service}.json")
    profile = msgspec.json.decode(raw, type=ServiceProfile)
    return msgspec.structs.replace(profile, sha256=hashlib.sha256(raw).hexdigest())


def read_data(name: str) -> bytes:
    """The bytes of one of the catalog's data files."""
    # By path: importlib.resources takes longer to import than the whole catalog to read.
    return Path(__file__).with_name("data").joinpath(name).read_bytes()
