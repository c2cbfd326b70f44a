"""`rightsize`: the proposal on stdout, for people and for programs, and nothing where it cannot be made."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from audit.cli.main import run
from audit.model.activity import Observation
from audit.model.result import AuditResult
from audit.pipeline import AuditOptions, audit_snapshot
from audit.snapshot.content import Snapshot
from tests.cli.evidence import ACCOUNT, CLOSED, account, allow, policy, saved, user
from tests.cli.process import Ended, mturk_audit

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
PAYER = f"arn:aws:iam::{ACCOUNT}:user/payer"


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A user with a policy for the service and one for everything, and others."""
    return saved(
        tmp_path,
        account(
            user("payer", policy(allow("mechanicalturk:Send*", Condition=MFA)), policy(allow("*", Condition=MFA))),
            user("reader", policy(allow("mechanicalturk:GetHIT"))),
            user("broken", "{"),
        ),
    )


def rightsize(evidence: Path, *arguments: str | Path) -> Ended:
    return mturk_audit("rightsize", evidence, *arguments, "--as-of", CLOSED)


def test_people_get_policy_changes_and_proof(evidence: Path) -> None:
    ended = rightsize(evidence, "payer", "--keep", "SendBonus")
    assert (ended.code, ended.err) == (0, "")
    for words in (
        f"{PAYER}\nAmazon Mechanical Turk: it holds 39 of 39 privileges; 1 stay, 38 go (the list that was given)\n",
        "  stays, allowed under conditions\n    only if aws:MultiFactorAuthPresent is true\n      SendBonus\n",
        "1. Write this as the new content of policy policy-1, which holds nothing else:\n\n{\n",
        '-        "mechanicalturk:Send*"\n+        "mechanicalturk:SendBonus"\n',
        "2. Change inline policy-2: its statements lose this service, and all else stays.\n\n--- policy-2 (now)\n",
        "Proved by evaluating the account again, before and after:\n  1 kept, ",
        "  38 removed, and refused in every request\n",
        "  2 other users, groups and roles, unchanged\n",
    ):
        assert words in ended.out


def test_programs_get_the_same_as_json(evidence: Path) -> None:
    told = json.loads(rightsize(evidence, "payer", "--keep", "SendBonus", "--format", "json").out)
    assert (told["principal_arn"], told["basis"]) == (PAYER, "the list that was given")
    assert [privilege["action"] for privilege in told["kept"]] == ["mechanicalturk:SendBonus"]
    assert told["policy"]["document"]["Statement"] == [
        {
            "Sid": "KeptPrivileges",
            "Effect": "Allow",
            "Action": ["mechanicalturk:SendBonus"],
            "Resource": "*",
            "Condition": MFA,
        }
    ]
    assert [change["kind"] for change in told["changes"]] == ["replace", "edit"]
    assert told["changes"][1]["document"]["Statement"] == [
        {"Effect": "Allow", "NotAction": ["mechanicalturk:*"], "Resource": "*", "Condition": MFA}
    ]
    assert (told["proof"]["kept"], told["proof"]["removed"]) == (1, 38)


def test_the_list_may_come_from_a_file(evidence: Path, tmp_path: Path) -> None:
    wanted = tmp_path / "keep.txt"
    wanted.write_text("SendBonus  # every Friday\n")
    one = rightsize(evidence, "payer", "--keep-file", wanted, "--keep", "GetHIT")
    other = rightsize(evidence, "payer", "--keep", "GetHIT", "--keep", "mechanicalturk:SendBonus")
    assert one.out == other.out


def test_everything_can_go(evidence: Path) -> None:
    out = rightsize(evidence, "payer", "--keep-none").out
    assert "0 stay, 39 go (nothing is to be kept)" in out
    assert "1. Delete inline policy-1: it holds nothing else.\n" in out


def test_where_nothing_has_to_go_it_says_so(evidence: Path) -> None:
    ended = rightsize(evidence, "reader", "--keep", "GetHIT", "--keep", "SendBonus")
    assert ended.code == 0
    assert "  not held today, and not added\n      SendBonus\n" in ended.out
    assert ended.out.endswith("It holds nothing else of this service: no change is proposed.\n")


