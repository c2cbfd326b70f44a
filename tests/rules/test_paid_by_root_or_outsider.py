"""paid-by-root-or-outsider: payments that no principal of the account answers for."""

from __future__ import annotations

import pytest

from audit.model.event import ActorType
from audit.model.privilege import Severity
from audit.rules import paid_by_root_or_outsider as rule
from tests.rules.account import Account, findings, only
from tests.rules.acts import ROOT, paid


@pytest.mark.parametrize(
    ("arn", "kind", "title", "severity"),
    [
        (ROOT, ActorType.ROOT, "The root user paid 1 bonus worth $1.00 in 2026-Q3", Severity.CRITICAL),
        ("arn:aws:iam::9:role/X", ActorType.OTHER_ACCOUNT,
         "A principal of another account paid 1 bonus worth $1.00 in 2026-Q3", Severity.HIGH),
        ("", ActorType.SERVICE, "An AWS service paid 1 bonus worth $1.00 in 2026-Q3", Severity.HIGH),
    ],
)  # fmt: skip
def test_each_of_them_is_named(arn: str, kind: ActorType, title: str, severity: Severity) -> None:
    found = only(rule, Account().context(reconciliation=(paid(by=arn or "?", principal_arn=arn, actor_type=kind),)))
    assert (found.title, found.severity) == (title, severity)
    assert found.subjects == (arn or ROOT,)


def test_the_accounts_own_and_payments_of_nobody_known_are_none() -> None:
    rows = (paid(by="arn:aws:iam::111122223333:role/Payer"), paid())
    assert not findings(rule, Account().context(reconciliation=rows))
