"""What a reviewer is asked, row by row: an entitlement each, or a cause each with everybody who holds through it.

Every entitlement stands in exactly one row: under a cause it counts where its deciding statement stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from audit.model.entitlement import Entitlement
from audit.model.finding import Finding
from audit.model.privilege import Privilege
from audit.model.result import AuditResult
from audit.model.review import DecisionRow
from audit.review.decisions import EntitlementKey, Standing
from audit.review.progress import COUNTING, deciding_rows


class By(StrEnum):
    """What one row is."""

    ENTITLEMENT = "entitlement"
    CAUSE = "cause"


class WorkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a reviewer."""

    id: str
    """Hash of its members: the same question has the same id in every file that is made of the same evidence."""
    members: tuple[tuple[str, str, str], ...]
    """Unique id, ARN and action of each entitlement, sorted."""
    accounts: tuple[str, ...]
    principals: tuple[str, ...]
    """ARNs, sorted."""
    unique_ids: tuple[str, ...]
    """In the order of the ARNs."""
    actions: tuple[str, ...]
    types: tuple[str, ...]
    verdicts: tuple[str, ...]
    conditions: tuple[str, ...]
    policy: str
    statement: str
    severity: str
    risk: str
    used: str
    last_used: str
    rules: tuple[str, ...]
    """Ids of the rules that have a finding about it."""
    earlier: str
    """What was decided before, and by whom; empty where nothing was."""
    settled: bool = False
    """Whether each of its entitlements has a decision that counts."""


def work_rows(result: AuditResult, by: By, decided: Iterable[DecisionRow] = ()) -> tuple[WorkRow, ...]:
    """All rows: entitlements in the order of the report; causes with the most severe first, then the most shared."""
    builder = _Builder(result, decided)
    groups: dict[object, list[tuple[EntitlementKey, Entitlement]]] = {}
    for key, entitlement in builder.standing.entitlements.items():
        groups.setdefault(key if by is By.ENTITLEMENT else _cause(entitlement, key), []).append((key, entitlement))
    rows = [builder.row(by, group) for group in groups.values()]
    if by is By.ENTITLEMENT:
        return tuple(rows)
    ranks = {privilege.severity.value: privilege.severity.rank for privilege in result.profile.privileges}
    return tuple(
        sorted(rows, key=lambda row: (-ranks.get(row.severity, 0), -len(row.principals), row.principals, row.id))
    )


def _cause(entitlement: Entitlement, key: EntitlementKey) -> object:
    """The deciding statement; a group's and its members' count together. Without one, the principal by itself."""
    if not entitlement.grants:
        return key[0]
    first = entitlement.grants[0]
    return first.policy.arn or (first.policy.owner_arn, first.policy.name), first.index


class _Builder:
    def __init__(self, result: AuditResult, decided: Iterable[DecisionRow]) -> None:
        self.standing = Standing(result)
        self._privileges: Mapping[str, Privilege] = {each.action: each for each in result.profile.privileges}
        self._deciding = deciding_rows(result, decided)
        self._findings: dict[str, list[Finding]] = {}
        for finding in result.findings:
            for subject in finding.subjects:
                self._findings.setdefault(subject, []).append(finding)

    def row(self, by: By, group: list[tuple[EntitlementKey, Entitlement]]) -> WorkRow:
        members = tuple(sorted((key[0], entitlement.principal_arn, key[1]) for key, entitlement in group))
        principals = sorted({(arn, unique_id) for unique_id, arn, _ in members})
        records = [self.standing.principals[unique_id] for _, unique_id in principals]
        held = [entitlement for _, entitlement in group]
        worst = max(
            (self._privileges[action] for _, _, action in members), key=lambda one: (one.severity.rank, one.name)
        )
        first = held[0].grants[0] if held[0].grants else None
        used = [one.last_used_at for one in held if one.last_used_at is not None]
        return WorkRow(
            id=_row_id(by, members),
            members=members,
            accounts=tuple(sorted({record.account_id for record in records})),
            principals=tuple(arn for arn, _ in principals),
            unique_ids=tuple(unique_id for _, unique_id in principals),
            actions=tuple(sorted({action for _, _, action in members})),
            types=tuple(sorted({record.type.value for record in records})),
            verdicts=tuple(sorted({one.verdict.value for one in held})),
            conditions=tuple(dict.fromkeys(condition for one in held for condition in one.conditions)),
            policy=first.policy.label if first else "not known",
            statement=first.label if first else "",
            severity=worst.severity.value,
            risk=worst.risk_classes[0].value if worst.risk_classes else "",
            used="; ".join(sorted({one.observation.value for one in held})),
            last_used=f"{max(used):%Y-%m-%d}" if used else "",
            rules=self._rules(held),
            earlier=self._earlier(members),
            settled=all(self._settled(unique_id, action) for unique_id, _, action in members),
        )

    def _settled(self, unique_id: str, action: str) -> bool:
        row = self._deciding.get((unique_id, action))
        return row is not None and row.state in COUNTING

    def _rules(self, held: list[Entitlement]) -> tuple[str, ...]:
        return tuple(
            sorted(
                {
                    finding.rule
                    for entitlement in held
                    for finding in self._findings.get(entitlement.principal_arn, ())
                    if entitlement.action in finding.privileges
                }
            )
        )

    def _earlier(self, members: tuple[tuple[str, str, str], ...]) -> str:
        found = [self._deciding.get((unique_id, action)) for unique_id, _, action in members]
        words = dict.fromkeys(
            f"{row.decision.choice.value} by {row.decision.reviewer} on {row.decision.decided_on} ({row.state.value})"
            for row in found
            if row is not None
        )
        missing = sum(row is None for row in found)
        if words and missing:
            return "; ".join((*words, f"{missing} of {len(members)} never decided"))
        return "; ".join(words)


def _row_id(by: By, members: tuple[tuple[str, str, str], ...]) -> str:
    content = msgspec.json.encode([(unique_id, action) for unique_id, _, action in members])
    return f"{by.value[0].upper()}-{hashlib.sha256(content).hexdigest()[:16]}"
