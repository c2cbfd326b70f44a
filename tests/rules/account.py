"""An account put together by hand, and the rules' view of it.

The verdicts come from a plain reading of the statements, apart from the evaluator: a Deny without a condition takes an
action away, a condition anywhere makes it conditional, a boundary must allow it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec

from audit.catalog.load import load_profile
from audit.catalog.watched import WATCHED
from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Entitlement, PolicyRef, PolicyType, StatementRef, Verdict
from audit.model.finding import Finding
from audit.model.principal import Principal, PrincipalType
from audit.model.result import PolicyText
from audit.model.snapshot import Window
from audit.policy.document import Effect, Statement
from audit.policy.matching import action_matches
from audit.policy.parse import parse_document
from audit.policy.wildcard import is_everything
from audit.rules.held_policy import HeldPolicy
from audit.rules.interface import Rule, RuleContext

ACCOUNT = "111122223333"
CLOSED = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPEN = datetime(2026, 8, 1, tzinfo=UTC)
QUARTER = Window(since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 10, 1, tzinfo=UTC), label="2026-Q3")
BEFORE = datetime(2024, 1, 1, tzinfo=UTC)

Json = dict[str, Any]


def allow(*actions: str, resource: str | list[str] = "*", sid: str = "", condition: Json | None = None) -> Json:
    return _statement("Allow", {"Action": list(actions), "Resource": resource}, sid, condition)


def allow_but(*actions: str, sid: str = "") -> Json:
    return _statement("Allow", {"NotAction": list(actions), "Resource": "*"}, sid, None)


def deny(*actions: str, resource: str | list[str] = "*", sid: str = "", condition: Json | None = None) -> Json:
    return _statement("Deny", {"Action": list(actions), "Resource": resource}, sid, condition)


def _statement(effect: str, elements: Json, sid: str, condition: Json | None) -> Json:
    return {
        **({"Sid": sid} if sid else {}),
        "Effect": effect,
        **elements,
        **({"Condition": condition} if condition else {}),
    }


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def full(name: str) -> str:
    """`SendBonus` with its prefix."""
    return f"mechanicalturk:{name}"


class Account:
    """Collects principals and policies; `context` is what the rules get."""

    def __init__(self, account_id: str = ACCOUNT) -> None:
        self.account_id = account_id
        self._principals: dict[str, Principal] = {}
        self._policies: list[HeldPolicy] = []
        self._attached: dict[str, list[HeldPolicy]] = {}
        self._documents: list[PolicyText] = []
        self._unsure: set[str] = set()

    def role(self, name: str, **fields: Any) -> str:
        return self._add(PrincipalType.ROLE, name, {"unique_id": f"AROA{name.upper()}", **fields})

    def user(self, name: str, **fields: Any) -> str:
        return self._add(PrincipalType.USER, name, {"unique_id": f"AIDA{name.upper()}", **fields})

    def group(self, name: str, *members: str) -> str:
        fields = {"unique_id": f"AGPA{name.upper()}", "members": tuple(sorted(members))}
        return self._add(PrincipalType.GROUP, name, fields)

    def _add(self, kind: PrincipalType, name: str, fields: Json) -> str:
        arn = f"arn:aws:iam::{self.account_id}:{kind}/{name}"
        values = {"created_at": BEFORE, **fields}
        self._principals[arn] = Principal(arn=arn, type=kind, name=name, account_id=self.account_id, **values)
        return arn

    def managed(self, name: str, *statements: Json, to: Iterable[str] = (), aws: bool = False) -> HeldPolicy:
        """Attach a managed policy: of the account, or one that AWS keeps."""
        arn = f"arn:aws:iam::{'aws' if aws else self.account_id}:policy/{name}"
        return self._hold(PolicyRef(type=PolicyType.MANAGED, name=name, arn=arn), statements, tuple(to))

    def inline(self, name: str, owner: str, *statements: Json) -> HeldPolicy:
        kind = PolicyType.GROUP_INLINE if self._is_group(owner) else PolicyType.INLINE
        return self._hold(PolicyRef(type=kind, name=name, owner_arn=owner), statements, (owner,))

    def boundary(self, name: str, *statements: Json, of: Iterable[str]) -> HeldPolicy:
        """Set a policy as the permissions boundary of principals, and attach it to nobody."""
        arn = f"arn:aws:iam::{self.account_id}:policy/{name}"
        policy = self._hold(PolicyRef(type=PolicyType.BOUNDARY, name=name, arn=arn), statements, ())
        for principal in of:
            self._principals[principal] = msgspec.structs.replace(self._principals[principal], boundary_arn=arn)
        self._policies[-1] = msgspec.structs.replace(policy, boundary_of=tuple(sorted(of)))
        return self._policies[-1]

    def unsure(self, arn: str) -> None:
        """Let nothing of a principal be evaluated fully."""
        self._unsure.add(arn)

    def _hold(self, ref: PolicyRef, statements: tuple[Json, ...], to: tuple[str, ...]) -> HeldPolicy:
        text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2, ensure_ascii=False)
        self._documents.append(PolicyText(text=text))
        policy = HeldPolicy(
            account_id=self.account_id,
            ref=msgspec.structs.replace(ref, document_id=len(self._documents) - 1),
            document=parse_document(text.encode()),
            holders=tuple(sorted({holder for arn in to for holder in (arn, *self._principals[arn].members)})),
        )
        self._policies.append(policy)
        for arn in policy.holders:
            self._attached.setdefault(arn, []).append(policy)
        return policy

    def context(
        self,
        *,
        as_of: datetime = OPEN,
        window: Window | None = QUARTER,
        activity: tuple[ActionActivity, ...] = (),
        **evidence: Any,
    ) -> RuleContext:
        """The account as the rules see it; by default while the service was still open."""
        profile = load_profile()
        return RuleContext(
            account_id=self.account_id,
            profile=profile,
            privileges={privilege.action: privilege for privilege in profile.privileges},
            as_of=as_of,
            window=window,
            principals=dict(sorted(self._principals.items())),
            entitlements={arn: self._entitlements(arn) for arn in sorted(self._principals)},
            policies=tuple(self._policies),
            activity={row.action: row for row in activity},
            documents=tuple(self._documents),
            **evidence,
        )

    def _entitlements(self, arn: str) -> dict[str, Entitlement]:
        asked = (*(privilege.action for privilege in load_profile().privileges), *WATCHED)
        rows = (self._entitlement(arn, action) for action in asked)
        return {row.action: row for row in rows if row is not None}

    def _entitlement(self, arn: str, action: str) -> Entitlement | None:
        """Allow, conditional or not evaluated; None where it is denied."""
        bearing = [
            (self._ref_for(arn, policy), statement)
            for policy in self._attached.get(arn, [])
            for statement in policy.document.statements
            if _covers(statement, action)
        ]
        allows = [(ref, statement) for ref, statement in bearing if statement.effect is Effect.ALLOW]
        denies = [(ref, statement) for ref, statement in bearing if statement.effect is Effect.DENY]
        if not allows or any(not statement.clauses for _, statement in denies) or not self._bounded(arn, action):
            return None
        conditional = bool(denies) or all(statement.clauses for _, statement in allows)
        verdict = Verdict.CONDITIONAL if conditional else Verdict.ALLOW
        return Entitlement(
            principal_arn=arn,
            action=action,
            verdict=Verdict.NOT_EVALUATED if arn in self._unsure else verdict,
            grants=tuple(StatementRef(policy=ref, index=one.index, sid=one.sid) for ref, one in allows),
            conditions=tuple(f"only if {clause.key}" for _, one in allows for clause in one.clauses)
            if conditional
            else (),
            limited_by=tuple(StatementRef(policy=ref, index=one.index, sid=one.sid) for ref, one in denies),
        )

    def _ref_for(self, arn: str, policy: HeldPolicy) -> PolicyRef:
        """How a principal has a policy: a user may have it through a group."""
        own = policy.ref
        groups = [
            group.name for group in self._principals.values() if arn in group.members and group.arn in policy.holders
        ]
        if not groups:
            return own
        kind = PolicyType.GROUP_MANAGED if own.arn else PolicyType.GROUP_INLINE
        return msgspec.structs.replace(own, type=kind, group=groups[0])

    def _bounded(self, arn: str, action: str) -> bool:
        boundaries = [policy for policy in self._policies if arn in policy.boundary_of]
        return all(
            any(one.effect is Effect.ALLOW and _covers(one, action) for one in policy.document.statements)
            and not any(one.effect is Effect.DENY and _covers(one, action) for one in policy.document.statements)
            for policy in boundaries
        )

    def _is_group(self, arn: str) -> bool:
        return self._principals[arn].type is PrincipalType.GROUP


@cache
def _covers(statement: Statement, action: str) -> bool:
    """Whether the statement takes in the action on every resource."""
    if statement.not_resources is not None:
        everything = not any(is_everything(pattern) for pattern in statement.not_resources)
    else:
        everything = any(is_everything(pattern) for pattern in statement.resources or ())
    return everything and action_matches(statement, action)


def findings(rule: Rule, context: RuleContext) -> list[Finding]:
    """What one rule finds, in the order of fingerprints."""
    return sorted(rule.check(context), key=lambda finding: finding.fingerprint)


def only(rule: Rule, context: RuleContext) -> Finding:
    """The one finding of a rule; any other number fails."""
    found = findings(rule, context)
    assert len(found) == 1, [finding.title for finding in found]
    return found[0]


def bonuses(observation: Observation, *, number: int | None = None, note: str = "") -> ActionActivity:
    """What the evidence says of SendBonus in the window."""
    return ActionActivity(
        account_id=ACCOUNT,
        action=full("SendBonus"),
        observation=observation,
        count=number,
        source="mturk:ListBonusPayments",
        note=note,
    )
