"""Where things lie in a snapshot folder. Paths are relative to it and use `/`.

::

    2026-Q3/manifest.json
    2026-Q3/111122223333/iam/authorization-details.json
    2026-Q3/111122223333/mturk/bonus-payments.jsonl
    2026-Q3/.progress/                       only while a collection is unfinished
"""

from __future__ import annotations

import re

import msgspec

MANIFEST = "manifest.json"
PROGRESS = ".progress"
PARTIAL_SUFFIX = ".partial"
"""Of a file that is being written; it never stands for the file itself."""

_ACCOUNT_ID = re.compile(r"[0-9]{12}")


class EvidenceFile(msgspec.Struct, frozen=True):
    """One kind of raw file, of which each account has at most one."""

    source: str
    """The API call that fills it, as gaps name it: `mturk:ListHITs`."""
    name: str
    """Below the account's folder: `mturk/hits.jsonl`."""

    def path(self, account_id: str) -> str:
        """Its path in the snapshot."""
        return f"{account_id}/{self.name}"


CALLER_IDENTITY = EvidenceFile("sts:GetCallerIdentity", "iam/caller-identity.json")
ACCOUNT_ALIASES = EvidenceFile("iam:ListAccountAliases", "iam/account-aliases.json")
AUTHORIZATION_DETAILS = EvidenceFile("iam:GetAccountAuthorizationDetails", "iam/authorization-details.json")
ACCOUNT_BALANCE = EvidenceFile("mturk:GetAccountBalance", "mturk/account-balance.json")
HITS = EvidenceFile("mturk:ListHITs", "mturk/hits.jsonl")
BONUS_PAYMENTS = EvidenceFile("mturk:ListBonusPayments", "mturk/bonus-payments.jsonl")
WORKER_BLOCKS = EvidenceFile("mturk:ListWorkerBlocks", "mturk/worker-blocks.jsonl")

MTURK_FILES = (ACCOUNT_BALANCE, HITS, BONUS_PAYMENTS, WORKER_BLOCKS)
"""What Mechanical Turk's own API tells."""

EVIDENCE_FILES = (CALLER_IDENTITY, ACCOUNT_ALIASES, AUTHORIZATION_DETAILS, *MTURK_FILES)
"""What a whole account holds, in the order of collection."""


def is_account_id(text: str) -> bool:
    """Whether `text` is twelve digits; nothing else may become a folder's name."""
    return _ACCOUNT_ID.fullmatch(text) is not None
