"""One company for the rules about reach: each finding once, and beside it somebody who must not be named."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec

from audit.model.finding import Finding
from audit.model.result import AuditResult
from audit.model.snapshot import AccountSummary
from audit.pipeline import AuditOptions, audit_snapshot
from audit.snapshot.authorization import decode_authorization
from audit.snapshot.content import AccountEvidence, Snapshot
from tests.rules.account import ACCOUNT, MFA, Json, allow, full

PARTNER = "999988887777"
STRANGER = "888877776666"
DELETED = "AROA1234567890ABCDEFG"
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{name}"


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(*principals: str, kind: str = "AWS", **more: Any) -> Json:
    action = {"Federated": "sts:AssumeRoleWithWebIdentity"}.get(kind, "sts:AssumeRole")
    return document({"Effect": "Allow", "Principal": {kind: list(principals)}, "Action": action, **more})


def user(name: str, *statements: Json, **more: Any) -> Json:
    return _principal("User", "user", name, statements) | more


def role(name: str, trusting: Json, *statements: Json, **more: Any) -> Json:
    return _principal("Role", "role", name, statements) | {"AssumeRolePolicyDocument": trusting} | more


def _principal(kind: str, word: str, name: str, statements: tuple[Json, ...]) -> Json:
    inline = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
    return {
        f"{kind}Name": name,
        f"{kind}Id": f"{'AIDA' if word == 'user' else 'AROA'}{name.upper()}",
        "Arn": arn(f"{word}/{name}"),
        f"{kind}PolicyList": inline,
    }


def bounded_by(name: str) -> Json:
    return {
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": arn(f"policy/{name}"),
        }
    }


def managed(name: str, *statements: Json) -> Json:
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document(*statements)}
    return {"PolicyName": name, "Arn": arn(f"policy/{name}"), "PolicyVersionList": [version]}


PAY = allow(full("SendBonus"))
ISSUER = "token.actions.githubusercontent.com"
GITHUB = arn(f"oidc-provider/{ISSUER}")


def details() -> Json:
    """The company's one account."""
    return {
        "UserDetailList": [
            user("ann"),
            user("bob"),
            user("carl", allow("sts:AssumeRole", resource=arn("role/Admin"))),
            user("dora", allow("iam:PutUserPolicy", resource=arn("user/dora"))),
            user("eric", allow("iam:PutUserPolicy", resource=arn("user/eric")), **bounded_by("NoMoney")),
            user("fay", allow(full("CreateHIT"))),
            user("gus", allow("sts:AssumeRole", resource=arn("role/Payer"))),
            user("hal", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")),
            user("ida", allow("iam:PassRole", resource=arn("role/Payer")), allow("lambda:CreateFunction")),
        ],
        "GroupDetailList": [],
        "RoleDetailList": [
            role("Payer", trust(arn("user/ann"), Condition=MFA), PAY),
            role("Bridge", trust(arn("user/ann"))),
            role("Second", trust(arn("role/Bridge")), PAY),
            role("Admin", trust(arn("root")), allow("*")),
            role("Reviewer", trust(arn("user/fay")), allow(full("ApproveAssignment"))),
            role("Runner", trust("lambda.amazonaws.com", kind="Service"), PAY),
            role("Vendor", trust(f"arn:aws:iam::{PARTNER}:root"), PAY),
            role("Door", trust("*", Condition={"StringEquals": {"aws:PrincipalAccount": STRANGER}}), PAY),
            role("Quiet", trust(f"arn:aws:iam::{STRANGER}:root")),
            role("Old", trust(DELETED)),
            role(
                "Ci",
                trust(GITHUB, kind="Federated", Condition={"StringLike": {f"{ISSUER}:sub": "repo:example/*"}}),
                PAY,
            ),
        ],
        "Policies": [managed("NoMoney", allow("iam:PutUserPolicy", "s3:*"))],
    }


def audited(account: Json, *, known_accounts: tuple[tuple[str, str], ...] = ()) -> AuditResult:
    """An audit of one account that was put together by hand."""
    evidence = AccountEvidence(
        account=AccountSummary(account_id=ACCOUNT),
        authorization=decode_authorization(msgspec.json.encode(account), "an account of the test"),
    )
    snapshot = Snapshot(name="saved.json", sha256="0" * 64, manifest=None, accounts=(evidence,))
    return audit_snapshot(snapshot, AuditOptions(now=AS_OF, known_accounts=known_accounts))


@cache
def company() -> AuditResult:
    """The audit of the company."""
    return audited(details(), known_accounts=((PARTNER, "payroll vendor"),))


def found(rule: str) -> list[Finding]:
    """The company's findings of one rule, by title."""
    return sorted((each for each in company().findings if each.rule == rule), key=lambda each: each.title)


def subjects(rule: str) -> set[str]:
    """The names of those whom any finding of a rule names."""
    return {each.split(":", 5)[5] for finding in found(rule) for each in finding.subjects}
