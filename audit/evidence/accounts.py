"""Accounts that could not be reached: how many of how many were, and what that leaves unanswered in each."""

from __future__ import annotations

import msgspec

from audit.evidence.coverage_row import sentences
from audit.model.organization import NodeType
from audit.model.result import CoverageRow, CoverageState
from audit.model.snapshot import Gap
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.layout import (
    ACCOUNT_BALANCE,
    ACCOUNT_SOURCES,
    AUTHORIZATION_DETAILS,
    BONUS_PAYMENTS,
    CREDENTIAL_REPORT,
    EVENTS,
    HITS,
    SERVICE_LAST_ACCESSED,
    WORKER_BLOCKS,
)


def account_coverage(snapshot: Snapshot) -> tuple[CoverageRow, ...]:
    """The row on the accounts, which is of no single one; none for one account that stands alone."""
    organization = snapshot.organization
    nodes = (organization.nodes or ()) if organization else ()
    listed = {node.id for node in nodes if node.type is NodeType.ACCOUNT}
    wanted = {evidence.account.account_id for evidence in snapshot.accounts}
    if len(wanted) < 2 and not listed - wanted:
        return ()
    unreached = [gap for gap in snapshot.gaps if gap.account_id and gap.source in ACCOUNT_SOURCES]
    details = [f"{gap.account_id}: {gap.detail}" for gap in unreached]
    if listed - wanted:
        details.append(
            f"the organization has {len(listed)} accounts, of which {len(listed - wanted)} were not to be collected"
        )
    missing = len({gap.account_id for gap in unreached} & wanted)
    return (
        CoverageRow(
            account_id="",
            part="accounts",
            state=CoverageState.PARTIAL if missing else CoverageState.COMPLETE,
            answered=len(wanted) - missing,
            total=len(wanted),
            detail=sentences(details),
        ),
    )


def spread(evidence: AccountEvidence, gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """Add, for an account that could not be reached, the same gap to each kind of evidence that it lacks."""
    account_id = evidence.account.account_id
    unreached = [gap for gap in gaps if gap.account_id == account_id and gap.source in ACCOUNT_SOURCES]
    if not unreached:
        return gaps
    kinds = (
        (AUTHORIZATION_DETAILS, evidence.authorization),
        (ACCOUNT_BALANCE, evidence.balance),
        (HITS, evidence.hits),
        (BONUS_PAYMENTS, evidence.bonus_payments),
        (WORKER_BLOCKS, evidence.worker_blocks),
        (EVENTS, evidence.events),
        (SERVICE_LAST_ACCESSED, evidence.last_accesses),
        (CREDENTIAL_REPORT, evidence.credentials),
    )
    lacking = [file.source for file, found in kinds if found is None]
    return (*gaps, *(msgspec.structs.replace(gap, source=source) for gap in unreached for source in lacking))
