"""What was asked and how far it was answered: every part of the question has its row, also those with no answer."""

from __future__ import annotations

from collections.abc import Iterator, Sized

from audit.evaluate.control_policies import NOT_READ, ControlPolicies
from audit.evidence.coverage_row import reasons, sentences, unanswered
from audit.model.result import CoverageRow, CoverageState
from audit.model.snapshot import Gap
from audit.snapshot.content import AccountEvidence
from audit.snapshot.layout import (
    ACCOUNT_ALIASES,
    ACCOUNT_BALANCE,
    BONUS_PAYMENTS,
    CREDENTIAL_REPORT,
    HITS,
    SERVICE_LAST_ACCESSED,
    WORKER_BLOCKS,
    EvidenceFile,
)


def coverage_of(
    account: AccountEvidence,
    gaps: tuple[Gap, ...],
    *,
    principals: int,
    not_evaluated: int,
    control: ControlPolicies = NOT_READ,
) -> tuple[CoverageRow, ...]:
    """The rows of one account.

    `principals` were found in its policies; the answer of `not_evaluated` of them is incomplete. `control` is what its
    organization bounds it with.
    """
    account_id = account.account.account_id
    own = tuple(gap for gap in gaps if gap.account_id == account_id)
    policies = _policies(account, own, principals, not_evaluated)
    above = _control(account_id, control, tuple(gap for gap in gaps if gap.source.startswith("organizations:")))
    return (policies, *_activity(account, own), above)


def _policies(account: AccountEvidence, gaps: tuple[Gap, ...], principals: int, not_evaluated: int) -> CoverageRow:
    part, account_id = "IAM policies", account.account.account_id
    found = tuple(gap for gap in gaps if gap.source.startswith("iam:") and gap.source not in _NO_POLICIES)
    if account.authorization is None:
        state, detail = unanswered(found)
        return CoverageRow(account_id=account_id, part=part, state=state, detail=detail)
    details = list(reasons(found))
    if not_evaluated:
        details.append(f"the policies of {not_evaluated} of {principals} principals could not all be evaluated")
    if not principals:
        details.append("the account has no users, groups or roles")
    return CoverageRow(
        account_id=account_id,
        part=part,
        state=CoverageState.PARTIAL if details else CoverageState.COMPLETE,
        answered=principals - not_evaluated,
        total=principals,
        detail=sentences(details),
    )


_NO_POLICIES = (
    ACCOUNT_ALIASES.source,
    CREDENTIAL_REPORT.source,
    SERVICE_LAST_ACCESSED.source,
    "iam:GenerateCredentialReport",
    "iam:GenerateServiceLastAccessedDetails",
)
"""What IAM tells besides policies, and that has rows of its own."""


def _control(account_id: str, control: ControlPolicies, gaps: tuple[Gap, ...]) -> CoverageRow:
    """Of the service control policies above the account; gaps of an organization are the whole snapshot's."""
    part = "service control policies"
    details = list(reasons(gap for gap in gaps if gap.account_id in ("", account_id)))
    if control.unknown:
        details.append("SCPs are unknown, so every privilege listed is an upper bound")
        state = CoverageState.NOT_COLLECTED
        return CoverageRow(account_id=account_id, part=part, state=state, detail=sentences([control.unknown, *details]))
    if control.exempt:
        state, detail = CoverageState.NOT_APPLICABLE, sentences([control.exempt, *details])
        return CoverageRow(account_id=account_id, part=part, state=state, detail=detail)
    policies = {policy.id: policy for level in control.scps or () for policy in level.policies}
    missing = sum(policy.document is None for policy in policies.values())
    if missing:
        details.append(f"the documents of {missing} of {len(policies)} are not in the evidence: they may deny anything")
    return CoverageRow(
        account_id=account_id,
        part=part,
        state=CoverageState.PARTIAL if details else CoverageState.COMPLETE,
        answered=len(policies) - missing,
        total=len(policies),
        detail=sentences(details),
    )


def _activity(account: AccountEvidence, gaps: tuple[Gap, ...]) -> Iterator[CoverageRow]:
    balance = None if account.balance is None else (account.balance,)
    parts: tuple[tuple[str, EvidenceFile, Sized | None], ...] = (
        ("HITs", HITS, account.hits),
        ("bonus payments", BONUS_PAYMENTS, account.bonus_payments),
        ("worker blocks", WORKER_BLOCKS, account.worker_blocks),
        ("account balance", ACCOUNT_BALANCE, balance),
    )
    hits = None if account.hits is None else frozenset(hit.hit_id for hit in account.hits)
    for part, file, evidence in parts:
        found = tuple(gap for gap in gaps if gap.source == file.source)
        # Bonuses are asked for HIT by HIT: those are what there is to answer.
        items = hits if file is BONUS_PAYMENTS else None
        yield _evidence(account.account.account_id, part, found, evidence, items)


def _evidence(
    account_id: str, part: str, gaps: tuple[Gap, ...], evidence: Sized | None, items: frozenset[str] | None
) -> CoverageRow:
    """`items`: what was asked about one by one."""
    if evidence is None:
        state, detail = unanswered(gaps)
        return CoverageRow(account_id=account_id, part=part, state=state, detail=detail)
    asked = None if items is None else len(items)
    if not gaps:
        return CoverageRow(account_id=account_id, part=part, state=CoverageState.COMPLETE, answered=asked, total=asked)
    # Assignments are asked about too, and are none of the HITs that are counted here.
    answered = None if items is None else len(items - {gap.item for gap in gaps})
    return CoverageRow(
        account_id=account_id,
        part=part,
        state=CoverageState.PARTIAL,
        answered=answered,
        total=asked,
        detail=sentences(reasons(gaps)),
    )
