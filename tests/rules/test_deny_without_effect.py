"""deny-without-effect: Deny on a resource that the actions do not have, as severe as what stays open."""

from __future__ import annotations

from audit.model.privilege import Severity
from audit.rules import deny_without_effect
from tests.rules.account import Account, Json, allow, deny, findings, full, only
from tests.rules.patching import patched


def test_it_names_what_stays_open_and_to_whom() -> None:
    account = Account()
    payer, reader = account.role("Payer"), account.role("Reader")
    account.managed("Full", allow(full("*")), to=[payer])
    account.managed("Look", allow(full("ListHITs")), to=[reader])
    account.managed("Guard", deny(full("Send*"), resource="arn:aws:mechanicalturk:*:*:*"), to=[payer, reader])

    found = only(deny_without_effect, account.context())

    assert found.subjects == (payer,)
    assert found.privileges == (full("SendBonus"), full("SendTestEventNotification"))
    assert found.severity is Severity.CRITICAL
    assert found.title == (
        "Guard, statement 1 denies 2 privileges on arn:aws:mechanicalturk:*:*:*, which protects nothing: "
        "2 of them stay open to 1 principal"
    )


def test_it_is_low_where_nobody_can_use_them() -> None:
    account = Account()
    role = account.role("Guarded")
    account.managed("Guard", deny(full("SendBonus"), resource="arn:*"), deny(full("SendBonus")), to=[role])
    found = only(deny_without_effect, account.context())
    assert found.severity is Severity.LOW
    assert found.subjects == (role,)


def test_a_deny_that_works_or_is_about_another_service_is_none() -> None:
    account = Account()
    account.managed(
        "Fine",
        allow(full("*")),
        deny(full("SendBonus")),
        deny("*", resource="arn:aws:s3:::secret"),
        deny("s3:*", resource="arn:aws:s3:::secret"),
        allow(full("SendBonus"), resource="arn:*"),
        to=[account.role("Fine")],
    )
    assert not findings(deny_without_effect, account.context())


def test_the_fix_sets_the_resource_to_everything() -> None:
    account = Account()
    account.managed("Guard", deny(full("SendBonus"), resource="arn:*"), to=[account.role("Guarded")])
    context = account.context()
    (statement,) = patched(context.documents[0].text, only(deny_without_effect, context).fix)["Statement"]
    assert statement == deny(full("SendBonus"))


def test_the_fix_leaves_what_is_denied_of_other_services_where_it_is() -> None:
    account = Account()
    mixed: Json = deny("s3:Delete*", full("SendBonus"), resource="arn:aws:s3:::secret", sid="Guard")
    account.managed("Guard", mixed, to=[account.role("Guarded")])
    context = account.context()
    after = patched(context.documents[0].text, only(deny_without_effect, context).fix)
    assert after["Statement"] == [
        {"Sid": "Guard", "Effect": "Deny", "Action": ["s3:Delete*"], "Resource": "arn:aws:s3:::secret"},
        {"Effect": "Deny", "Action": [full("SendBonus")], "Resource": "*"},
    ]
