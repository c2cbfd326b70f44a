"""The example company as plain JSON, to take something out of it or put something in, and the reach of what is left."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from audit.demo.aws_managed import aws_managed_policies
from audit.demo.company import AS_OF, example_company
from audit.model.finding import Finding
from audit.model.organization import Organization
from audit.model.reach import Reach
from audit.pipeline import AuditOptions, audit_snapshot, reach_of_snapshot
from audit.rules.interface import Rule
from audit.snapshot.content import Snapshot
from tests.property.naive import Json
from tests.property.reach_removal import evidence

Worlds = dict[str, Json]
"""Authorization details by account id."""
_OPTIONS = AuditOptions(now=AS_OF)


@cache
def organization() -> Organization:
    found = example_company().organization
    assert found is not None
    return found


def worlds() -> Worlds:
    """The accounts that are collected, with the AWS managed policies that are attached in them; a copy of one's own."""
    found: Worlds = json.loads(_encoded())
    return found


@cache
def _encoded() -> bytes:
    accounts = {}
    for account in example_company().accounts:
        details = json.loads(msgspec.json.encode(account.authorization))
        attached = {
            policy["PolicyArn"]
            for kind in ("User", "Group", "Role")
            for record in details[f"{kind}DetailList"]
            for policy in record["AttachedManagedPolicies"]
        }
        for arn in sorted(attached & aws_managed_policies().keys()):
            name, policy = aws_managed_policies()[arn]
            version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": json.loads(bytes(policy.document))}
            details["Policies"].append({"PolicyName": name, "Arn": arn, "PolicyVersionList": [version]})
        accounts[account.account_id] = details
    return msgspec.json.encode(accounts)


def snapshot(accounts: Mapping[str, Json], of: Organization | None = None) -> Snapshot:
    """The accounts in the company's organization, or in another."""
    return Snapshot(
        name="example", sha256="0" * 64, manifest=None, accounts=evidence(accounts), organization=of or organization()
    )


@cache
def reach_of_company() -> Reach:
    """What an audit of it says."""
    found = audit_snapshot(snapshot(worlds()), _OPTIONS, ()).reach
    assert found is not None
    return found


def findings_of_company(rules: Sequence[Rule]) -> tuple[Finding, ...]:
    """What some rules find in it."""
    return audit_snapshot(snapshot(worlds()), _OPTIONS, rules).findings


class Coming:
    """Who comes to pay, evaluated from nothing, without the records that a report makes of it."""

    def __init__(self, accounts: Mapping[str, Json], of: Organization | None = None) -> None:
        self.book = reach_of_snapshot(snapshot(accounts, of), _OPTIONS)
        self.ways = self.book.ways_to(self.book.paying)
        self.starts = {actor.arn: actor for actor in self.book.starts}
        self.outside = {way.node.id for way in self.book.ways_in() if self.ways.reaches(way.role.id)}

    def comes(self, start: str) -> bool:
        """Whether somebody, an ARN or another node's id, reaches a privilege that pays or holds one."""
        actor = self.starts.get(start)
        return start in self.outside if actor is None else self.ways.reaches(actor.id)
