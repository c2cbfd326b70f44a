"""The proof refuses every change that does anything else than it should."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from audit.evaluate.rightsize_proof import UnprovedError, prove
from audit.evaluate.rightsize_standing import Standing
from tests.unit.evaluate.accounts import MFA, OFFICE, Account, Json, allow, arn, deny, document, full
from tests.unit.evaluate.rightsizing import ALL, AS_OF, PROFILE

Make = Callable[[Account], object]
PAY = full("SendBonus")
READ = full("GetHIT")
SEVERAL = [{"ForAnyValue:StringEquals": {"aws:TagKeys": f"key-{number}"}} for number in range(8)]


def standing(*policies: Json, more: Make | None = None, subject: str = "role") -> Standing:
    """One role, or one group with a member, that has these policies."""
    account = Account()
    if subject == "role":
        account.role("subject", *policies)
    else:
        account.group("subject", *policies)
        account.user("member", groups=("subject",))
    if more is not None:
        more(account)
    return Standing(account.details(), arn(subject, "subject"), PROFILE, AS_OF)


def refusal(before: Standing, after: Standing, *kept: str) -> str:
    with pytest.raises(UnprovedError) as raised:
        prove(before, after, kept)
    return str(raised.value)


def test_the_right_change_is_proved_and_counted() -> None:
    before = standing(document(allow(ALL, Condition=MFA), allow("s3:*")), more=lambda account: account.user("other"))
    after = standing(document(allow(*PAY, Condition=MFA), allow("s3:*")), more=lambda account: account.user("other"))
    proof, affected = prove(before, after, PAY)
    assert (proof.kept, proof.removed, proof.requests, proof.by_statement) == (1, 38, 2, 0)
    assert (proof.other_actions, proof.other_principals, affected) == (len(before.watched.index.actions), 1, ())


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ([document(allow(ALL))], "would be allow and not denied"),
        ([document(allow(*PAY, *READ))], "`mechanicalturk:GetHIT` would be allow and not denied"),
        ([document()], "`mechanicalturk:SendBonus` would be denied and not allow"),
        ([document(allow(*PAY, Condition=MFA))], "`mechanicalturk:SendBonus` would be conditional and not allow"),
        ([document(allow(*PAY)), "{"], "would be not_evaluated and not denied"),
    ],
    ids=["unchanged", "too much", "too little", "narrower", "unreadable"],
)
def test_another_set_of_privileges_is_refused(policies: list[Json], told: str) -> None:
    assert told in refusal(standing(document(allow(ALL))), standing(*policies), *PAY)


@pytest.mark.parametrize(
    "statement",
    [
        allow(*PAY, Condition=OFFICE),
        allow(*PAY, Condition={**MFA, **OFFICE}),
        allow(*PAY, Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),
    ],
    ids=["another one", "one more", "also where it is absent"],
)
def test_another_condition_is_refused_though_the_verdict_is_the_same(statement: Json) -> None:
    told = refusal(standing(document(allow(ALL, Condition=MFA))), standing(document(statement)), *PAY)
    assert "in a request where it was" in told


def test_a_condition_dropped_is_refused() -> None:
    told = refusal(standing(document(allow(ALL, Condition=MFA))), standing(document(allow(*PAY))), *PAY)
    assert "would be allow and not conditional" in told


def test_another_condition_is_refused_where_requests_are_too_many_to_tell_apart() -> None:
    wide = document(*(allow(ALL, Condition=condition) for condition in SEVERAL))
    fewer = document(*(allow(*PAY, Condition=condition) for condition in SEVERAL[1:]), allow(*PAY, Condition=MFA))
    assert "would hang on other conditions" in refusal(standing(wide), standing(fewer), *PAY)


def test_a_deny_that_goes_is_refused_where_requests_are_too_many_to_tell_apart() -> None:
    wide = [allow(ALL, Condition=condition) for condition in SEVERAL]
    left = [allow(*PAY, Condition=condition) for condition in SEVERAL]
    told = refusal(standing(document(*wide, deny(*PAY, Condition=OFFICE))), standing(document(*left)), *PAY)
    assert "would hang on other conditions" in told


@pytest.mark.parametrize("others", [[], [allow("iam:*", "cloudtrail:StopLogging")], [allow("iam:*", Condition=MFA)]])
def test_a_change_of_another_service_is_refused(others: list[Json]) -> None:
    before = standing(document(allow(ALL, "iam:*")))
    assert "of another service would change" in refusal(before, standing(document(allow(*PAY), *others)), *PAY)


def test_a_change_for_another_principal_is_refused() -> None:
    before = standing(document(allow(ALL)), more=lambda account: account.user("other", document(allow("s3:*"))))
    after = standing(document(allow(*PAY)), more=lambda account: account.user("other", document(allow("sqs:*"))))
    assert f"the policies of `{arn('user', 'other')}` would change too" in refusal(before, after, *PAY)


@pytest.mark.parametrize(
    ("was", "is_now"),
    [(document(), document(allow(*READ))), (document(allow(*READ, Condition=MFA)), document(allow(*READ)))],
    ids=["gained", "without its condition"],
)
def test_a_member_that_would_gain_something_is_refused(was: Json, is_now: Json) -> None:
    def group(own: Json, of_member: Json) -> Standing:
        account = Account()
        account.group("subject", own)
        account.user("member", of_member, groups=("subject",))
        return Standing(account.details(), arn("group", "subject"), PROFILE, AS_OF)

    told = refusal(group(document(allow(*PAY, *full("DeleteHIT"))), was), group(document(allow(*PAY)), is_now), *PAY)
    assert f"the member `{arn('user', 'member')}` would be allowed other things than before" in told


def test_what_a_member_loses_is_told() -> None:
    before = standing(document(allow(*PAY, *READ)), subject="group")
    _, affected = prove(before, standing(document(allow(*PAY)), subject="group"), PAY)
    assert [(one.arn, one.loses) for one in affected] == [(arn("user", "member"), tuple(READ))]


def test_the_sentence_says_what_to_do() -> None:
    told = refusal(standing(document(allow(ALL))), standing(document(allow(ALL))), *PAY)
    assert told.startswith(f"no change is proposed for `{arn('role', 'subject')}`: evaluated again, ")
    assert told.endswith("; write its policies by hand, and report this evidence")
