"""An account whose roles trust widely: the worst case for who can become whom, in the shape of the others.

Of the roles two in five trust everybody of an organization, one in five the account, one in five everybody whose name
fits a team's pattern, the others one role by name or a service. One in twenty pays.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec

from benchmarks.accounts.application import Document, Statement, allow, document

Record = dict[str, Any]
ROLES_PER_TEAM = 500
_SERVICES = ("lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "states.amazonaws.com")


def trusting_json(roles: int, *, account_id: str, seed: int) -> Iterator[bytes]:
    """Yield the JSON text of the account, piece by piece."""
    random = Random(f"{seed}/trusting")
    teams = max(1, roles // ROLES_PER_TEAM)
    yield b'{"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":['
    for position in range(roles):
        record = _role(account_id, position, roles, teams, random)
        yield (b"," if position else b"") + msgspec.json.encode(record)
    yield b'],"Policies":[],"IsTruncated":false}\n'


def _arn(account_id: str, team: int, position: int) -> str:
    return f"arn:aws:iam::{account_id}:role/team{team}-app{position}"


def _role(account_id: str, position: int, roles: int, teams: int, random: Random) -> Record:
    team = position % teams
    other = random.randrange(roles)
    name = f"team{team}-app{position}"
    own = _own(account_id, team, other, teams, random)
    inline = [{"PolicyName": "own", "PolicyDocument": policy} for policy in own]
    return {
        "RoleName": name,
        "RoleId": f"AROA{position:017d}",
        "Arn": _arn(account_id, team, position),
        "Path": "/",
        "CreateDate": "2025-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": _trust(account_id, team, other, teams, random),
        "RolePolicyList": inline,
        "AttachedManagedPolicies": [],
    }


def _own(account_id: str, team: int, other: int, teams: int, random: Random) -> Iterator[Document]:
    kind = random.random()
    if kind < 0.2:
        yield document(allow("sts:AssumeRole", f"arn:aws:iam::{account_id}:role/team{team}-*"))
    elif kind < 0.3:
        yield document(allow("sts:AssumeRole", _arn(account_id, other % teams, other)))
    elif kind < 0.35:
        yield document(allow("sts:AssumeRole"))
    elif kind < 0.4:
        yield document(allow("mechanicalturk:SendBonus"))
    else:
        yield document(allow("s3:GetObject", f"arn:aws:s3:::team{team}-data/*"))


def _trust(account_id: str, team: int, other: int, teams: int, random: Random) -> Document:
    kind = random.random()
    if kind < 0.4:
        return document(_trusts({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))
    if kind < 0.6:
        return document(_trusts({"AWS": f"arn:aws:iam::{account_id}:root"}))
    if kind < 0.8:
        pattern = f"arn:aws:iam::{account_id}:role/team{team}-*"
        return document(_trusts({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": pattern}}))
    if kind < 0.9:
        return document(_trusts({"AWS": _arn(account_id, other % teams, other)}))
    return document(_trusts({"Service": random.choice(_SERVICES)}))


def _trusts(principal: dict[str, str], condition: dict[str, Any] | None = None) -> Statement:
    statement: Statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return statement | ({"Condition": condition} if condition else {})
