"""Documents that belong to one role: its inline policies, its application's own managed policy, its trust policy."""

from __future__ import annotations

from random import Random
from typing import Any

from benchmarks.accounts.application import Application, Document, Statement, allow, deny, document, number
from benchmarks.accounts.managed import OFFICES
from benchmarks.accounts.vocabulary import SERVICES, TRUSTED_SERVICES

CONDITIONED = 0.015
"""Of the statements of applications. With what else bears a condition, that is a tenth of the roles."""

SHARED_INLINE = (
    document(allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "arn:aws:logs:*:*:*")),
    document(allow(["ssm:GetParameter", "kms:Decrypt"])),
    document(
        allow("sts:AssumeRole", "arn:aws:iam::*:role/deploy-*"), deny("sts:AssumeRole", "arn:aws:iam::*:role/*-admin")
    ),
    document(allow(["ec2:Describe*", "elasticloadbalancing:Describe*", "autoscaling:Describe*"])),
)


def application_document(application: Application, random: Random, statements: int) -> Document:
    """What an application needs, by the names of its own resources."""
    return document(*(_statement(application, random) for _ in range(statements)))


def _statement(application: Application, random: Random) -> Statement:
    service = random.choice(SERVICES)
    names = random.sample(service.actions, random.randint(1, len(service.actions)))
    actions = [f"{service.prefix}:{name}" for name in names]
    if random.random() < 0.06:
        actions = [f"{service.prefix}:*"]
    count = random.choice((1, 1, 2, 2, 3, 4))
    resources = list(dict.fromkeys(application.fill(random.choice(service.resources), random) for _ in range(count)))
    statement = allow(actions if len(actions) > 1 else actions[0], resources if len(resources) > 1 else resources[0])
    if random.random() < 0.5:
        statement = {"Sid": f"{service.prefix.replace('-', '').title()}{random.randrange(100)}", **statement}
    if random.random() < CONDITIONED:
        statement["Condition"] = _condition(application, random, service.key)
    elif random.random() < 0.02:
        statement["Effect"] = "Deny"
    return statement


def _condition(application: Application, random: Random, own_key: str) -> dict[str, Any]:
    choices: list[dict[str, Any]] = [
        {"StringEquals": {"aws:ResourceTag/team": application.team}},
        {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}},
        {"IpAddress": {"aws:SourceIp": f"10.{random.randrange(256)}.0.0/16"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:SourceVpce": f"vpce-{random.getrandbits(40):017x}"}},
    ]
    if own_key:
        choices.append({"StringLike": {own_key: [f"{application.name}-*", application.stage]}})
    return random.choice(choices)


def crowd_document(application: Application, random: Random) -> Document:
    """A grant of Mechanical Turk as people write it: some too wide, some under conditions, some without effect."""
    tasks = ["mechanicalturk:CreateHIT", "mechanicalturk:ListHITs", "mechanicalturk:GetHIT"]
    choices: list[list[Statement]] = [
        [allow("mechanicalturk:*")],
        [allow(tasks), deny("mechanicalturk:SendBonus")],
        [allow([*tasks, "mechanicalturk:SendBonus"], Condition={"IpAddress": {"aws:SourceIp": OFFICES}})],
        [allow("mechanicalturk:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})],
        [allow("mechanicalturk:*", Condition={"StringEquals": {"aws:PrincipalTag/team": application.team}})],
        [allow("mechanicalturk:*", Condition={"DateLessThan": {"aws:CurrentTime": "2026-06-30T00:00:00Z"}})],
        [allow(["mechanicalturk:List*", "mechanicalturk:Get?ssignment"])],
        [allow(tasks, f"arn:aws:mechanicalturk:us-east-1:{application.account_id}:hit/*")],
        [allow(["mechanicalturk:GrantBonus", "mechanicalturk:ForceExpireHIT", "mechanicalturk:Create*"])],
        [{"Effect": "Allow", "NotAction": ["iam:*", "mechanicalturk:Delete*"], "Resource": "*"}],
    ]
    return document(*random.choice(choices), _statement(application, random))


def trust_document(application: Application, random: Random) -> Document:
    """Who may assume the role: mostly one service in words that many roles share; else a caller of its own."""
    kind = random.random()
    if kind < 0.65:
        return _trusts({"Service": f"{random.choice(TRUSTED_SERVICES)}.amazonaws.com"}, "sts:AssumeRole")
    if kind < 0.78:
        subject = f"system:serviceaccount:{application.team}:{application.name}-{random.randrange(10_000)}"
        issuer = f"oidc.eks.{application.region}.amazonaws.com/id/{application.account_id}ABCDEF"
        return _trusts(
            {"Federated": f"arn:aws:iam::{application.account_id}:oidc-provider/{issuer}"},
            "sts:AssumeRoleWithWebIdentity",
            {"StringEquals": {f"{issuer}:sub": subject, f"{issuer}:aud": "sts.amazonaws.com"}},
        )
    if kind < 0.90:
        issuer = "token.actions.githubusercontent.com"
        return _trusts(
            {"Federated": f"arn:aws:iam::{application.account_id}:oidc-provider/{issuer}"},
            "sts:AssumeRoleWithWebIdentity",
            {"StringLike": {f"{issuer}:sub": f"repo:example/{application.name}-{random.choice(SERVICES).prefix}:*"}},
        )
    if kind < 0.96:
        partner = {"AWS": f"arn:aws:iam::{number(random, 12)}:root"}
        return _trusts(
            partner, "sts:AssumeRole", {"StringEquals": {"sts:ExternalId": f"{random.getrandbits(64):016x}"}}
        )
    account = {"AWS": f"arn:aws:iam::{application.account_id}:root"}
    return _trusts(account, ["sts:AssumeRole", "sts:TagSession"])


def _trusts(principal: dict[str, str], action: Any, condition: dict[str, Any] | None = None) -> Document:
    statement: Statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return document(statement)
