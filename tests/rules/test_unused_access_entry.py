"""unused-access-entry: entries of the access model that mean nobody, give nothing, or are not used."""

from __future__ import annotations

import msgspec

from audit.model.access_model import AccessModel
from audit.model.activity import Observation
from audit.model.finding import Confidence
from audit.rules import unused_access_entry
from audit.rules.intended import with_intended
from audit.rules.interface import RuleContext
from tests.rules.account import Account, allow, findings, full, only
from tests.rules.test_outside_access_model import entry, under

OTHER = "444455556666"


def observed(context: RuleContext, arn: str, observation: Observation) -> RuleContext:
    held = {
        action: msgspec.structs.replace(entitlement, observation=observation)
        for action, entitlement in context.entitlements[arn].items()
    }
    return msgspec.structs.replace(context, entitlements={**context.entitlements, arn: held})


def test_an_entry_that_means_nobody_is_told_of() -> None:
    context = under(Account().context(), entry(principals=("arn:aws:iam::*:role/Gone",), privileges=("SendBonus",)))
    found = only(unused_access_entry, context)
    assert found.title == (
        "The access model's entry payroll is not used: no user, group or role of these accounts is meant by it"
    )
    assert found.confidence is Confidence.HIGH
    assert ("owner", "ulla.berg") in found.facts


def test_an_entry_whose_privileges_nobody_holds_is_told_of() -> None:
    account = Account()
    account.managed("Read", allow(full("ListHITs")), to=[account.role("Payroll")])
    context = under(account.context(), entry(principals=("*:role/Payroll",), privileges=("SendBonus",)))
    assert "holds any of its privileges" in only(unused_access_entry, context).title


def test_use_decides_only_where_the_logs_cover_the_window() -> None:
    account = Account()
    payroll = account.role("Payroll")
    account.managed("Pay", allow(full("SendBonus")), to=[payroll])
    meant = entry(principals=("*:role/Payroll",), privileges=("SendBonus",))
    for observation in Observation:
        context = under(observed(account.context(), payroll, observation), meant)
        found = findings(unused_access_entry, context)
        assert bool(found) is (observation is Observation.NOT_OBSERVED), observation
    unused = only(unused_access_entry, under(observed(account.context(), payroll, Observation.NOT_OBSERVED), meant))
    assert unused.subjects == (payroll,)
    assert unused.confidence is Confidence.MEDIUM


def test_an_entry_is_judged_over_all_accounts_and_told_of_once() -> None:
    here, there = Account(), Account(OTHER)
    there.managed("Pay", allow(full("SendBonus")), to=[there.role("Payroll")])
    used = entry(principals=("*:role/Payroll",), privileges=("SendBonus",))
    bound = entry(id="bound", principals=(f"arn:aws:iam::{OTHER}:role/Gone",), privileges=("SendBonus",))
    loose = entry(id="loose", paths=("/gone/",), privileges=("SendBonus",))
    model = AccessModel(name="access.toml", sha256="a" * 64, entries=(bound, loose, used))
    first, second = with_intended([here.context(), there.context()], model)
    assert [dict(found.identity)["entry"] for found in findings(unused_access_entry, first)] == ["loose"]
    assert [dict(found.identity)["entry"] for found in findings(unused_access_entry, second)] == ["bound"]
