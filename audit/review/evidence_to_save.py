"""Evidence that AWS will delete: what of it this audit has saved, and until when the rest is to be had.

Days that are not established are marked so; of what is not known at all, the day is None.
"""

from __future__ import annotations

from datetime import date, timedelta

from audit.model.privilege import Lifecycle
from audit.model.result import AuditResult, CoverageState
from audit.model.review import EvidenceToSave

API_PARTS = ("HITs", "bonus payments", "worker blocks", "account balance")
"""Parts of the coverage that only Mechanical Turk's own API tells."""
EVENT_HISTORY = timedelta(days=90)
"""https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html"""
LAST_ACCESSED = timedelta(days=400)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html"""


def evidence_to_save(result: AuditResult) -> tuple[EvidenceToSave, ...]:
    """What is to be saved before a closed service's evidence is gone: the service's own first, then AWS's record."""
    return (*(_api_part(result, part) for part in API_PARTS), _website(result), _events(result), _last_accessed(result))


def _api_part(result: AuditResult, part: str) -> EvidenceToSave:
    states = [row.state for row in result.coverage if row.part == part]
    settled = (CoverageState.COMPLETE, CoverageState.NOT_APPLICABLE)
    saved = bool(states) and all(state in settled for state in states)
    count = sum(state in settled for state in states)
    return EvidenceToSave(
        part=part,
        until=None,
        established=False,
        saved=saved,
        detail=(
            f"Saved whole in {count} of {len(states)} accounts. "
            "Until when the service's API still answers is not established."
        ),
    )


def _website(result: AuditResult) -> EvidenceToSave:
    until = result.profile.lifecycle.history_until
    return EvidenceToSave(
        part="transaction history on the requester website",
        until=until,
        established=until is not None and _established(result.profile.lifecycle, until),
        saved=False,
        detail="Only the website shows it; this tool does not read it: download it there, and keep it.",
    )


def _established(lifecycle: Lifecycle, day: date) -> bool:
    """Whether a source that was read states the day."""
    return any(source.established and day.isoformat() in source.states for source in lifecycle.sources)


def _events(result: AuditResult) -> EvidenceToSave:
    window = result.header.window
    accounts = {account.account_id for account in result.header.accounts}
    saved = {row.account_id for row in result.account_events}
    return EvidenceToSave(
        part="CloudTrail events",
        until=window.since.date() + EVENT_HISTORY if window else None,
        established=window is not None,
        saved=bool(accounts) and accounts <= saved,
        detail=(
            f"In the evidence for {len(accounts & saved)} of {len(accounts)} accounts. "
            "The day is when the event history forgets the window's first day; a trail's bucket keeps files as long "
            "as its own rules say."
        ),
    )


def _last_accessed(result: AuditResult) -> EvidenceToSave:
    closed = result.profile.lifecycle.closes_on
    return EvidenceToSave(
        part="service last accessed",
        until=closed + LAST_ACCESSED if closed else None,
        established=closed is not None,
        saved=bool(result.last_accesses),
        detail=(
            f"Known of {len(result.last_accesses)} of {len(result.principals)} principals. "
            "AWS looks back at least 400 days; the day is counted from the closing."
        ),
    )
