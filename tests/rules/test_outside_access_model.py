"""outside-access-model: what nobody is meant to hold, and nothing that somebody is."""

from __future__ import annotations

from audit.model.access_model import AccessEntry, AccessModel
from audit.rules import outside_access_model
from audit.rules.intended import with_intended
from audit.rules.interface import RuleContext
from tests.rules.account import Account, allow, findings, full, only


def entry(**fields: object) -> AccessEntry:
    given = {"id": "payroll", "owner": "ulla.berg", "why": "pays the bonuses", **fields}
    return AccessEntry(**given)  # type: ignore[arg-type]  # fields of several types, by name


def under(context: RuleContext, *entries: AccessEntry) -> RuleContext:
    return with_intended([context], AccessModel(name="access.toml", sha256="a" * 64, entries=entries))[0]


def test_without_a_model_nothing_is_outside_it() -> None:
    account = Account()
    account.managed("Pay", allow(full("*")), to=[account.role("Anybody")])
    assert not findings(outside_access_model, account.context())


def test_what_no_entry_means_is_outside_and_what_one_means_is_not() -> None:
    account = Account()
    payroll, stranger = account.role("Payroll"), account.role("Stranger")
    account.managed("Pay", allow(full("SendBonus"), full("ListHITs"), sid="Pay"), to=[payroll, stranger])
    context = under(
        account.context(), entry(principals=("arn:aws:iam::*:role/Pay*",), privileges=("SendBonus", "List*"))
    )

    found = only(outside_access_model, context)

    assert found.subjects == (stranger,)
    assert found.privileges == (full("ListHITs"), full("SendBonus"))
    assert (
        found.title == "1 of 2 principals holds 2 of 39 privileges outside the access model through Pay, statement Pay"
    )
    assert found.fix == ""
    assert found.considered[0].startswith("The same statement gives some of it to principals that are meant to have it")


def test_a_statement_that_serves_nobody_else_comes_with_its_change() -> None:
    account = Account()
    stranger = account.role("Stranger")
    account.managed("Pay", allow(full("SendBonus"), full("ListHITs")), to=[stranger])
    context = under(account.context(), entry(principals=("arn:aws:iam::*:role/Stranger",), privileges=("ListHITs",)))
    found = only(outside_access_model, context)
    assert found.privileges == (full("SendBonus"),)
    assert "-" in found.fix
    assert "SendBonus" in found.fix


def test_tags_and_paths_must_fit_as_well() -> None:
    account = Account()
    right = account.role("Right", tags=(("team", "payments"),), path="/payments/")
    untagged = account.role("Untagged", path="/payments/")
    elsewhere = account.role("Elsewhere", tags=(("team", "payments"),))
    account.managed("Pay", allow(full("SendBonus")), to=[right, untagged, elsewhere])
    meant = entry(tags=(("team", "pay*"),), paths=("/payments/",), risk_classes=("pays money",))
    assert only(outside_access_model, under(account.context(), meant)).subjects == (elsewhere, untagged)


def test_a_finding_stays_the_same_when_the_model_changes() -> None:
    account = Account()
    account.managed("Pay", allow(full("SendBonus")), to=[account.role("A"), account.role("B")])
    every = under(account.context(), entry(principals=("nobody",), privileges=("*",)))
    one = under(account.context(), entry(principals=("*:role/A",), privileges=("*",)))
    assert only(outside_access_model, every).fingerprint == only(outside_access_model, one).fingerprint
