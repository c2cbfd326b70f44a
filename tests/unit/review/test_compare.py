"""Two audits compared: who and what came and went, what became of findings, and the change behind it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from audit.model.entitlement import Verdict
from audit.model.organization import ControlPolicy, NodeType, Organization, OrganizationNode
from audit.model.result import CoverageRow, CoverageState
from audit.model.review import Change, Comparison, FindingChange
from audit.review.compare import compare
from audit.review.compare_evidence import Side
from audit.review.words import against_last_review
from audit.snapshot.content import Snapshot
from tests.unit.evaluate.accounts import ACCOUNT, Account, allow, arn, bounded, by_aws, deny, document
from tests.unit.review.audits import BONUS, CREATE, NOW, OLD_QUARTER, THEN, audited, payer, snapshot


def side(evidence: Snapshot) -> Side:
    return Side(result=audited(evidence), snapshot=evidence)


def then(account: Account) -> Side:
    return side(snapshot(account, at=THEN, window=OLD_QUARTER, name="2026-Q2"))


def now(account: Account) -> Side:
    return side(snapshot(account, at=NOW))


def compared(before: Account, after: Account) -> Comparison:
    return compare(now(after), then(before))


def of_rule(comparison: Comparison, rule: str) -> list[FindingChange]:
    return [change for change in comparison.findings if change.rule == rule]


def test_the_same_account_has_no_changes_but_the_closing() -> None:
    comparison = compared(payer(), payer())
    assert comparison.principals + comparison.entitlements + comparison.notes == ()
    by_rule = {change.rule: change for change in comparison.findings}
    assert by_rule["can-pay-money"].change is Change.UNCHANGED
    assert by_rule["grant-on-retired-service"].change is Change.NEW
    assert by_rule["grant-on-retired-service"].because == "The service closed on 2026-09-30, between the two reviews."


def test_a_role_that_was_deleted_and_made_again_is_another_one() -> None:
    comparison = compared(payer(unique_id="AROAOLD"), payer(unique_id="AROANEW"))
    assert [(each.unique_id, each.change, each.recreated) for each in comparison.principals] == [
        ("AROANEW", Change.NEW, True),
        ("AROAOLD", Change.RESOLVED, True),
    ]
    assert [(each.unique_id, each.earlier, each.now) for each in comparison.entitlements] == [
        ("AROANEW", None, Verdict.ALLOW),
        ("AROAOLD", Verdict.ALLOW, None),
    ]
    assert {each.change for each in of_rule(comparison, "can-pay-money")} == {Change.NEW, Change.RESOLVED}
    assert "another one" in comparison.entitlements[0].because


def test_a_user_that_was_renamed_is_the_same_one() -> None:
    before, after = Account(), Account()
    before.user("maria", document(allow(BONUS)), UserId="AIDA1")
    after.user("maria.keller", document(allow(BONUS)), UserId="AIDA1")
    comparison = compared(before, after)
    assert comparison.principals + comparison.entitlements == ()


def _managed(*statements: dict[str, object], version: str = "v1", attached: bool = True) -> Account:
    account = Account()
    policy = account.managed("requesters", document(*statements), DefaultVersionId=version)
    account.role("r", attached=(policy,) if attached else (), RoleId="AROA1")
    return account


def _inline(*documents: object, **fields: Any) -> Account:
    account = Account()
    account.managed("fence", document(deny(BONUS), allow("*")))
    account.role("r", *documents, RoleId="AROA1", **fields)
    return account


def _group(*names: str, with_policy: bool = True) -> Account:
    account = Account()
    policy = account.managed("requesters", document(allow(BONUS)))
    account.group("payers", attached=(policy,) if with_policy else ())
    account.user("u", UserId="AIDA1", groups=names)
    return account


PAY, OTHER = document(allow(BONUS)), document(allow("s3:GetObject"))
FENCE = {"PermissionsBoundary": bounded(arn("policy", "fence"))}
SCENES = {
    "changed to give": (
        _managed(allow(CREATE)),
        _managed(allow(CREATE, BONUS), version="v2"),
        "The policy requesters was changed (v1 to v2).",
    ),
    "changed to take": (
        _managed(allow(CREATE, BONUS)),
        _managed(allow(CREATE), version="v2"),
        "The policy requesters was changed (v1 to v2).",
    ),
    "attached": (
        _managed(allow(BONUS), attached=False),
        _managed(allow(BONUS)),
        "The policy requesters was attached.",
    ),
    "detached": (
        _managed(allow(BONUS)),
        _managed(allow(BONUS), attached=False),
        "The policy requesters was detached.",
    ),
    "written": (_inline(), _inline(PAY), "The inline policy inline-1 was written."),
    "removed": (_inline(PAY), _inline(), "The inline policy inline-1 was removed."),
    "another one, not the one that changed besides": (
        _inline(PAY, OTHER),
        _inline(document(allow(CREATE)), document(allow("s3:PutObject"))),
        "The inline policy inline-1 was changed.",
    ),
    "denied": (_inline(PAY), _inline(PAY, document(deny(BONUS))), "The inline policy inline-2 was written."),
    "no longer denied": (_inline(PAY, document(deny(BONUS))), _inline(PAY), "The inline policy inline-2 was removed."),
    "joined": (
        _group(),
        _group("payers"),
        "It joined the group payers, which has the policy requesters.",
    ),
    "left": (
        _group("payers"),
        _group(),
        "It left the group payers, which had the policy requesters.",
    ),
    "the group's": (
        _group("payers", with_policy=False),
        _group("payers"),
        "The policy requesters was attached to group payers.",
    ),
    "bounded": (_inline(PAY), _inline(PAY, **FENCE), "The permissions boundary fence was set."),
    "unbounded": (_inline(PAY, **FENCE), _inline(PAY), "The permissions boundary fence was taken away."),
}


@pytest.mark.parametrize("scene", SCENES)
def test_the_change_behind_a_privilege(scene: str) -> None:
    before, after, because = SCENES[scene]
    changes = [
        change
        for change in compared(before, after).entitlements
        if change.action == BONUS and ":group/" not in change.principal_arn
    ]
    assert [change.because for change in changes] == [because]


def test_a_condition_that_came_is_a_change_of_the_verdict() -> None:
    office = {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    (change,) = compared(_managed(allow(BONUS)), _managed(allow(BONUS, **office))).entitlements
    assert (change.earlier, change.now) == (Verdict.ALLOW, Verdict.CONDITIONAL)
    assert change.because == "The policy requesters was changed."


def test_a_policy_that_aws_keeps_is_attached_and_not_new() -> None:
    before, after = Account(), Account()
    before.role("r", RoleId="AROA1")
    after.managed(by_aws("AmazonMechanicalTurkFullAccess"), document(allow("mechanicalturk:*")))
    after.role("r", attached=(by_aws("AmazonMechanicalTurkFullAccess"),), RoleId="AROA1")
    comparison = compared(before, after)
    assert {change.because for change in comparison.entitlements} == {
        "The policy AmazonMechanicalTurkFullAccess was attached."
    }
    (paying,) = of_rule(comparison, "can-pay-money")
    assert (paying.change, paying.because) == (Change.NEW, "The policy AmazonMechanicalTurkFullAccess was attached.")


def _organization(*scps: str) -> Organization:
    full = ControlPolicy(
        id="p-full",
        arn="",
        name="FullAWSAccess",
        type="SERVICE_CONTROL_POLICY",
        document=json.dumps(document(allow("*"))),
    )
    fence = msgspec.structs.replace(
        full, id="p-no-turk", name="NoTurk", document=json.dumps(document(deny("mechanicalturk:*")))
    )
    return Organization(
        id="o-1",
        management_account_id="999988887777",
        nodes=(
            OrganizationNode(id=ACCOUNT, type=NodeType.ACCOUNT, parent_id="r-1", scp_ids=("p-full",)),
            OrganizationNode(id="r-1", type=NodeType.ROOT, name="Root", scp_ids=scps),
        ),
        policies=(full, fence),
        scps_enabled=True,
    )


def test_a_control_policy_is_named_where_it_takes_or_gives() -> None:
    free, fenced = _organization("p-full"), _organization("p-full", "p-no-turk")
    for before, after, because in (
        (free, fenced, "The service control policy NoTurk was attached to the root Root."),
        (fenced, free, "The service control policy NoTurk was detached from the root Root."),
    ):
        earlier = side(snapshot(payer(), at=THEN, window=OLD_QUARTER, name="2026-Q2", organization=before))
        comparison = compare(side(snapshot(payer(), organization=after)), earlier)
        assert [change.because for change in comparison.entitlements] == [because]


def test_findings_name_who_joined_and_left() -> None:
    before, after = Account(), Account()
    for account, names in ((before, ("a", "b")), (after, ("b", "c"))):
        shared = account.managed("requesters", document(allow(BONUS)))
        for name in names:
            account.role(name, attached=(shared,), RoleId=f"AROA{name}")
    (paying,) = of_rule(compared(before, after), "can-pay-money")
    assert paying.change is Change.UNCHANGED
    assert (paying.joined, paying.left) == ((arn("role", "c"),), (arn("role", "a"),))


def test_what_is_resolved_and_here_again_is_reopened() -> None:
    earliest = audited(snapshot(payer(), at=THEN.replace(month=4), name="2026-Q1"))
    comparison = compare(now(payer()), then(payer(actions=("s3:GetObject",))), [earliest])
    (paying,) = of_rule(comparison, "can-pay-money")
    assert paying.change is Change.REOPENED
    assert comparison.history == ("2026-Q1",)
    assert "1 reopened" in against_last_review(comparison)


def test_a_severity_that_is_another_one_is_told_with_both() -> None:
    before, after = then(payer()), now(payer())
    lower = [
        msgspec.structs.replace(finding, severity=finding.severity.__class__.LOW) for finding in before.result.findings
    ]
    (change,) = of_rule(
        compare(
            after, Side(result=msgspec.structs.replace(before.result, findings=tuple(lower)), snapshot=before.snapshot)
        ),
        "can-pay-money",
    )
    assert (change.change, change.earlier_severity, change.severity.value) == (Change.SEVERITY, "low", "critical")


def test_an_account_that_is_missing_now_resolves_nothing() -> None:
    before = then(payer())
    empty = snapshot(Account())
    lost = msgspec.structs.replace(
        empty, accounts=tuple(msgspec.structs.replace(each, authorization=None) for each in empty.accounts)
    )
    comparison = compare(side(lost), before)
    assert {change.change for change in comparison.findings} == {Change.UNKNOWN}
    assert comparison.principals + comparison.entitlements == ()
    assert comparison.not_evaluated
    assert f"only in the earlier evidence of account {ACCOUNT}" in comparison.notes[0]


def test_a_policy_that_is_missing_now_resolves_nothing() -> None:
    before, after = Account(), Account()
    before.managed(by_aws("Mturk"), document(allow(BONUS)))
    for account in (before, after):
        account.role("r", attached=(by_aws("Mturk"),), RoleId="AROA1")
    (paying,) = of_rule(compared(before, after), "can-pay-money")
    assert paying.change in (Change.UNKNOWN, Change.UNCHANGED)


def test_evidence_that_is_missing_now_resolves_nothing_while_the_statements_stand() -> None:
    before, after = then(payer()), now(payer())
    row = CoverageRow(account_id=ACCOUNT, part="bonus payments", state=CoverageState.COMPLETE)
    told = msgspec.structs.replace(before.result, coverage=(*before.result.coverage, row))
    silent = msgspec.structs.replace(after.result, findings=())
    comparison = compare(Side(result=silent, snapshot=after.snapshot), Side(result=told, snapshot=before.snapshot))
    assert {change.change for change in comparison.findings} == {Change.UNKNOWN}
    assert all("bonus payments" in change.because for change in comparison.findings)


def test_notes_tell_when_the_sides_are_not_alike() -> None:
    same = now(payer())
    other = msgspec.structs.replace(
        same.result, header=msgspec.structs.replace(same.result.header, ruleset_sha256="0", environment="sandbox")
    )
    notes = compare(same, Side(result=other, snapshot=same.snapshot)).notes
    assert notes == (
        "Both are the same evidence.",
        "One is of the sandbox, the other of the production.",
        "The two were not made with the same rules: findings may differ with nothing changed.",
    )
