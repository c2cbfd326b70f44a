"""Where things lie in a snapshot folder. Paths are relative to it and use `/`.

::

    2026-Q3/manifest.json
    2026-Q3/111122223333/iam/authorization-details.json
    2026-Q3/111122223333/mturk/bonus-payments.jsonl
    2026-Q3/111122223333/cloudtrail/events.jsonl
    2026-Q3/organization/tree.json           once a snapshot: its account is ""
    2026-Q3/.progress/                       only while a collection is unfinished
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

MANIFEST = "manifest.json"
PROGRESS = ".progress"
PARTIAL_SUFFIX = ".partial"
"""Of a file that is being written; it never stands for the file itself."""

_ACCOUNT_ID = re.compile(r"[0-9]{12}")


class EvidenceFile(msgspec.Struct, frozen=True):
    """One kind of raw file, of which each account, or the organization, has at most one."""

    source: str
    """The API call that fills it, as gaps name it: `mturk:ListHITs`."""
    name: str
    """Below the account's folder: `mturk/hits.jsonl`."""

    def path(self, account_id: str) -> str:
        """Its path in the snapshot. The organization's files have no account: `account_id` is empty."""
        return f"{account_id}/{self.name}" if account_id else self.name


CALLER_IDENTITY = EvidenceFile("sts:GetCallerIdentity", "iam/caller-identity.json")
ACCOUNT_ALIASES = EvidenceFile("iam:ListAccountAliases", "iam/account-aliases.json")
AUTHORIZATION_DETAILS = EvidenceFile("iam:GetAccountAuthorizationDetails", "iam/authorization-details.json")
ACCOUNT_BALANCE = EvidenceFile("mturk:GetAccountBalance", "mturk/account-balance.json")
HITS = EvidenceFile("mturk:ListHITs", "mturk/hits.jsonl")
BONUS_PAYMENTS = EvidenceFile("mturk:ListBonusPayments", "mturk/bonus-payments.jsonl")
ASSIGNMENT_ITEM = "assignment "
"""Before the id of an assignment in the gaps of ListBonusPayments; a HIT stands there with its id alone."""
WORKER_BLOCKS = EvidenceFile("mturk:ListWorkerBlocks", "mturk/worker-blocks.jsonl")

SERVICE_LAST_ACCESSED = EvidenceFile("iam:GetServiceLastAccessedDetails", "iam/service-last-accessed.jsonl")
CREDENTIAL_REPORT = EvidenceFile("iam:GetCredentialReport", "iam/credential-report.csv")
TRAILS = EvidenceFile("cloudtrail:DescribeTrails", "cloudtrail/trails.json")
EVENT_COVERAGE = EvidenceFile("cloudtrail coverage", "cloudtrail/coverage.json")
"""How far the events reach: an `audit.model.event.EventCoverage`."""
EVENTS = EvidenceFile("cloudtrail events", "cloudtrail/events.jsonl")
"""CloudTrail's own records of Mechanical Turk, by time and event id; three roads lead to them, so no call names it."""
ORGANIZATION_TREE = EvidenceFile("organizations:DescribeOrganization", "organization/tree.json")
ORGANIZATION_POLICIES = EvidenceFile("organizations:ListPolicies", "organization/policies.json")

ACCOUNT_STATUS = "organizations:ListAccountsForParent"
ACCOUNT_ROLE = "sts:AssumeRole"
ACCOUNT_SOURCES = frozenset({ACCOUNT_STATUS, ACCOUNT_ROLE})
"""Sources of the gap that an account leaves that could not be reached: it explains every file of the account."""

MTURK_FILES = (ACCOUNT_BALANCE, HITS, BONUS_PAYMENTS, WORKER_BLOCKS)
"""What Mechanical Turk's own API tells."""

ORGANIZATION_FILES = (ORGANIZATION_TREE, ORGANIZATION_POLICIES)
"""Of the snapshot as a whole."""

WRITTEN_WITH = {EVENT_COVERAGE: EVENTS, HITS: BONUS_PAYMENTS}
"""Files that the collector of another one writes together with it."""

EVIDENCE_FILES = (CALLER_IDENTITY, ACCOUNT_ALIASES, AUTHORIZATION_DETAILS, *MTURK_FILES)
"""What a whole account holds, in the order of collection."""

ALL_FILES = tuple(
    dict.fromkeys(
        (
            *EVIDENCE_FILES,
            SERVICE_LAST_ACCESSED,
            CREDENTIAL_REPORT,
            TRAILS,
            EVENTS,
            EVENT_COVERAGE,
            *ORGANIZATION_FILES,
        )
    )
)
"""Everything that a snapshot may hold, whoever fills it."""


def is_account_id(text: str) -> bool:
    """Whether `text` is twelve digits; nothing else may become a folder's name."""
    return _ACCOUNT_ID.fullmatch(text) is not None


def evidence_name(path: Path) -> str:
    """How a result names its evidence: the folder's or file's own name, with a mark for bytes that are no text."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
