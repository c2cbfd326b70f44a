"""Every fault at every endpoint, as boto3 sees it: an error with the service's own code, or an answer that is none.

Retries are off, so that one call meets one fault. One server for all of them: the fault is set before each call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.parsers import ResponseParserError

from audit.demo.account import Bucket, StoredObject, TrailSource
from audit.demo.faults import Fault
from audit.demo.server import LocalAws, local_aws
from audit.demo.wire import Call
from tests.demo.building import ACCOUNT, NOW, account, busy_marketplace, clients, company
from tests.demo.test_organizations_endpoint import SCP, organization

JOB = "00000000-0000-0000-0000-000000000000"
ASKED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "athena:GetQueryExecution": ("athena", lambda client: client.get_query_execution(QueryExecutionId=JOB)),
    "athena:GetQueryResults": ("athena", lambda client: client.get_query_results(QueryExecutionId=JOB)),
    "athena:StartQueryExecution": (
        "athena",
        lambda client: client.start_query_execution(QueryString="SELECT a FROM b"),
    ),
    "cloudtrail:DescribeTrails": ("cloudtrail", lambda client: client.describe_trails()),
    "cloudtrail:GetEventSelectors": ("cloudtrail", lambda client: client.get_event_selectors(TrailName="trail")),
    "cloudtrail:GetTrailStatus": ("cloudtrail", lambda client: client.get_trail_status(Name="trail")),
    "cloudtrail:LookupEvents": ("cloudtrail", lambda client: client.lookup_events()),
    "iam:GenerateCredentialReport": ("iam", lambda client: client.generate_credential_report()),
    "iam:GenerateServiceLastAccessedDetails": (
        "iam",
        lambda client: client.generate_service_last_accessed_details(Arn=f"arn:aws:iam::{ACCOUNT}:user/auditor"),
    ),
    "iam:GetAccountAuthorizationDetails": ("iam", lambda client: client.get_account_authorization_details()),
    "iam:GetCredentialReport": ("iam", lambda client: client.get_credential_report()),
    "iam:GetServiceLastAccessedDetails": ("iam", lambda client: client.get_service_last_accessed_details(JobId=JOB)),
    "iam:ListAccountAliases": ("iam", lambda client: client.list_account_aliases()),
    "mturk:GetAccountBalance": ("mturk", lambda client: client.get_account_balance()),
    "mturk:ListBonusPayments": ("mturk", lambda client: client.list_bonus_payments(HITId="3HIT00000")),
    "mturk:ListHITs": ("mturk", lambda client: client.list_hits()),
    "mturk:ListWorkerBlocks": ("mturk", lambda client: client.list_worker_blocks()),
    "organizations:DescribeOrganization": ("organizations", lambda client: client.describe_organization()),
    "organizations:DescribePolicy": ("organizations", lambda client: client.describe_policy(PolicyId="p-examplenono")),
    "organizations:ListAccounts": ("organizations", lambda client: client.list_accounts()),
    "organizations:ListPolicies": ("organizations", lambda client: client.list_policies(Filter=SCP)),
    "organizations:ListRoots": ("organizations", lambda client: client.list_roots()),
    "s3:GetObject": ("s3", lambda client: client.get_object(Bucket="logs", Key="k")["Body"].read()),
    "s3:ListObjectsV2": ("s3", lambda client: client.list_objects_v2(Bucket="logs")),
    "sts:AssumeRole": (
        "sts",
        lambda client: client.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/reader", RoleSessionName="s3"),
    ),
    "sts:GetCallerIdentity": ("sts", lambda client: client.get_caller_identity()),
}
"""Each operation that collectors use, by the name that a plan gives it."""

QUERY = ("iam", "sts")
CODES: dict[Fault, dict[str, str]] = {
    Fault.THROTTLED: {
        "athena": "TooManyRequestsException",
        "cloudtrail": "ThrottlingException",
        "iam": "Throttling",
        "mturk": "ThrottlingException",
        "organizations": "TooManyRequestsException",
        "s3": "SlowDown",
        "sts": "Throttling",
    },
    Fault.SERVER_ERROR: {
        "athena": "InternalServerException",
        "cloudtrail": "InternalFailure",
        "iam": "ServiceFailure",
        "mturk": "ServiceFault",
        "organizations": "ServiceException",
        "s3": "InternalError",
        "sts": "ServiceFailure",
    },
    Fault.ACCESS_DENIED: {
        "athena": "AccessDeniedException",
        "cloudtrail": "AccessDeniedException",
        "iam": "AccessDenied",
        "mturk": "AccessDeniedException",
        "organizations": "AccessDeniedException",
        "s3": "AccessDenied",
        "sts": "AccessDenied",
    },
    Fault.EXPIRED_CREDENTIALS: {
        "athena": "ExpiredTokenException",
        "cloudtrail": "ExpiredTokenException",
        "iam": "ExpiredToken",
        "mturk": "ExpiredTokenException",
        "organizations": "ExpiredTokenException",
        "s3": "ExpiredToken",
        "sts": "ExpiredToken",
    },
    Fault.RETIRED: dict.fromkeys(("athena", "cloudtrail", "iam", "mturk", "organizations", "s3", "sts"), "Forbidden"),
}


class Switch:
    """A `Faults` that gives what it was set to, for one operation."""

    def __init__(self) -> None:
        self.operation = ""
        self.fault: Fault | None = None

    def __call__(self, call: Call) -> Fault | None:
        return self.fault if call.name == self.operation else None


class Running(msgspec.Struct, frozen=True):
    switch: Switch
    aws: LocalAws
    clients: dict[str, Any]
    """By service: to make one takes longer than a call."""

    def ask(self, operation: str, fault: Fault) -> Any:
        """Make the call once with the fault; its answer."""
        service, ask = ASKED[operation]
        self.switch.operation, self.switch.fault = operation, fault
        return ask(self.clients[service])


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    trail = TrailSource(name="trail", owner_account_id=ACCOUNT, bucket="logs", started_at=NOW)
    ours = msgspec.structs.replace(account(marketplace=busy_marketplace()), trails=(trail,))
    bucket = Bucket(name="logs", account_id=ACCOUNT, objects=(StoredObject(key="k", body=b"body", modified_at=NOW),))
    switch = Switch()
    whole = company(ours, organization=organization(), buckets=(bucket,))
    with local_aws(whole, faults=switch, hang=0.05) as aws, clients(aws) as made:
        yield Running(switch, aws, {service: made.make(service) for service, _ in ASKED.values()})


@pytest.mark.parametrize("operation", ASKED)
@pytest.mark.parametrize("fault", CODES)
def test_an_error_has_the_code_of_its_service(operation: str, fault: Fault, running: Running) -> None:
    before = running.aws.count(operation)
    with pytest.raises(ClientError) as error:
        running.ask(operation, fault)
    assert error.value.response["Error"]["Code"] == CODES[fault][operation.partition(":")[0]]
    assert running.aws.count(operation) == before + 1


@pytest.mark.parametrize("operation", ASKED)
def test_a_load_balancers_page_is_an_error_of_the_server(operation: str, running: Running) -> None:
    with pytest.raises((ClientError, ResponseParserError)) as error:
        running.ask(operation, Fault.UNAVAILABLE)
    if isinstance(error.value, ClientError):
        assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize("operation", ASKED)
@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.HANG])
def test_a_connection_that_is_closed_is_an_error_of_the_network(operation: str, fault: Fault, running: Running) -> None:
    with pytest.raises(ConnectionClosedError):
        running.ask(operation, fault)


@pytest.mark.parametrize("operation", [name for name in ASKED if not name.startswith("s3:")])
def test_a_web_page_is_an_empty_success_in_json_and_unreadable_in_xml(operation: str, running: Running) -> None:
    if operation.partition(":")[0] in QUERY:
        with pytest.raises(ResponseParserError):
            running.ask(operation, Fault.HTML_BODY)
    else:
        answer = running.ask(operation, Fault.HTML_BODY)
        assert set(answer) == {"ResponseMetadata"}


def test_a_web_page_in_place_of_an_object_is_its_content(running: Running) -> None:
    assert running.ask("s3:GetObject", Fault.HTML_BODY).startswith(b"<!DOCTYPE html>")


def test_an_object_that_is_cut_looks_whole(running: Running) -> None:
    assert running.ask("s3:GetObject", Fault.TRUNCATED_BODY) == b"bo"


@pytest.mark.parametrize(
    "operation",
    ["cloudtrail:LookupEvents", "mturk:ListHITs", "organizations:ListAccounts", "cloudtrail:DescribeTrails"],
)
def test_a_json_answer_that_is_cut_is_an_empty_success(operation: str, running: Running) -> None:
    assert set(running.ask(operation, Fault.TRUNCATED_BODY)) == {"ResponseMetadata"}


@pytest.mark.parametrize("operation", ["iam:GenerateCredentialReport", "sts:GetCallerIdentity"])
def test_an_xml_answer_that_is_cut_cannot_be_parsed(operation: str, running: Running) -> None:
    with pytest.raises(ResponseParserError):
        running.ask(operation, Fault.TRUNCATED_BODY)


@pytest.mark.parametrize("fault", [Fault.TRUNCATED_BODY, Fault.HTML_BODY])
def test_a_listing_of_s3_that_cannot_be_parsed_is_an_error_of_the_server(fault: Fault, running: Running) -> None:
    """Botocore retries such a 200 as it would a 500."""
    with pytest.raises(ClientError) as error:
        running.ask("s3:ListObjectsV2", fault)
    assert error.value.response["Error"]["Code"] == "500"
