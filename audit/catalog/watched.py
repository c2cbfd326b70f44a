"""Actions of other services that the rules ask about besides Mechanical Turk's own.

A watched action counts as allowed where it is allowed on ``Resource: "*"``: the question is never about one bucket or
one role, but about who holds the whole account.
"""

from __future__ import annotations

LOG_BLINDING = (
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
)
"""What stops or narrows the record of who did what."""

PERMISSION_WRITING = (
    "iam:AddUserToGroup",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreatePolicyVersion",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
)
"""What lets a principal hand itself, or an identity that it can use, every permission there is."""

SPREAD = (
    "account:CloseAccount",
    "cloudformation:CreateStack",
    "cloudtrail:StopLogging",
    "dynamodb:DeleteTable",
    "ec2:TerminateInstances",
    "ecs:RunTask",
    "kms:ScheduleKeyDeletion",
    "lambda:InvokeFunction",
    "logs:DeleteLogGroup",
    "organizations:LeaveOrganization",
    "rds:DeleteDBInstance",
    "route53:ChangeResourceRecordSets",
    "s3:DeleteBucket",
    "secretsmanager:GetSecretValue",
    "sns:Publish",
    "sts:AssumeRole",
)
"""One action each of services that have nothing to do with one another: only a policy for everything has most."""

SPREAD_QUORUM = 12
"""So many of SPREAD make an administrator, with one of PERMISSION_WRITING: a guard that keeps administrators from
stopping the log, deleting keys or leaving the organization does not make them anything less.
"""

WATCHED: tuple[str, ...] = tuple(sorted({*LOG_BLINDING, *PERMISSION_WRITING, *SPREAD}))
"""Every action that the evaluator must answer for besides the profile's privileges, `service:Name`."""