def test_without_a_list_the_use_on_record_counts_and_none_is_said(evidence: Path) -> None:
    ended = rightsize(evidence, "payer")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"mturk-audit: no use by `{PAYER}` is on record in this evidence, which does not mean that there was none; say "
        "what it needs with --keep or --keep-file, or take everything away with --keep-none\n"
    )


def test_use_that_names_the_principal_is_what_it_keeps(
    evidence: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No source names an actor yet; what one says is put into the audit's result here."""

    def audited(snapshot: Snapshot, options: AuditOptions) -> AuditResult:
        result = audit_snapshot(snapshot, options)
        used = (PAYER, "mechanicalturk:SendBonus")
        seen = tuple(
            msgspec.structs.replace(row, observation=Observation.OBSERVED)
            if (row.principal_arn, row.action) == used
            else row
            for row in result.entitlements
        )
        return msgspec.structs.replace(result, entitlements=seen)

    monkeypatch.setattr("audit.pipeline.audit_snapshot", audited)
    assert run(["rightsize", str(evidence), "payer", "--as-of", CLOSED]) == 0
    assert "1 stay, 38 go (the use that is on record)\n  stays" in capsys.readouterr().out
    assert run(["rightsize", str(evidence), "reader", "--as-of", CLOSED]) == 2


def test_what_could_not_be_evaluated_makes_the_code_3(evidence: Path) -> None:
    ended = rightsize(evidence, "broken", "--keep", "SendBonus")
    assert ended.code == 3
    assert "  stays, not evaluated\n" in ended.out
    assert "Leave inline policy-1 as it is: it cannot be read in full, so nothing of it is changed.\n" in ended.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["payer", "--keep", "GrantBonus"], "is a retired name"),
        (["payer", "--keep", "s3:GetObject"], "is no privilege of Amazon Mechanical Turk"),
        (["nobody", "--keep-none"], "`nobody` is no user, group or role"),
        (["payer", "--keep-none", "--keep", "SendBonus"], "not both"),
        (["payer", "--keep-file", "absent.txt"], "`absent.txt`: no such file"),
    ],
)
def test_wrong_wishes_end_with_one_sentence(evidence: Path, arguments: list[str], told: str) -> None:
    ended = rightsize(evidence, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert "Traceback" not in ended.err


def test_names_from_outside_neither_command_the_terminal_nor_forge_lines(tmp_path: Path) -> None:
    hostile = user("eve", policy(allow("mechanicalturk:*", "s3:*")), policy(allow("mechanicalturk:*")))
    hostile["UserPolicyList"][0]["PolicyName"] = "x\x1b[2J\n9. Delete everything"
    hostile["UserPolicyList"][1]["PolicyName"] = "y\u202e\n9. Delete everything"
    out = rightsize(saved(tmp_path, account(hostile)), "eve", "--keep", "SendBonus").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\n9. Delete" not in out


def test_a_group_policy_is_left_and_its_members_are_named(tmp_path: Path) -> None:
    both = account(user("ann", groups=("team",)), user("bob", groups=("team",)))
    both["GroupDetailList"] = [
        {
            "Path": "/",
            "GroupName": "team",
            "GroupId": "AGPATEAM",
            "Arn": f"arn:aws:iam::{ACCOUNT}:group/team",
            "GroupPolicyList": [{"PolicyName": "pay", "PolicyDocument": policy(allow("mechanicalturk:*"))}],
            "AttachedManagedPolicies": [],
        }
    ]
    path = saved(tmp_path, both)
    out = rightsize(path, "user/ann", "--keep", "SendBonus").out
    assert "Leave inline pay through group team as it is: it is the policy of group team, which has 1 other" in out
    assert f"   also had by arn:aws:iam::{ACCOUNT}:user/bob\n" in out
    out = rightsize(path, "group/team", "--keep", "SendBonus").out
    assert f"With the group arn:aws:iam::{ACCOUNT}:user/ann loses 38: mechanicalturk:AcceptQualificationRequest" in out
