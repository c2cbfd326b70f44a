"""Managed policies: AWS's own by name, worded here, and those that a company shares among its roles."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accounts.application import Document, allow, deny, document
from benchmarks.accounts.vocabulary import WIDE_PREFIXES

NOT_AN_ADMINISTRATOR = ["iam:*", "organizations:*", "account:*"]


_NOUNS = ("Attributes", "Configuration", "Events", "Jobs", "Permissions", "Resources", "Settings")


def _read_everything() -> Document:
    """Nearly as many patterns as AWS's own has: 2,659."""
    verbs = ("BatchGet*", "Describe*", *(f"Get{noun}" for noun in _NOUNS), *(f"List{noun}*" for noun in _NOUNS[:6]))
    actions = [f"{prefix}:{verb}" for prefix in WIDE_PREFIXES for verb in verbs]
    return document(allow(actions), allow(["s3:Get*", "s3:List*"], Sid="Objects"))


def _audit_everything() -> Document:
    """The same; AWS's own has 900."""
    verbs = ("Describe*", "GetConfiguration", "GetPolicy", "ListTags*", "List*")
    actions = [f"{prefix}:{verb}" for prefix in WIDE_PREFIXES for verb in verbs]
    return document(allow([*actions, "mechanicalturk:ListHITs"], Sid="BaseSecurityAudit"))


def _view_everything() -> Document:
    """The same; AWS's own has 343."""
    return document(allow([f"{prefix}:{verb}*" for prefix in WIDE_PREFIXES for verb in ("Describe", "List")]))


AWS_MANAGED: dict[str, tuple[Document, int]] = {
    "AdministratorAccess": (document(allow("*")), 15),
    "PowerUserAccess": (
        document(
            {"Effect": "Allow", "NotAction": NOT_AN_ADMINISTRATOR, "Resource": "*"},
            allow(["account:ListRegions", "iam:CreateServiceLinkedRole", "iam:ListRoles"]),
        ),
        15,
    ),
    "ReadOnlyAccess": (_read_everything(), 60),
    "SecurityAudit": (_audit_everything(), 15),
    "job-function/ViewOnlyAccess": (_view_everything(), 20),
    "service-role/AWSLambdaBasicExecutionRole": (
        document(allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])),
        260,
    ),
    "service-role/AWSLambdaVPCAccessExecutionRole": (
        document(
            allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
            allow(["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]),
        ),
        110,
    ),
    "AWSXRayDaemonWriteAccess": (document(allow(["xray:PutTraceSegments", "xray:GetSampling*"])), 90),
    "AmazonSSMManagedInstanceCore": (
        document(allow(["ssm:DescribeAssociation", "ssm:GetDocument", "ssmmessages:*", "ec2messages:*"])),
        120,
    ),
    "CloudWatchAgentServerPolicy": (document(allow(["cloudwatch:PutMetricData", "logs:Put*", "ec2:DescribeTags"])), 90),
    "AmazonS3ReadOnlyAccess": (document(allow(["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*"])), 100),
    "AmazonS3FullAccess": (document(allow(["s3:*", "s3-object-lambda:*"])), 60),
    "AmazonDynamoDBFullAccess": (document(allow(["dynamodb:*", "dax:*", "kms:ListAliases", "cloudwatch:Get*"])), 40),
    "AmazonSQSFullAccess": (document(allow("sqs:*")), 40),
    "service-role/AmazonECSTaskExecutionRolePolicy": (
        document(
            allow(["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"])
        ),
        130,
    ),
    "AmazonEC2ContainerRegistryReadOnly": (document(allow(["ecr:Get*", "ecr:BatchGetImage", "ecr:List*"])), 80),
    "AmazonSageMakerFullAccess": (
        document(allow("sagemaker:*"), allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::*SageMaker*")),
        25,
    ),
    "AmazonMechanicalTurkFullAccess": (document(allow(["mechanicalturk:*"])), 8),
    "AmazonMechanicalTurkReadOnly": (document(allow(["mechanicalturk:Get*", "mechanicalturk:List*"])), 7),
}
"""Path and name -> document, and how often it is attached, in comparison."""

OFFICES = ["203.0.113.0/24", "198.51.100.0/24", "2001:db8:42::/48"]

COMPANY_MANAGED: dict[str, tuple[Document, int]] = {
    "baseline-logging": (document(allow(["logs:*", "cloudwatch:PutMetricData"], Sid="Logging")), 120),
    "baseline-tracing": (document(allow(["xray:Put*", "xray:GetSamplingRules"])), 60),
    "baseline-deny-iam-users": (document(deny(["iam:CreateUser", "iam:CreateAccessKey"], Sid="NoLongLivedKeys")), 60),
    "guardrail-regions": (
        document(
            {
                "Sid": "HomeRegionsOnly",
                "Effect": "Deny",
                "NotAction": ["iam:*", "sts:*", "route53:*", "cloudfront:*", "support:*", "organizations:*"],
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1", "us-west-2"]}},
            }
        ),
        20,
    ),
    "guardrail-network": (
        document(
            deny(
                "*",
                Sid="CompanyNetworkOnly",
                Condition={
                    "NotIpAddressIfExists": {"aws:SourceIp": OFFICES},
                    "BoolIfExists": {"aws:ViaAWSService": "false"},
                },
            )
        ),
        12,
    ),
    "guardrail-mfa": (
        document(
            {
                "Sid": "NothingWithoutMfa",
                "Effect": "Deny",
                "NotAction": ["iam:ListMFADevices", "iam:EnableMFADevice", "sts:GetSessionToken"],
                "Resource": "*",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            }
        ),
        8,
    ),
    "guardrail-no-payments": (
        document(deny(["mechanicalturk:SendBonus", "mechanicalturk:ApproveAssignment"], Sid="NoPayments")),
        8,
    ),
    "crowd-requester": (document(allow("mechanicalturk:*"), allow("s3:GetObject", "arn:aws:s3:::crowd-*/*")), 8),
    "crowd-reviewer": (
        document(
            allow(["mechanicalturk:Get*", "mechanicalturk:List*", "mechanicalturk:ApproveAssignment"]),
            allow(["mechanicalturk:GetAssignmentsForHIT", "mechanicalturk:GetReviewableHITs"], Sid="OldNames"),
        ),
        6,
    ),
    "developers": (
        document(
            {"Effect": "Allow", "NotAction": [*NOT_AN_ADMINISTRATOR, "billing:*"], "Resource": "*"},
            deny(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]),
        ),
        8,
    ),
}

BOUNDARIES: dict[str, Document] = {
    "boundary-application": document(
        allow(["s3:*", "sqs:*", "sns:*", "dynamodb:*", "logs:*", "kms:*", "lambda:*", "xray:*", "secretsmanager:*"])
    ),
    "boundary-developer": document(
        allow("*"), deny(["iam:*", "organizations:*"]), deny("mechanicalturk:SendBonus", Sid="FinancePays")
    ),
    "boundary-sandbox": document(
        allow(
            "*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1", "aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
        )
    ),
}


def aws_arn(name: str) -> str:
    """The ARN of an AWS managed policy."""
    return f"arn:aws:iam::aws:policy/{name}"


def company_arn(account_id: str, name: str) -> str:
    """The ARN of a customer managed policy."""
    return f"arn:aws:iam::{account_id}:policy/{name}"


def weights(policies: dict[str, tuple[Document, int]]) -> Sequence[int]:
    """How often each is attached, in comparison."""
    return [weight for _, weight in policies.values()]
