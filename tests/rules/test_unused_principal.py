"""unused-principal: roles that the evidence says were not used, and no others."""

from __future__ import annotations

from datetime import UTC, datetime

from audit.model.activity import Observation
from audit.model.finding import Confidence
from audit.model.last_access import AccessKeyUse, CredentialUse
from audit.model.privilege import Severity
from audit.rules import unused_principal
from tests.rules.account import BEFORE, CLOSED, QUARTER, Account, allow, findings, full, only
from tests.rules.acts import observed

LONG_AGO = datetime(2026, 3, 5, tzinfo=UTC)
IN_WINDOW = datetime(2026, 8, 1, tzinfo=UTC)
AFTER = datetime(2026, 11, 1, tzinfo=UTC)


def test_roles_last_used_before_the_window_or_never_are_named_together() -> None:
    account = Account()
    stale = account.role("Stale", last_used_known=True, last_used_at=LONG_AGO)
    never = account.role("Never", last_used_known=True)
    account.managed("Full", allow(full("*")), to=[stale, never])

    found = only(unused_principal, account.context())

    assert found.subjects == (never, stale)
    assert found.confidence is Confidence.LOW
    assert "tracking period" in found.confidence_reason
    assert found.severity is Severity.MEDIUM
    assert ("last used", "Never: not in the tracking period and Stale: 2026-03-05") in found.facts
    assert found.title == (
        "2 of 2 principals were last used before 2026-07-01 or never, with 39 of 39 privileges "
        "through Full, statement 1"
    )


def test_whatever_the_evidence_does_not_bear_out_is_not_unused() -> None:
    account = Account()
    used = account.role("Used", last_used_known=True, last_used_at=IN_WINDOW)
    since = account.role("UsedSince", last_used_known=True, last_used_at=AFTER)
    young = account.role("Young", last_used_known=True, created_at=IN_WINDOW)
    on_the_day = account.role("OnTheDay", last_used_known=True, created_at=QUARTER.since)
    undated = account.role("Undated", last_used_known=True, created_at=None)
    unasked = account.role("Unasked", last_used_known=False)
    user = account.user("ann")
    account.managed("Full", allow(full("*")), to=[used, since, young, on_the_day, undated, unasked, user])
    assert not findings(unused_principal, account.context())


def test_users_are_judged_by_all_their_credentials() -> None:
    account = Account()
    idle, key, new = account.user("idle"), account.user("key"), account.user("new")
    account.managed("Full", allow(full("*")), to=[idle, key, new, account.user("unreported")])
    used = AccessKeyUse(number=1, active=True, last_used_at=IN_WINDOW)
    report = {
        idle: CredentialUse(principal_arn=idle, name="idle", password_last_used_at=LONG_AGO),
        key: CredentialUse(principal_arn=key, name="key", password_last_used_at=LONG_AGO, keys=(used,)),
        new: CredentialUse(principal_arn=new, name="new"),
    }
    found = only(unused_principal, account.context(credentials=report))
    assert found.subjects == (idle, new)
    assert ("last used", "idle: 2026-03-05 and new: not in the tracking period") in found.facts


def test_events_bear_it_out_or_tell_that_it_was_used_after_all() -> None:
    account = Account()
    stale = account.role("Stale", last_used_known=True)
    account.managed("Pay", allow(full("SendBonus")), to=[stale])
    found = only(unused_principal, observed(account.context(), {}))
    assert found.confidence is Confidence.MEDIUM
    assert "no call of theirs" in found.confidence_reason
    assert not findings(
        unused_principal, observed(account.context(), {(stale, full("SendBonus")): Observation.OBSERVED})
    )


def test_an_unused_role_without_privileges_is_none() -> None:
    account = Account()
    account.managed("Other", allow("s3:*"), to=[account.role("Stale", last_used_known=True, created_at=BEFORE)])
    assert not findings(unused_principal, account.context())


def test_without_a_window_nothing_is_unused() -> None:
    account = Account()
    account.managed("Full", allow(full("*")), to=[account.role("Stale", last_used_known=True)])
    assert not findings(unused_principal, account.context(window=None))


def test_a_role_stands_in_one_finding_whatever_number_of_statements_it_has() -> None:
    account = Account()
    stale = account.role("Stale", last_used_known=True)
    pay = account.managed("Pay", allow(full("SendBonus")), to=[stale])
    look = account.managed("Look", allow(full("List*")), to=[stale])
    found = only(unused_principal, account.context())
    assert set(found.causes) == {pay.statement(0), look.statement(0)}
    assert len(found.privileges) == 11


def test_it_is_low_where_the_privileges_are_harmless() -> None:
    account = Account()
    account.managed("Look", allow(full("ListHITs")), to=[account.role("Stale", last_used_known=True)])
    assert only(unused_principal, account.context()).severity is Severity.LOW


def test_the_policy_is_left_alone_since_others_may_use_it() -> None:
    account = Account()
    stale, busy = account.role("Stale", last_used_known=True), account.role("Busy")
    account.managed("Mixed", allow(full("*"), "s3:*"), to=[stale, busy])
    found = only(unused_principal, account.context(as_of=CLOSED))
    assert found.subjects == (stale,)
    assert found.fix == ""
