"""Revocations as changes of policies: shared ones once, nobody gains, nobody loses what was not revoked."""

from __future__ import annotations

import json

import pytest

from audit.catalog.load import load_profile
from audit.evaluate.control_policies import NOT_READ
from audit.evaluate.revocation import revoke
from audit.evaluate.revocation_account import AccountState
from audit.evaluate.revocation_proof import prove_revocation
from audit.evaluate.revocation_record import AccountRevocation, RevocationStep, StepKind
from audit.evaluate.rightsize_proof import UnprovedError
from audit.model.privilege import ServiceProfile
from tests.unit.evaluate.accounts import ACCOUNT, Account, Json, allow, arn, bounded, by_aws, document
from tests.unit.review.audits import BONUS, CREATE, DELETE, NOW

PROFILE: ServiceProfile = load_profile()
ALL = frozenset(privilege.action for privilege in PROFILE.privileges)


def revoked(account: Account, **taken: set[str] | frozenset[str]) -> AccountRevocation:
    """The changes that take actions away, by `role_name` and the like."""
    wanted = {arn(*name.split("_", 1)): frozenset(actions) for name, actions in taken.items()}
    return revoke(ACCOUNT, account.details(), wanted, profile=PROFILE, as_of=NOW)


def content(step: RevocationStep) -> Json:
    assert step.document is not None
    told: Json = json.loads(bytes(step.document))
    return told


def kinds(found: AccountRevocation) -> list[StepKind]:
    return [step.kind for step in found.steps]


def test_a_shared_policy_is_changed_once_by_what_everybody_loses() -> None:
    account = Account()
    pay = account.managed("pay", document(allow(BONUS, CREATE, DELETE, "s3:GetObject")))
    for name in ("one", "two", "three"):
        account.role(name, attached=(pay,))
    found = revoked(account, role_one={BONUS, CREATE}, role_two={BONUS, CREATE}, role_three={BONUS, CREATE})
    (step,) = found.steps
    assert (step.kind, step.policy_arn, step.owner_arn) == (StepKind.VERSION, pay, "")
    assert content(step)["Statement"][0]["Action"] == [DELETE, "s3:GetObject"]
    assert step.principals == tuple(sorted(arn("role", name) for name in ("one", "two", "three")))
    assert "-" in step.difference
    assert (found.revoked, found.kept, found.principals, found.unresolved) == (6, 3, 3, ())


def test_what_somebody_keeps_stays_in_the_shared_policy_and_is_taken_from_the_other_alone() -> None:
    account = Account()
    pay = account.managed("pay", document(allow(BONUS, CREATE, "s3:GetObject")))
    account.role("keeps", attached=(pay,))
    account.role("loses", attached=(pay,))
    found = revoked(account, role_loses={BONUS})
    assert all(step.owner_arn == arn("role", "loses") for step in found.steps)
    (step,) = found.steps
    assert step.kind is StepKind.PUT
    assert {"Sid": "RemovedPrivileges", "Effect": "Deny", "Action": [BONUS], "Resource": "*"} in content(step)[
        "Statement"
    ]
    assert (found.revoked, found.kept) == (1, 3)


def test_a_shared_policy_that_holds_nothing_else_is_detached_from_everybody() -> None:
    account = Account()
    pay = account.managed("pay", document(allow(BONUS)))
    account.role("one", attached=(pay,))
    account.group("team", attached=(pay,))
    account.user("ann", groups=("team",))
    found = revoked(account, role_one={BONUS}, group_team={BONUS}, user_ann={BONUS})
    assert kinds(found) == [StepKind.DETACH, StepKind.DETACH]
    assert {step.owner_arn for step in found.steps} == {arn("role", "one"), arn("group", "team")}
    assert [(one.owner_arn, one.managed, one.inline) for one in found.remaining] == [
        (arn("group", "team"), (), ()),
        (arn("role", "one"), (), ()),
    ]
    assert found.revoked == 3


def test_an_inline_policy_is_narrowed_or_deleted() -> None:
    account = Account()
    account.user("ann", document(allow("mechanicalturk:*", "s3:*")))
    account.user("bob", document(allow(BONUS)), document(allow("s3:GetObject")))
    found = revoked(account, user_ann={BONUS}, user_bob={BONUS})
    put, delete = found.steps
    assert (put.kind, delete.kind) == (StepKind.PUT, StepKind.DELETE)
    assert set(content(put)["Statement"][0]["Action"]) == (ALL - {BONUS}) | {"s3:*"}
    assert found.remaining[0].inline == ("inline-2",)


