"""Taking statements out of accounts, as somebody would who follows a recommendation, and auditing what is left."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from audit.model.entitlement import PolicyType, StatementRef
from audit.model.reach import NodeType, Reach, StepType
from audit.model.result import AuditResult
from audit.model.snapshot import AccountSummary
from audit.pipeline import AuditOptions, audit_snapshot
from audit.snapshot.authorization import decode_authorization
from audit.snapshot.content import AccountEvidence, Snapshot
from tests.property.naive import Json

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def audited(worlds: Mapping[str, Json]) -> AuditResult:
    """An audit of accounts as their JSON has them, by id."""
    snapshot = Snapshot(name="saved", sha256="0" * 64, manifest=None, accounts=evidence(worlds))
    return audit_snapshot(snapshot, AuditOptions(now=AS_OF), ())


def evidence(worlds: Mapping[str, Json]) -> tuple[AccountEvidence, ...]:
    """Accounts as a snapshot holds them."""
    return tuple(
        AccountEvidence(
            account=AccountSummary(account_id=account_id),
            authorization=decode_authorization(json.dumps(account).encode(), "an account of the test"),
        )
        for account_id, account in sorted(worlds.items())
    )


def reaching(reach: Reach | None) -> set[str]:
    """Everybody who reaches a holder: from inside, and from outside but for services and the accounts' own people."""
    assert reach is not None
    return {path.start for path in reach.paths} | {
        one.outside
        for one in reach.entrances
        if one.path and one.outside_type is not NodeType.SERVICE and one.step.type is not StepType.IDENTITY_CENTER
    }


def cut_off(reach: Reach | None) -> list[str]:
    """The starts of all cuts, and those of which it is said that there is none."""
    assert reach is not None
    return [*(start for cut in reach.cuts for start in cut.starts), *reach.cuts_not_sought, *reach.cuts_not_found]


def without(worlds: Mapping[str, Json], statements: Iterable[StatementRef]) -> dict[str, Json]:
    """The same accounts without these statements."""
    left = copy.deepcopy(dict(worlds))
    # The last of a document first, so that the places of the others stay.
    for ref in sorted(statements, key=lambda one: -one.index):
        found = [each for account in left.values() for each in documents(account, ref)]
        assert found, ref
        for document in found:
            del document["Statement"][ref.index]
    return left


def documents(account: Json, ref: StatementRef) -> Iterable[Json]:
    """The document of a statement, in the account that holds it."""
    policy = ref.policy
    if policy.arn:
        for managed in account["Policies"]:
            if managed["Arn"] == policy.arn:
                yield from (one["Document"] for one in managed["PolicyVersionList"] if one["IsDefaultVersion"])
        return
    for kind in ("User", "Group", "Role"):
        for record in account[f"{kind}DetailList"]:
            if record["Arn"] != policy.owner_arn:
                continue
            if policy.type is PolicyType.RESOURCE:
                yield record["AssumeRolePolicyDocument"]
            else:
                own = record[f"{kind}PolicyList"]
                yield from (one["PolicyDocument"] for one in own if one["PolicyName"] == policy.name)
