"""Everything that the page carries, as one record."""

from __future__ import annotations

import msgspec

from audit.render.html_evidence import PageEvidence
from audit.render.html_reach import PageReach
from audit.render.html_records import (
    PageAccess,
    PageActivity,
    PageDocument,
    PageFinding,
    PagePolicy,
    PagePrincipals,
    PagePrivilege,
    PageRule,
    PageStatement,
    PageWorker,
    Strings,
)
from audit.render.html_review import PageReview


class PageData(msgspec.Struct, frozen=True):
    """Everything the script needs."""

    service: str
    window: str
    strings: Strings
    lists: tuple[tuple[int, ...], ...]
    accounts: tuple[tuple[str, str], ...]
    """Id and alias."""
    partition: str
    classes: Strings
    observations: Strings
    privileges: tuple[PagePrivilege, ...]
    policies: tuple[PagePolicy, ...]
    statements: tuple[PageStatement, ...]
    documents: tuple[PageDocument, ...]
    texts_refused: int
    """Policy documents and fixes that the page had no room for."""
    access: tuple[tuple[PageAccess, ...], ...]
    principals: PagePrincipals
    rules: tuple[PageRule, ...]
    findings: tuple[PageFinding, ...]
    causes: tuple[list[int], ...]
    """The findings of each cause, as runs of places; the worst cause first. The rest follows from the findings."""
    activity: tuple[PageActivity, ...]
    workers: tuple[PageWorker, ...]
    coverage: tuple[tuple[int, str, str, int | None, int | None, str], ...]
    gaps: tuple[tuple[int, str, str, str, str], ...]
    """Account, source, reason, item, detail."""
    defects: tuple[tuple[int, str, str, str, list[int]], ...]
    """Account, subject, where, detail, principals as runs."""
    files: tuple[tuple[str, str, int, int, int | None, int | None], ...]
    """Path, SHA-256, rows, API calls, start, end."""
    evidence: PageEvidence
    reach: PageReach | None
    review: PageReview
