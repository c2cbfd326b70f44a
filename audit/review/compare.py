"""One audit held against an earlier one: who and what came and went, which findings, and which change explains it.

Principals are told apart by unique id, so that a role which was deleted and made again is a new one; findings by
fingerprint. What the present evidence does not show is never called resolved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from audit.model.entitlement import Entitlement
from audit.model.principal import Principal
from audit.model.result import AuditResult
from audit.model.review import Change, Comparison, EntitlementChange, PrincipalChange
from audit.review.compare_evidence import Side, notes_on
from audit.review.compare_findings import finding_changes
from audit.review.compare_policies import PolicyHistory

PrincipalKey = tuple[str, str]
"""Account and unique id; the ARN where the evidence tells no id."""


def compare(now: Side, then: Side, history: Iterable[AuditResult] = ()) -> Comparison:
    """Hold `now` against `then`; `history` are still earlier audits, which tell what is reopened."""
    earlier = sorted(history, key=lambda result: result.header.as_of, reverse=True)
    policies = PolicyHistory(now, then)
    entitlements = tuple(sorted(_entitlement_changes(now, then, policies), key=_entitlement_order))
    header = then.result.header
    return Comparison(
        earlier_name=header.input_name,
        earlier_sha256=header.input_sha256,
        earlier_as_of=header.as_of,
        findings=finding_changes(now, then, earlier, policies, _reasons(entitlements)),
        principals=tuple(
            sorted(_principal_changes(now, then), key=lambda change: (change.principal_arn, change.change))
        ),
        entitlements=entitlements,
        notes=notes_on(now, then),
        not_evaluated=bool(now.result.not_evaluated or then.result.not_evaluated or now.accounts != then.accounts),
        history=tuple(result.header.input_name for result in earlier),
    )


def principal_key(principal: Principal) -> PrincipalKey:
    """What stays the same while a principal lives."""
    return principal.account_id, principal.unique_id or principal.arn


def _principal_changes(now: Side, then: Side) -> Iterator[PrincipalChange]:
    both = now.accounts & then.accounts
    for side, other, change in ((now, then, Change.NEW), (then, now, Change.RESOLVED)):
        known = {principal_key(principal) for principal in other.result.principals}
        arns = {principal.arn for principal in other.result.principals}
        for principal in side.result.principals:
            if principal.account_id in both and principal_key(principal) not in known:
                yield PrincipalChange(
                    principal_arn=principal.arn,
                    unique_id=principal.unique_id,
                    change=change,
                    recreated=principal.arn in arns,
                )


def _entitlement_changes(now: Side, then: Side, policies: PolicyHistory) -> Iterator[EntitlementChange]:
    both = now.accounts & then.accounts
    present, earlier = _entitlements(now, both), _entitlements(then, both)
    for key in sorted(present.keys() | earlier.keys()):
        principal, held = present.get(key, (None, None))
        before, had = earlier.get(key, (None, None))
        if held is not None and had is not None and _same(held, had):
            continue
        shown = principal or before
        if shown is None:
            continue
        yield EntitlementChange(
            principal_arn=shown.arn,
            unique_id=shown.unique_id,
            action=key[2],
            earlier=had.verdict if had else None,
            now=held.verdict if held else None,
            because=policies.because(key[:2], key[2], held, had),
        )


def _entitlements(side: Side, accounts: frozenset[str]) -> dict[tuple[str, str, str], tuple[Principal, Entitlement]]:
    principals = {principal.arn: principal for principal in side.result.principals}
    return {
        (*principal_key(principal), entitlement.action): (principal, entitlement)
        for entitlement in side.result.entitlements
        for principal in [principals[entitlement.principal_arn]]
        if principal.account_id in accounts
    }


def _same(held: Entitlement, had: Entitlement) -> bool:
    return held.verdict is had.verdict and set(held.conditions) == set(had.conditions)


def _entitlement_order(change: EntitlementChange) -> tuple[str, str, str]:
    return change.principal_arn, change.unique_id, change.action


def _reasons(changes: tuple[EntitlementChange, ...]) -> dict[tuple[str, str], str]:
    """By ARN and action: why a privilege changed; by ARN and nothing: why most of them did."""
    reasons = {(change.principal_arn, change.action): change.because for change in changes if change.because}
    by_principal: dict[str, Counter[str]] = {}
    for change in changes:
        if change.because:
            by_principal.setdefault(change.principal_arn, Counter())[change.because] += 1
    return reasons | {
        (arn, ""): min(counts, key=lambda why: (-counts[why], why)) for arn, counts in by_principal.items()
    }
