"""Evidence of a small account, for the scripted AWS to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.collect.fake_aws import ACCOUNT, FakeAws

START = datetime(2026, 7, 1, tzinfo=UTC).timestamp()


def hit(number: int) -> dict[str, Any]:
    """A HIT as Mechanical Turk lists it, its question and description included."""
    return {
        "HITId": f"3HIT{number:05d}",
        "HITTypeId": "3TYPE",
        "CreationTime": START + number * 60,
        "Title": f"Label image {number}",
        "Description": "Say what is in the picture",
        "Question": "<QuestionForm>secret task content</QuestionForm>",
        "HITStatus": "Reviewable",
        "MaxAssignments": 3,
        "Reward": "0.05",
        "AutoApprovalDelayInSeconds": 259200,
        "Expiration": START + 86400 * 30,
        "NumberOfAssignmentsPending": 0,
        "NumberOfAssignmentsAvailable": 1,
        "NumberOfAssignmentsCompleted": 2,
    }


def payment(hit_number: int, number: int) -> dict[str, Any]:
    return {
        "WorkerId": f"AWORKER{number % 7}",
        "BonusAmount": f"{1 + number % 3}.50",
        "AssignmentId": f"3ASSIGN{hit_number:05d}{number:03d}",
        "Reason": "Gut gemacht ✓ </script>",
        "GrantTime": START + hit_number * 60 + number + 0.125,
    }


def company(hits: int = 7, blocks: int = 3) -> FakeAws:
    """An account with `hits` HITs of which every third has bonuses, newest first, as AWS lists them."""
    user = {
        "Path": "/",
        "UserName": "payer",
        "UserId": "AIDAPAYER",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/payer",
        "CreateDate": "2024-02-03T04:05:06Z",
        "UserPolicyList": [{"PolicyName": "pay", "PolicyDocument": policy("mechanicalturk:SendBonus")}],
        "GroupList": ["requesters"],
        "AttachedManagedPolicies": [],
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
            "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess",
        },
    }
    group = {
        "Path": "/",
        "GroupName": "requesters",
        "GroupId": "AGPAREQ",
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/requesters",
        "CreateDate": "2024-02-03T04:05:06Z",
        "GroupPolicyList": [],
        "AttachedManagedPolicies": [],
    }
    role = {
        "Path": "/",
        "RoleName": "labelling",
        "RoleId": "AROALABEL",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/labelling",
        "CreateDate": "2024-02-03T04:05:06Z",
        "AssumeRolePolicyDocument": policy("sts:AssumeRole"),
        "RolePolicyList": [{"PolicyName": "broken", "PolicyDocument": '{"Version": "2012-10-17", "Statement": ['}],
        "AttachedManagedPolicies": [],
        "RoleLastUsed": {"LastUsedDate": "2026-09-01T10:00:00Z", "Region": "us-east-1"},
    }
    local = {
        "PolicyName": "publish",
        "PolicyId": "ANPAPUBLISH",
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/publish",
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "PolicyVersionList": [
            {"Document": policy("mechanicalturk:CreateHIT"), "VersionId": "v1", "IsDefaultVersion": True}
        ],
    }
    numbers = list(range(hits, 0, -1))
    return FakeAws(
        authorization=[
            {"UserDetailList": [user]},
            {"GroupDetailList": [group]},
            {},
            {"RoleDetailList": [role], "Policies": [local]},
        ],
        policies={"arn:aws:iam::aws:policy/PowerUserAccess": policy("*")},
        hits=[hit(number) for number in numbers],
        payments={
            f"3HIT{number:05d}": [payment(number, index) for index in range(number % 5 + 1)]
            for number in numbers
            if number % 3 == 0
        },
        blocks=[{"WorkerId": f"AWORKER{number}", "Reason": "spam"} for number in range(blocks, 0, -1)],
        page_size=3,
    )


def policy(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def moment(number: int) -> datetime:
    """When the first bonus of HIT `number` was granted."""
    return datetime.fromtimestamp(START, UTC) + timedelta(seconds=number * 60 + 0.125)
