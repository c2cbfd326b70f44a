"""Which decisions ask for a change, what a decision to modify leaves, and what has no change."""

from __future__ import annotations

import msgspec
import pytest

from audit.evaluate.rightsize_proof import UnprovedError
from audit.model.review import Choice, Decision, DecisionState
from audit.review import revocations as module
from audit.review.attach import with_review
from audit.review.folder import ReviewFolder
from audit.review.revocations import Revocations, revocations
from tests.unit.evaluate.accounts import Account
from tests.unit.review.audits import BONUS, CREATE, DELETE, OLD_QUARTER, THEN, audited, payer, snapshot
from tests.unit.review.test_decisions import ROLE, decision

HELD = (BONUS, CREATE, DELETE)


def asked(*choices: Decision, account: Account | None = None) -> Revocations:
    evidence = snapshot(account or payer(actions=HELD))
    return revocations(evidence, with_review(audited(evidence), ReviewFolder(name="review", decisions=choices)))


def made(choice: Choice, actions: tuple[str, ...] = HELD, justification: str = "") -> Decision:
    """Decided a quarter ago."""
    then = audited(snapshot(payer(actions=HELD), at=THEN, window=OLD_QUARTER, name="2026-Q2"))
    made = decision(then, choice, actions=actions, justification=justification)
    return msgspec.structs.replace(made, basis="")


def taken(found: Revocations) -> set[str]:
    return {action for each in found.decided for action in each.actions}


def test_a_revocation_is_named_with_its_hash_and_state() -> None:
    choice = made(Choice.REVOKE, (BONUS,))
    found = asked(choice)
    (each,) = found.decided
    assert (each.principal_arn, each.actions, each.state) == (ROLE, (BONUS,), DecisionState.OVERDUE)
    assert each.decided_on_sha256 == choice.snapshot_sha256 != found.evidence_sha256
    assert [len(account.steps) for account in found.accounts] == [1]
    assert found.complete


def test_of_a_privilege_that_was_decided_twice_the_latest_counts() -> None:
    whole = made(Choice.REVOKE)
    kept = msgspec.structs.replace(made(Choice.KEEP, (CREATE,)), decided_on=whole.decided_on.replace(day=6))
    assert taken(asked(whole, kept)) == {BONUS, DELETE}


@pytest.mark.parametrize(
    ("justification", "goes"),
    [
        ("stays: CreateHIT", {BONUS, DELETE}),
        ("Agreed with finance; stays: mechanicalturk:CreateHIT, DeleteHIT", {BONUS}),
        ("Stays: *HIT.", {BONUS}),
        ("stays: nothing", set(HELD)),
        ("stays: CreateHIT, DeleteHIT, SendBonus", set()),
    ],
)
def test_a_decision_to_modify_says_what_stays(justification: str, goes: set[str]) -> None:
    found = asked(made(Choice.MODIFY, justification=justification))
    assert taken(found) == goes
    assert found.complete


@pytest.mark.parametrize("justification", ["", "make it smaller", "stays: PayEverybody", "it stays"])
def test_one_that_does_not_say_it_has_no_change(justification: str) -> None:
    found = asked(made(Choice.MODIFY, justification=justification))
    assert (found.decided, found.accounts) == ((), ())
    assert [each.principal_arn for each in found.unresolved] == [ROLE]
    assert not found.complete


@pytest.mark.parametrize("choice", [Choice.KEEP, Choice.EXCEPTION])
def test_what_is_kept_or_excepted_asks_for_nothing(choice: Choice) -> None:
    found = asked(made(choice))
    assert (found.decided, found.accounts, found.unresolved) == ((), (), ())


def test_what_is_done_asks_for_nothing_and_what_cannot_be_told_is_named() -> None:
    gone = asked(made(Choice.REVOKE), account=payer(actions=("s3:GetObject",)))
    assert (gone.decided, gone.complete) == ((), True)
    untold = asked(made(Choice.REVOKE), account=Account())
    assert [each.reason for each in untold.unresolved] == [
        "This evidence does not tell whether the privileges are still there."
    ]


def test_changes_that_together_are_not_proved_are_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def unproved(*_: object, **__: object) -> None:
        raise UnprovedError(ROLE, "something would change")

    monkeypatch.setattr(module, "revoke", unproved)
    found = asked(made(Choice.REVOKE, (BONUS,)))
    (account,) = found.accounts
    assert account.steps == ()
    assert [(each.principal_arn, each.actions) for each in account.unresolved] == [(ROLE, (BONUS,))]
    assert not found.complete
