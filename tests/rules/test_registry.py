"""The registry: every rule is listed, says what it must, and has its tests."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

import audit.rules
from audit.model.activity import Observation
from audit.model.event import ActorType
from audit.model.finding import Finding
from audit.model.reconciliation import Explanation, Outcome
from audit.model.threshold import Thresholds
from audit.rules import registry
from audit.rules.interface import Rule, RuleContext
from tests.rules.account import CLOSED, MFA, OPEN, Account, allow, bonuses, deny, full
from tests.rules.acts import ROOT, blocked, observed, paid, payer, tried
from tests.rules.reaching import company
from tests.rules.test_outside_access_model import entry, under

FOLDER = Path(audit.rules.__file__).parent
MODULES = {rule.INFO.id: rule for rule in registry.RULES}


def everything_wrong() -> list[Finding]:
    """Findings of every rule, from one account that has it all."""
    account = Account()
    admin, payer = account.role("Admin", last_used_known=True), account.role("Payer")
    account.managed("Admin", allow("*"), to=[admin])
    account.managed("Pay", allow(full("SendBonus"), condition=MFA), to=[payer])
    account.managed(
        "Odd",
        allow(full("GrantBonus")),
        deny(full("GrantBonus")),
        allow(full("SendBonus"), resource="arn:*"),
        deny(full("SendBonus"), resource="arn:*"),
        allow("crowd:*"),
        to=[admin],
    )
    activity = (bonuses(Observation.NOT_OBSERVED, number=0),)
    contexts = [account.context(as_of=moment, activity=activity) for moment in (OPEN, CLOSED)]
    contexts.append(observed(acted(account, admin, payer), {}))
    contexts.append(under(account.context(), entry(principals=("nobody",), privileges=("SendBonus",))))
    return [*(finding for context in contexts for finding in registry.run_rules(context)), *company().findings]


def acted(account: Account, admin: str, other: str) -> RuleContext:
    """The account with acts that each rule about acts finds."""
    return account.context(
        reconciliation=(
            paid(),
            paid(by=admin, amount="99"),
            paid(by=other),
            paid(by=ROOT, actor_type=ActorType.ROOT),
            paid(by=admin, outcome=Outcome.CONTRADICTORY, explanation=Explanation.AMOUNT_DIFFERS),
            blocked(Outcome.NO_EVENT),
            blocked(Outcome.CONTRADICTORY, admin),
        ),
        payers=(payer(other, None),),
        usage=(tried(other),),
        thresholds=Thresholds(bonus=Decimal(50)),
    )


def test_every_module_with_a_rule_is_listed() -> None:
    with_rule = {path.stem for path in FOLDER.glob("*.py") if re.search(r"^def check\(", path.read_text(), re.M)}
    assert with_rule == {_name(rule) for rule in registry.RULES}


def test_ids_are_kebab_case_sorted_and_name_the_file() -> None:
    ids = [rule.INFO.id for rule in registry.RULES]
    assert ids == sorted(set(ids))
    assert [id_.replace("-", "_") for id_ in ids] == [_name(rule) for rule in registry.RULES]


@pytest.mark.parametrize("id_", MODULES)
def test_every_rule_has_its_test_file(id_: str) -> None:
    assert Path(__file__).with_name(f"test_{id_.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("id_", MODULES)
def test_every_rule_says_what_it_is_what_to_do_and_how_it_may_be_wrong(id_: str) -> None:
    info = MODULES[id_].INFO
    for text in (info.description, info.remediation, info.false_positive):
        assert text.endswith(".")
        assert "  " not in text
    assert not info.title.endswith(".")
    assert info.controls
    assert info.identity[0] == "account"


@pytest.mark.parametrize("id_", MODULES)
def test_every_rule_finds_what_it_is_for_and_carries_its_identity(id_: str) -> None:
    info = MODULES[id_].INFO
    found = [finding for finding in everything_wrong() if finding.rule == id_]
    assert found
    for finding in found:
        assert tuple(name for name, _ in finding.identity) == info.identity
        assert finding.severity.rank <= info.severity.rank
        assert finding.confidence_reason.endswith(".")
        assert all(sentence.endswith(".") for sentence in finding.considered)
        assert "\n" not in finding.title


def test_the_ruleset_has_a_hash_and_tells_of_every_rule() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", registry.ruleset_sha256())
    assert registry.rule_infos() == tuple(rule.INFO for rule in registry.RULES)


def test_another_ruleset_has_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = registry.ruleset_sha256()
    monkeypatch.setattr(registry, "RULES", registry.RULES[1:])
    assert registry.ruleset_sha256() != before


def _name(rule: Rule) -> str:
    """The module's own name."""
    assert isinstance(rule, ModuleType)
    return rule.__name__.rpartition(".")[2]
