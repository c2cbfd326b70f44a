"""The sentences that open the report: numbers with denominators, and no answer taken for another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Verdict
from audit.model.principal import PrincipalType
from audit.model.privilege import RiskClass
from audit.model.result import AuditResult
from audit.model.snapshot import AccountSummary
from audit.render.view import build_view
from audit.render.view_verdict import payments_words, use_words
from tests.render.factory import PRODUCTION, RESEARCH, empty_result, hostile_result, one_result, typical_result
from tests.render.policies import Shelf, allow
from tests.render.records import BONUS, Holder, paid, principal, result

FIRST, SECOND = PRODUCTION.account_id, RESEARCH.account_id


def bonus(account_id: str, observation: Observation) -> ActionActivity:
    return ActionActivity(account_id=account_id, action=BONUS, observation=observation)


def with_activity(*rows: ActionActivity) -> AuditResult:
    return msgspec.structs.replace(typical_result(), activity=rows)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([paid(FIRST, 214, "1834.5")], "the account paid 214 bonuses worth $1,834.50 in 2026-Q3"),
        ([paid(FIRST, 1, "2")], "the account paid 1 bonus worth $2.00 in 2026-Q3"),
        ([bonus(FIRST, Observation.OBSERVED)], "the account paid bonuses in 2026-Q3"),
        ([paid(FIRST, 0, "0")], "no bonus payment was observed in 2026-Q3"),
        (
            [bonus(FIRST, Observation.NOT_COLLECTED)],
            "the bonus payments were not collected, or not all of them",
        ),
        ([bonus(FIRST, Observation.NOT_TRACKED)], "no source tells of the bonus payments"),
        ([], "no source tells of bonus payments"),
        (
            [paid(FIRST, 2, "3"), bonus(SECOND, Observation.NOT_COLLECTED)],
            "1 of 2 accounts paid 2 bonuses worth $3.00 in 2026-Q3; "
            "the bonus payments of 1 of 2 accounts were not collected, or not all of them",
        ),
        (
            [paid(FIRST, 0, "0"), bonus(SECOND, Observation.NOT_COLLECTED)],
            "no bonus payment of 1 of 2 accounts was observed in 2026-Q3; "
            "the bonus payments of 1 of 2 accounts were not collected, or not all of them",
        ),
    ],
)
def test_payments_keep_the_four_observations_apart(rows: list[ActionActivity], words: str) -> None:
    assert payments_words(with_activity(*rows)) == words


def test_only_a_collected_list_lets_the_report_speak_of_no_payment() -> None:
    for observation in (Observation.NOT_COLLECTED, Observation.NOT_TRACKED):
        assert "no bonus payment" not in payments_words(with_activity(bonus(FIRST, observation)))


def test_the_verdict_counts_users_and_roles_and_says_what_it_does_not_know() -> None:
    assert build_view(typical_result()).verdict == (
        "37 of 75 users and roles can pay workers, 1 more under conditions, for 5 it is not known; "
        "4 of these 38 were not observed to in 2026-Q3, 1 was; of 33 it is not known; "
        "5 principals could not be fully evaluated. "
        "1 of 2 accounts paid 214 bonuses worth $1,834.50 in 2026-Q3; the bonus payments of 1 of 2 accounts were not "
        "collected, or not all of them."
    )


def test_a_group_is_not_counted_among_those_who_can_pay() -> None:
    shelf = Shelf()
    group = principal("payers", PrincipalType.GROUP, FIRST)
    policy = shelf.inline("Pay", group.arn, allow(BONUS))
    grouped = result([PRODUCTION], [Holder(principal=group, policies=(policy,))], shelf.documents)
    assert build_view(grouped).verdict.startswith("There is no user and no role, only groups. ")


def test_nobody_who_can_pay_is_said_with_the_denominator() -> None:
    nobody = result([PRODUCTION], [Holder(principal=principal("reader", PrincipalType.ROLE, FIRST))], [])
    assert build_view(nobody).verdict.startswith("None of 1 user or role can pay workers. ")


def test_an_empty_account_is_not_called_clean() -> None:
    verdict = build_view(empty_result()).verdict
    assert verdict == "The evidence holds no users, groups or roles, so nothing is known about who can use the service."


def test_an_account_without_any_principal_is_named_in_the_verdict() -> None:
    base = one_result()
    header = msgspec.structs.replace(base.header, accounts=(PRODUCTION, AccountSummary(account_id=SECOND)))
    verdict = build_view(msgspec.structs.replace(base, header=header)).verdict
    assert verdict.endswith("no principal is known of 1 of 2 accounts.")


@pytest.mark.parametrize("make", [empty_result, one_result, typical_result, hostile_result])
def test_no_sentence_of_the_summary_calls_anything_clean(make: Callable[[], AuditResult]) -> None:
    view = build_view(make())
    for words in (view.verdict, *view.lifecycle, *view.unanswered, *view.untracked, view.last_review, view.decisions):
        assert "clean" not in words.lower()
        assert words.endswith((".", "?"))


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ([Observation.OBSERVED, Observation.NOT_OBSERVED], "1 of these 2 was not observed to in 2026-Q3, 1 was"),
        ([Observation.NOT_OBSERVED] * 2, "2 of these 2 were not observed to in 2026-Q3, 0 were"),
        (
            [Observation.NOT_OBSERVED, Observation.PARTLY_COVERED],
            "1 of these 2 was not observed to in 2026-Q3, 0 were; of 1 it is not known",
        ),
        ([Observation.NOT_COLLECTED, Observation.NOT_TRACKED], "which of them did in 2026-Q3 is not known"),
    ],
)
def test_never_done_is_said_of_nobody_whose_use_is_not_covered(seen: list[Observation], words: str) -> None:
    base = typical_result()
    arns = sorted({each.principal_arn for each in base.entitlements if "role/" in each.principal_arn})
    first = base.entitlements[0]
    held = tuple(
        msgspec.structs.replace(
            first, principal_arn=arn, action=BONUS, verdict=Verdict.ALLOW, conditions=(), observation=observation
        )
        for arn, observation in zip(arns, seen, strict=False)
    )
    assert use_words(msgspec.structs.replace(base, entitlements=held)) == words


def as_of(moment: datetime) -> AuditResult:
    base = one_result()
    return msgspec.structs.replace(base, header=msgspec.structs.replace(base.header, as_of=moment))


def test_after_the_end_of_the_service_every_grant_is_a_finding() -> None:
    first, second = build_view(as_of(datetime(2026, 11, 23, tzinfo=UTC))).lifecycle
    assert first == (
        "Amazon Mechanical Turk closed on 30 September 2026; every grant that is left is a finding. "
        "1 user or role still holds one or more."
    )
    assert "28 January 2027" in second
    assert "not established" in second


def test_before_the_end_of_the_service_the_date_is_announced() -> None:
    (sentence,) = build_view(as_of(datetime(2026, 9, 29, 23, 59, tzinfo=UTC))).lifecycle
    assert sentence == "Amazon Mechanical Turk closes on 30 September 2026; every grant that is left then is a finding."


def test_a_history_that_has_ended_is_not_announced() -> None:
    assert len(build_view(as_of(datetime(2027, 2, 1, tzinfo=UTC))).lifecycle) == 1


def test_the_table_of_risk_classes_counts_each_user_and_role_once() -> None:
    rows = {row.risk_class: row for row in build_view(typical_result()).risks}
    paying = rows[RiskClass.PAYS_MONEY]
    assert (paying.privileges, paying.allowed, paying.conditional, paying.not_evaluated) == (2, 37, 1, 5)
    assert paying.activity == "SendBonus observed (214); 1 not tracked"
    assert rows[RiskClass.HARMS_A_WORKER].activity == "1 not observed, 3 not tracked"
