"""exposes-worker-data: who can read answers, files, scores, payments and accusations."""

from __future__ import annotations

from audit.model.privilege import Severity
from audit.rules import exposes_worker_data
from tests.rules.account import Account, allow, findings, full, only


def test_get_and_list_open_all_worker_data() -> None:
    account = Account()
    analyst = account.user("analyst")
    account.managed("AmazonMechanicalTurkReadOnly", allow(full("Get*"), full("List*")), to=[analyst], aws=True)

    found = only(exposes_worker_data, account.context())

    assert found.subjects == (analyst,)
    assert len(found.privileges) == 10
    assert found.severity is Severity.HIGH
    assert any("cannot be edited" in sentence for sentence in found.considered)


def test_payments_and_blocks_alone_are_medium() -> None:
    account = Account()
    account.managed("Audit", allow(full("ListBonusPayments"), full("ListWorkerBlocks")), to=[account.role("Audit")])
    assert only(exposes_worker_data, account.context()).severity is Severity.MEDIUM


def test_hits_and_the_balance_are_no_worker_data() -> None:
    account = Account()
    account.managed(
        "Look", allow(full("ListHITs"), full("GetHIT"), full("GetAccountBalance")), to=[account.role("Look")]
    )
    assert not findings(exposes_worker_data, account.context())