def test_a_policy_of_aws_is_detached_and_what_stays_is_stated() -> None:
    account = Account()
    whole = account.managed(by_aws("AmazonMechanicalTurkFullAccess"), document(allow("mechanicalturk:*")))
    account.role("one", attached=(whole,))
    found = revoked(account, role_one={BONUS})
    assert kinds(found) == [StepKind.PUT, StepKind.DETACH]
    assert set(content(found.steps[0])["Statement"][0]["Action"]) == ALL - {BONUS}
    assert (found.revoked, found.kept) == (1, len(ALL) - 1)


def test_members_lose_nothing_that_nobody_took_from_them() -> None:
    account = Account()
    account.group("team", document(allow(BONUS, CREATE)))
    account.user("ann", groups=("team",))
    account.user("bob", groups=("team",))
    found = revoked(account, group_team={BONUS}, user_ann={BONUS})
    (refused,) = found.unresolved
    assert refused.principal_arn == arn("group", "team")
    assert f"{arn('user', 'bob')} would lose {BONUS}, which nobody decided to take from it" in refused.reason
    assert [step.owner_arn for step in found.steps] == [arn("user", "ann")]
    together = revoked(account, group_team={BONUS}, user_ann={BONUS}, user_bob={BONUS})
    assert [(step.kind, step.owner_arn) for step in together.steps] == [(StepKind.PUT, arn("group", "team"))]
    assert together.unresolved == ()


def test_a_boundary_and_a_policy_with_more_users_than_the_evidence_shows_stay() -> None:
    account = Account()
    bounding = account.managed("bounding", document(allow(BONUS, CREATE)))
    account.role("one", attached=(bounding,))
    account.role("bounded", PermissionsBoundary=bounded(bounding))
    wide = account.managed("wide", document(allow(BONUS, CREATE)), AttachmentCount=7)
    account.role("two", attached=(wide,))
    found = revoked(account, role_one={BONUS}, role_two={BONUS})
    assert StepKind.VERSION not in kinds(found)
    assert found.revoked == 2


def test_a_sixth_version_makes_room_first() -> None:
    account = Account()
    versions = [
        {"VersionId": f"v{number}", "IsDefaultVersion": number == 3, "Document": document(allow(BONUS, CREATE))}
        for number in (11, 10, 9, 3, 4)
    ]
    pay = account.managed("pay", document(allow(BONUS, CREATE)), PolicyVersionList=versions)
    account.role("one", attached=(pay,))
    (step,) = revoked(account, role_one={BONUS}).steps
    assert step.oldest_version == "v4"


def test_what_cannot_be_changed_is_named() -> None:
    """A service-linked role is AWS's, and no policy of it is known to be ours."""
    account = Account()
    path = "aws-service-role/pay.amazonaws.com/AWSServiceRoleForPay"
    whole = account.managed(by_aws("aws-service-role/PayPolicy"), document(allow(BONUS)))
    account.role(path, attached=(whole,))
    found = revoke(ACCOUNT, account.details(), {arn("role", path): frozenset({BONUS})}, profile=PROFILE, as_of=NOW)
    assert (found.steps, found.revoked) == ((), 0)
    assert "is a service-linked role" in found.unresolved[0].reason


@pytest.mark.parametrize("name", ["x\n; rm -rf y", "$(reboot)", "a b", "", "é"])
def test_a_policy_whose_name_is_none_of_iams_gets_no_command(name: str) -> None:
    account = Account()
    inline = [{"PolicyName": name, "PolicyDocument": document(allow(BONUS))}]
    account.user("ann", UserPolicyList=inline)
    found = revoke(ACCOUNT, account.details(), {arn("user", "ann"): frozenset({BONUS})}, profile=PROFILE, as_of=NOW)
    assert found.steps == ()
    assert [each.actions for each in found.unresolved] == [(BONUS,)]


def test_the_proof_withholds_what_takes_too_much_too_little_or_gives() -> None:
    def state(*actions: str) -> AccountState:
        account = Account()
        account.role("one", document(allow(*actions)))
        return AccountState(account.details(), PROFILE, NOW, NOT_READ)

    one = arn("role", "one")
    gone = {one: frozenset({BONUS})}
    before = state(BONUS, CREATE)
    assert prove_revocation(before, state(CREATE), gone, gone)["revoked"] == 1
    for after, told in (
        (before, "would still be allow"),
        (state("s3:GetObject"), "would be lost, which nobody revoked"),
        (state(CREATE, DELETE), "would be allow and not denied"),
        (state(CREATE, "iam:PutRolePolicy"), "an action of another service would change"),
    ):
        with pytest.raises(UnprovedError, match=told):
            prove_revocation(before, after, gone, gone)
