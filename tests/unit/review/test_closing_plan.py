"""The plan for closing down: nothing that is left is missing from it, and what many share goes in one step."""

from __future__ import annotations

from datetime import UTC, datetime

from audit.review.closing_plan import closing_plan
from tests.unit.evaluate.accounts import ACCOUNT, Account, allow, by_aws, document
from tests.unit.review.audits import BONUS, NOW, audited, payer, snapshot


def test_a_service_that_is_open_has_no_plan() -> None:
    open_ = datetime(2026, 9, 29, tzinfo=UTC)
    assert audited(snapshot(payer()), open_).closing_plan is None


def test_a_policy_that_many_share_is_one_step_and_comes_first() -> None:
    account = Account()
    shared = account.managed("requesters", document(allow(BONUS, "s3:GetObject")))
    for name in ("a", "b", "c"):
        account.role(name, attached=(shared,))
    account.user("maria", document(allow("mechanicalturk:*")))
    plan = audited(snapshot(account)).closing_plan
    assert plan is not None
    first, second = plan.steps
    assert [len(step.principals) for step in plan.steps] == [3, 1]
    assert first.title == "Edit requesters"
    assert '-        "mechanicalturk:SendBonus",' in first.fix
    assert "s3:GetObject" in first.fix
    assert second.fix == (
        f"aws iam delete-user-policy --user-name maria --policy-name {second.policy.split()[1]}  # account {ACCOUNT}\n"
    )
    assert (plan.grants_left, plan.without_step, plan.done) == (3 + 39, 0, False)


def test_what_aws_keeps_is_detached_where_it_is_attached_and_members_lose_it_with_their_group() -> None:
    account = Account()
    account.managed(by_aws("AmazonMechanicalTurkFullAccess"), document(allow("mechanicalturk:*")))
    account.managed(by_aws("AdministratorAccess"), document(allow("*")))
    account.group("annotators", attached=(by_aws("AmazonMechanicalTurkFullAccess"),))
    account.user("ann", groups=("annotators",))
    account.role("root of all; rm -rf", attached=(by_aws("AdministratorAccess"),))
    plan = audited(snapshot(account)).closing_plan
    assert plan is not None
    mturk, admin = plan.steps
    assert mturk.title == "Detach AmazonMechanicalTurkFullAccess"
    assert [line for line in mturk.fix.splitlines() if not line.startswith("#")] == [
        "aws iam detach-group-policy --group-name annotators "
        f"--policy-arn {by_aws('AmazonMechanicalTurkFullAccess')}  # account {ACCOUNT}"
    ]
    assert admin.aws_managed
    assert "service control policy that denies mechanicalturk:*" in admin.fix
    assert "--role-name 'root of all; rm -rf'" in admin.fix


def test_a_grant_that_no_statement_is_known_of_is_counted_and_never_done() -> None:
    account = Account()
    account.role("lost", attached=(by_aws("NotInTheEvidence"),))
    plan = audited(snapshot(account)).closing_plan
    assert plan is not None
    assert plan.grants_left == plan.without_step == 39
    assert not plan.done


def test_it_is_done_when_everybody_was_evaluated_and_nothing_is_left() -> None:
    account = Account()
    account.role("other", document(allow("s3:GetObject")))
    plan = audited(snapshot(account)).closing_plan
    assert plan is not None
    assert (plan.grants_left, plan.steps, plan.done) == (0, (), True)


def test_evidence_that_is_not_collected_is_to_be_saved_and_open_days_are_marked() -> None:
    plan = closing_plan(audited(snapshot(payer()), NOW))
    assert plan is not None
    rows = {row.part: row for row in plan.evidence}
    assert not rows["bonus payments"].saved
    assert rows["bonus payments"].until is None
    website = rows["transaction history on the requester website"]
    assert (str(website.until), website.established) == ("2027-01-28", False)
    assert str(rows["CloudTrail events"].until) == "2026-09-29"
