"""Right-sizing a principal of an account that was put together by hand, and reading what comes out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from audit.catalog.load import load_profile
from audit.evaluate.rightsize import rightsize
from audit.evaluate.rightsize_record import PolicyChange, Rightsizing
from tests.unit.evaluate.accounts import Account, Json, full

PROFILE = load_profile()
NAMES = [privilege.name for privilege in PROFILE.privileges]
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
ALL = full("*")[0]


def rightsized(account: Account, principal: str, *kept: str) -> Rightsizing:
    wanted = frozenset(full(*kept))
    return rightsize(account.details(), principal, wanted, basis="given", profile=PROFILE, as_of=AS_OF)


def statements(result: Rightsizing) -> list[Json]:
    """The statements of the ready policy."""
    assert result.policy is not None
    found: list[Json] = json.loads(bytes(result.policy.document))["Statement"]
    return found


def only(result: Rightsizing) -> PolicyChange:
    assert len(result.changes) == 1
    return result.changes[0]


def kept(actions: list[str], condition: Json | None = None, number: str = "") -> Json:
    statement = {"Sid": f"KeptPrivileges{number}", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return statement | ({"Condition": condition} if condition else {})


def removed(actions: list[str] | str) -> Json:
    return {"Sid": "RemovedPrivileges", "Effect": "Deny", "Action": actions, "Resource": "*"}


def but(*names: str) -> list[str]:
    """All privileges but these."""
    return full(*(name for name in NAMES if name not in names))


def proposed(change: PolicyChange) -> list[Json]:
    assert change.document is not None
    found: list[Json] = json.loads(bytes(change.document))["Statement"]
    return found
