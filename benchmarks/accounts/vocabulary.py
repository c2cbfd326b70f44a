"""The words that invented accounts are made of: services with their actions, teams, stages, regions."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Service(NamedTuple):
    """An AWS service as application policies use it."""

    prefix: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """ARNs, in braces what `Application.fill` puts in; `*` where the actions know no resources."""
    key: str = ""
    """A condition key of its own that policies use."""


SERVICES = (
    Service(
        "s3",
        ("GetObject", "PutObject", "DeleteObject", "GetObjectTagging", "AbortMultipartUpload", "PutObjectTagging"),
        ("arn:aws:s3:::{stem}-{thing}-{region}/*", "arn:aws:s3:::{stem}-{thing}/incoming/*"),
        "s3:ExistingObjectTag/class",
    ),
    Service(
        "s3",
        ("ListBucket", "GetBucketLocation", "ListBucketMultipartUploads"),
        ("arn:aws:s3:::{stem}-{thing}-{region}",),
    ),
    Service(
        "dynamodb",
        ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"),
        (
            "arn:aws:dynamodb:{region}:{account}:table/{stem}-{thing}",
            "arn:aws:dynamodb:{region}:{account}:table/{stem}-{thing}/index/*",
        ),
        "dynamodb:LeadingKeys",
    ),
    Service(
        "sqs",
        (
            "SendMessage",
            "ReceiveMessage",
            "DeleteMessage",
            "GetQueueAttributes",
            "ChangeMessageVisibility",
            "GetQueueUrl",
        ),
        ("arn:aws:sqs:{region}:{account}:{stem}-{thing}", "arn:aws:sqs:{region}:{account}:{stem}-{thing}-dlq"),
    ),
    Service("sns", ("Publish", "Subscribe", "GetTopicAttributes"), ("arn:aws:sns:{region}:{account}:{stem}-{thing}",)),
    Service(
        "kms",
        ("Decrypt", "Encrypt", "GenerateDataKey*", "DescribeKey", "ReEncrypt*"),
        ("arn:aws:kms:{region}:{account}:key/{uuid}",),
        "kms:ViaService",
    ),
    Service(
        "secretsmanager",
        ("GetSecretValue", "DescribeSecret"),
        ("arn:aws:secretsmanager:{region}:{account}:secret:{stage}/{name}/{thing}-??????",),
        "secretsmanager:VersionStage",
    ),
    Service(
        "ssm",
        ("GetParameter", "GetParameters", "GetParametersByPath"),
        (
            "arn:aws:ssm:{region}:{account}:parameter/{stage}/{name}/{thing}",
            "arn:aws:ssm:*:{account}:parameter/{name}/*",
        ),
    ),
    Service(
        "logs",
        ("CreateLogGroup", "CreateLogStream", "PutLogEvents", "DescribeLogStreams"),
        ("arn:aws:logs:{region}:{account}:log-group:/aws/{stem}/{thing}:*",),
    ),
    Service(
        "lambda", ("InvokeFunction", "GetFunction"), ("arn:aws:lambda:{region}:{account}:function:{stem}-{thing}*",)
    ),
    Service(
        "states",
        ("StartExecution", "DescribeExecution", "StopExecution"),
        ("arn:aws:states:{region}:{account}:stateMachine:{stem}-{thing}",),
    ),
    Service("events", ("PutEvents", "PutRule", "PutTargets"), ("arn:aws:events:{region}:{account}:event-bus/{stem}",)),
    Service(
        "kinesis",
        ("GetRecords", "PutRecord*", "DescribeStream*"),
        ("arn:aws:kinesis:*:{account}:stream/{stem}-{thing}",),
    ),
    Service(
        "ecr",
        ("BatchGetImage", "GetDownloadUrlForLayer", "PutImage"),
        ("arn:aws:ecr:{region}:{account}:repository/{name}",),
    ),
    Service("ecr", ("GetAuthorizationToken",), ("*",)),
    Service(
        "ecs",
        ("UpdateService", "DescribeServices", "RunTask"),
        ("arn:aws:ecs:{region}:{account}:service/{stem}/*",),
        "ecs:cluster",
    ),
    Service("iam", ("PassRole", "GetRole"), ("arn:aws:iam::{account}:role/{stem}-*",), "iam:PassedToService"),
    Service("sts", ("AssumeRole",), ("arn:aws:iam::{other}:role/{name}-*",), "sts:ExternalId"),
    Service("ec2", ("DescribeInstances", "DescribeSubnets", "DescribeSecurityGroups", "DescribeVpcs"), ("*",)),
    Service(
        "ec2",
        ("StartInstances", "StopInstances", "TerminateInstances"),
        ("arn:aws:ec2:*:{account}:instance/*",),
        "ec2:ResourceTag/app",
    ),
    Service("cloudwatch", ("PutMetricData", "GetMetricData", "ListMetrics"), ("*",), "cloudwatch:namespace"),
    Service("xray", ("PutTraceSegments", "PutTelemetryRecords"), ("*",)),
    Service("rds-db", ("connect",), ("arn:aws:rds-db:{region}:{account}:dbuser:db-{uuid}/{name}",)),
    Service(
        "glue",
        ("GetTable", "GetPartitions", "GetDatabase", "BatchCreatePartition"),
        ("arn:aws:glue:{region}:{account}:table/{name}/*",),
    ),
    Service(
        "athena", ("StartQueryExecution", "GetQueryResults"), ("arn:aws:athena:{region}:{account}:workgroup/{stem}",)
    ),
    Service(
        "sagemaker",
        ("InvokeEndpoint", "CreateTrainingJob", "DescribeTrainingJob"),
        ("arn:aws:sagemaker:{region}:{account}:*/{stem}-*",),
    ),
)

WIDE_PREFIXES = tuple(Path(__file__).with_name("wide-prefixes.txt").read_text(encoding="ascii").split())
"""Prefixes that the wide read-only policies of AWS name; Mechanical Turk is not among them."""

TEAMS = ("payments", "search", "ml", "data", "web", "mobile", "platform", "risk", "ads", "growth", "billing", "infra")
NAMES = (
    "checkout",
    "ledger",
    "ranker",
    "crawler",
    "labeler",
    "ingest",
    "gateway",
    "profile",
    "notifier",
    "catalog",
    "pricing",
    "scoring",
    "archive",
    "exporter",
    "importer",
    "scheduler",
    "webhook",
    "invoice",
    "session",
    "thumbnail",
)
STAGES = ("prod", "staging", "dev", "test")
REGIONS = ("us-east-1", "us-east-1", "us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")
THINGS = (
    "events",
    "objects",
    "state",
    "orders",
    "images",
    "reports",
    "audit",
    "jobs",
    "cache",
    "features",
    "raw",
    "tasks",
)
COMPONENTS = (
    "api",
    "worker",
    "task",
    "lambda",
    "deploy",
    "build",
    "migrate",
    "cron",
    "stream",
    "etl",
    "ReadOnly",
    "admin",
)
PEOPLE = ("alex", "sam", "kim", "robin", "chris", "noor", "mia", "liam", "ines", "omar", "yuki", "eva", "joao", "priya")
TRUSTED_SERVICES = (
    "lambda",
    "lambda",
    "lambda",
    "ec2",
    "ec2",
    "ecs-tasks",
    "states",
    "codebuild",
    "glue",
    "sagemaker",
    "events",
    "apigateway",
    "firehose",
    "batch",
)
