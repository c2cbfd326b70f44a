"""Decisions held against an audit: which still count, which must be made again, and whether what they ask for was done.

A decision is about privileges of one principal, named by its unique id. Of several on the same privilege the latest
counts; what became of it is read from this audit's evidence, never from what somebody says was done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec

from audit.model.entitlement import Entitlement
from audit.model.principal import Principal
from audit.model.result import AuditHeader, AuditResult
from audit.model.review import Choice, Decision, DecisionRow, DecisionState
from audit.model.snapshot import Window
from audit.review.exceptions import IN_FORCE
from audit.review.independence import dependences

EntitlementKey = tuple[str, str]
"""Unique id of the principal, or its ARN where the evidence tells none, and the action."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def quarter_of(header: AuditHeader) -> str:
    """The name of the time under review: `2026-Q3`, the window's two days, or the day of the answer."""
    return quarter_named(header.window, header.as_of)


def quarter_named(window: Window | None, as_of: datetime) -> str:
    """The same from a window, or from a moment where there is none."""
    if window is None:
        return f"{as_of:%Y-%m-%d}"
    return window.label or f"{window.since:%Y-%m-%d}_{window.until:%Y-%m-%d}"


def decision_key(decision: Decision) -> tuple[str, tuple[str, ...], str]:
    """Of decisions with the same key, the latest counts."""
    return decision.unique_id, decision.actions, decision.fingerprint


def decided_order(decision: Decision) -> tuple[str, datetime, str, str]:
    """By day, then by the moment in which it was recorded; decisions that tell neither are told apart by their text."""
    recorded_at = decision.recorded_at or _NEVER
    return decision.decided_on.isoformat(), recorded_at, decision.reviewer, decision.choice.value


class Standing:
    """What an audit shows of the entitlements that decisions are about."""

    def __init__(self, result: AuditResult) -> None:
        self.header = result.header
        self.quarter = quarter_of(result.header)
        self.principals: dict[str, Principal] = {
            principal.unique_id or principal.arn: principal for principal in result.principals
        }
        ids = {principal.arn: unique_id for unique_id, principal in self.principals.items()}
        self.entitlements: dict[EntitlementKey, Entitlement] = {
            (ids[entitlement.principal_arn], entitlement.action): entitlement for entitlement in result.entitlements
        }
        self._findings = {finding.fingerprint: frozenset(finding.subjects) for finding in result.findings}
        self._incomplete = frozenset(result.not_evaluated)
        self._accounts = {principal.account_id for principal in result.principals}
        self._excepted = {
            (row.exception.rule, subject)
            for row in result.exceptions
            if row.state in IN_FORCE
            for finding in result.findings
            if finding.fingerprint in row.fingerprints
            for subject in finding.subjects
        }

    def basis(self, unique_id: str, actions: Iterable[str]) -> str:
        """Hash of what is decided on: verdicts, conditions and statements with the policies that they stand in."""
        held = [self.entitlements.get((unique_id, action)) for action in sorted(actions)]
        content = [
            (
                one.action,
                one.verdict,
                sorted(one.conditions),
                sorted(
                    (grant.policy.arn, grant.policy.owner_arn, grant.policy.name, grant.label) for grant in one.grants
                ),
            )
            for one in held
            if one is not None
        ]
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]

    def row(self, decision: Decision) -> DecisionRow:
        """One decision with its state and what speaks against its reviewer."""
        state = self._state(decision)
        told = state in (DecisionState.DONE, DecisionState.OVERDUE)
        return DecisionRow(
            decision=decision,
            state=state,
            shown_by_sha256=self.header.input_sha256 if told else "",
            warnings=self._warnings(decision),
        )

    def _state(self, decision: Decision) -> DecisionState:
        change = decision.choice in (Choice.REVOKE, Choice.MODIFY)
        if not self._present(decision):
            if not self._tells_of(decision):
                return DecisionState.UNKNOWN
            if not change:
                return DecisionState.GONE
            return DecisionState.DONE if self._may_close(decision) else DecisionState.UNKNOWN
        unaltered = not decision.basis or decision.basis == self.basis(decision.unique_id, decision.actions)
        if decision.choice is Choice.MODIFY:
            return DecisionState.OPEN if unaltered else DecisionState.DONE
        if decision.choice is Choice.REVOKE:
            return DecisionState.OVERDUE if self._is_later(decision) else DecisionState.OPEN
        return DecisionState.CURRENT if self.is_of_now(decision) and unaltered else DecisionState.REAFFIRM

    def is_of_now(self, decision: Decision) -> bool:
        """Whether it was made in this review: for the same quarter, or on this very evidence."""
        return decision.quarter == self.quarter or decision.snapshot_sha256 == self.header.input_sha256

    def _present(self, decision: Decision) -> bool:
        """Whether anything that was decided on still stands: one of the privileges, or the finding itself."""
        principal = self.principals.get(decision.unique_id)
        concerned = self._findings.get(decision.fingerprint, frozenset())
        if principal is not None and principal.arn in concerned:
            return True
        return any((decision.unique_id, action) in self.entitlements for action in decision.actions)

    def _tells_of(self, decision: Decision) -> bool:
        """Whether the absence of an entitlement in this evidence means that it is gone."""
        principal = self.principals.get(decision.unique_id)
        if principal is not None:
            return principal.arn not in self._incomplete
        account = decision.principal_arn.split(":")
        return len(account) > 4 and account[4] in self._accounts

    def _is_later(self, decision: Decision) -> bool:
        """Whether this evidence is younger than the decision: only then it shows that nothing was done."""
        return decision.snapshot_sha256 != self.header.input_sha256 and self._collected_on > decision.decided_on

    def _may_close(self, decision: Decision) -> bool:
        """Whether absence in this evidence proves a removal: not where it is older than the decision."""
        return decision.snapshot_sha256 != self.header.input_sha256 and self._collected_on >= decision.decided_on

    @property
    def _collected_on(self) -> date:
        return (self.header.collection_ended_at or self.header.as_of).date()

    def _warnings(self, decision: Decision) -> tuple[str, ...]:
        principal = self.principals.get(decision.unique_id)
        found = [
            f"Not independent: {why.value}."
            for why in dependences(decision.reviewer, principal, self.header.collected_by)
        ]
        if decision.choice is Choice.EXCEPTION and not any(
            subject == decision.principal_arn for _, subject in self._excepted
        ):
            found.append("Decided to be an exception, and no exception in force names the principal.")
        return tuple(found)


def decision_rows(result: AuditResult, decisions: Iterable[Decision]) -> tuple[DecisionRow, ...]:
    """The latest decision of each key, held against the audit; by principal, action and day."""
    standing = Standing(result)
    latest: dict[tuple[str, tuple[str, ...], str], Decision] = {}
    for decision in sorted(decisions, key=decided_order):
        latest[decision_key(decision)] = decision
    ordered = sorted(
        latest.values(),
        key=lambda one: (one.principal_arn, one.unique_id, one.actions, one.fingerprint, one.decided_on),
    )
    return tuple(standing.row(decision) for decision in ordered)
