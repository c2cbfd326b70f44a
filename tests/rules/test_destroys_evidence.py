"""destroys-evidence: who can delete HITs and qualification types."""

from __future__ import annotations

from audit.model.privilege import Severity
from audit.rules import destroys_evidence
from tests.rules.account import Account, allow, deny, findings, full, only


def test_whoever_can_delete_hits_is_named() -> None:
    account = Account()
    cleaner = account.role("Cleaner")
    account.inline("Clean", cleaner, allow(full("Delete*")))

    found = only(destroys_evidence, account.context())

    assert found.subjects == (cleaner,)
    assert found.privileges == (full("DeleteHIT"), full("DeleteQualificationType"))
    assert found.severity is Severity.HIGH
    assert "1 of 1 principal can delete Mechanical Turk records through inline Clean of Cleaner" in found.title


def test_deleting_qualification_types_alone_is_medium() -> None:
    account = Account()
    account.inline("Clean", account.role("Cleaner"), allow(full("DeleteQualificationType")))
    assert only(destroys_evidence, account.context()).severity is Severity.MEDIUM


def test_removing_a_block_or_a_denied_deletion_destroys_nothing() -> None:
    account = Account()
    account.inline("Unblock", account.role("Moderator"), allow(full("DeleteWorkerBlock")))
    cleaner = account.role("Cleaner")
    account.inline("Clean", cleaner, allow(full("Delete*")), deny(full("DeleteHIT"), full("DeleteQualification*")))
    assert not findings(destroys_evidence, account.context())
