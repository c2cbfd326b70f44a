"""Reach that was worked out elsewhere: the same answer, and its documents among those that are shown here."""

from __future__ import annotations

from datetime import UTC, datetime

from audit.catalog.load import load_profile
from audit.evaluate.evaluators import AccountEvaluators, account_evaluators
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.reach import reach_book, reach_of
from audit.evaluate.reach_answer import answer_reach, received_reach
from audit.evaluate.reach_coverage import reach_coverage
from audit.model.question import Question
from audit.model.reach import Reach
from audit.model.threshold import Thresholds
from tests.unit.evaluate.accounts import ACCOUNT, Account, allow, document

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
TRUSTING = document(
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
)
OTHER = b'{"Statement": []}'


def _evaluators() -> AccountEvaluators:
    account = Account()
    account.role("payer", document(allow("mechanicalturk:SendBonus")), AssumeRolePolicyDocument=TRUSTING)
    account.role("caller", document(allow("sts:AssumeRole")))
    account.role("writer", document(allow("iam:PutRolePolicy")))
    return account_evaluators(ACCOUNT, account.details(), load_profile(), AS_OF)


def _question() -> Question:
    return Question(profile=load_profile(), as_of=AS_OF, window=None, environment="production", thresholds=Thresholds())


def _named(reach: Reach, shown: ShownDocuments) -> list[tuple[str, bytes]]:
    """Each reference of a step with its document."""
    policies = [ref.policy for step in reach.steps for ref in step.statements]
    return [(one.name, shown.raw[one.document_id] if one.document_id >= 0 else b"") for one in policies]


def test_the_answer_arrives_as_it_was_where_nothing_else_is_shown() -> None:
    here = ShownDocuments()
    book = reach_book([_evaluators()], _question(), (), here)
    direct = reach_of(book)
    there = ShownDocuments()
    answer = received_reach(answer_reach([_evaluators()], _question(), ()), there)
    assert answer.reach == direct
    assert answer.reach.paths
    assert answer.coverage == (reach_coverage(ACCOUNT, book.population, book.decisions),)
    assert there.raw == here.raw


def test_documents_that_are_shown_keep_their_numbers_and_are_not_shown_twice() -> None:
    sent = answer_reach([_evaluators()], _question(), ())
    alone = ShownDocuments()
    first = received_reach(sent, alone).reach
    shown = ShownDocuments()
    shown.adopted([OTHER, alone.raw[-1]])
    second = received_reach(sent, shown).reach
    assert shown.raw == (OTHER, alone.raw[-1], *alone.raw[:-1])
    assert _named(second, shown) == _named(first, alone)
    assert second != first
