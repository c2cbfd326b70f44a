"""Access Advisor's jobs and the credential report, as boto3 meets them: begun, not there yet, there, in pages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import LocalAws, Settings, local_aws
from audit.model.last_access import AccessKeyUse, CredentialUse, ServiceLastAccess
from audit.snapshot.authorization import InlinePolicy
from tests.demo.building import ACCOUNT, NOW, OTHER, account, authorization, clients, company, raw

AUDITOR = f"arn:aws:iam::{ACCOUNT}:user/auditor"
USED = NOW - timedelta(days=12)


def _company(**statement: Any) -> Any:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]}
    details = authorization(ACCOUNT)
    (user,) = details.user_detail_list
    user = msgspec.structs.replace(user, user_policy_list=(InlinePolicy("p", raw(json.dumps(document))),))
    ours = msgspec.structs.replace(
        account(details=msgspec.structs.replace(details, user_detail_list=(user,))),
        last_accesses=(
            ServiceLastAccess(
                principal_arn=AUDITOR, service="mechanicalturk", last_attempt_at=USED, region="us-east-1"
            ),
        ),
        credentials=(
            CredentialUse(
                principal_arn=AUDITOR,
                name="auditor",
                password_enabled=True,
                password_last_used_at=USED,
                mfa_active=True,
                keys=(
                    AccessKeyUse(
                        number=2,
                        active=True,
                        last_rotated_at=USED,
                        last_used_at=USED,
                        last_used_service="mechanicalturk",
                    ),
                ),
            ),
        ),
    )
    return company(ours, account(OTHER))


@pytest.fixture
def broad() -> Iterator[LocalAws]:
    with local_aws(_company(Action="*")) as running:
        yield running


def _job(iam: Any) -> dict[str, str]:
    return {"JobId": iam.generate_service_last_accessed_details(Arn=AUDITOR)["JobId"]}


def test_a_job_is_in_progress_first(broad: LocalAws) -> None:
    with clients(broad) as made:
        job = _job(made.iam)
        assert made.iam.get_service_last_accessed_details(**job)["JobStatus"] == "IN_PROGRESS"
        assert made.iam.get_service_last_accessed_details(**job)["JobStatus"] == "COMPLETED"


def test_of_a_broad_principal_mechanical_turk_is_not_on_the_first_page(broad: LocalAws) -> None:
    with clients(broad) as made:
        job = _job(made.iam)
        made.iam.get_service_last_accessed_details(**job)
        pages = [made.iam.get_service_last_accessed_details(**job)]
        while pages[-1]["IsTruncated"]:
            pages.append(made.iam.get_service_last_accessed_details(Marker=pages[-1]["Marker"], **job))
    names = [[row["ServiceNamespace"] for row in page["ServicesLastAccessed"]] for page in pages]
    assert len(pages) > 3
    assert "mechanicalturk" not in names[0]
    (found,) = (row for page in pages for row in page["ServicesLastAccessed"] if row.get("LastAuthenticated"))
    assert (found["ServiceNamespace"], found["LastAuthenticated"]) == ("mechanicalturk", USED)


def test_of_a_narrow_principal_only_the_services_of_its_policies_are_told() -> None:
    with (
        local_aws(_company(Action=["s3:Get*", "SQS:SendMessage"]), settings=Settings(unfinished=0)) as aws,
        clients(aws) as made,
    ):
        answer = made.iam.get_service_last_accessed_details(**_job(made.iam))
    assert [row["ServiceNamespace"] for row in answer["ServicesLastAccessed"]] == ["s3", "sqs"]
    assert all("LastAuthenticated" not in row for row in answer["ServicesLastAccessed"])


def test_a_principal_or_job_that_does_not_exist_is_refused(broad: LocalAws) -> None:
    with clients(broad) as made, clients(broad, OTHER) as others:
        with pytest.raises(ClientError, match="NoSuchEntity"):
            made.iam.generate_service_last_accessed_details(Arn=f"{AUDITOR}-2")
        with pytest.raises(ClientError, match="NoSuchEntity"):
            others.iam.get_service_last_accessed_details(**_job(made.iam))


def test_a_job_meets_faults_of_paging() -> None:
    get = "iam:GetServiceLastAccessedDetails"
    plan = FaultPlan([Planned(operation=get, fault=Fault.EMPTY_PAGE, after=0)])
    with (
        local_aws(_company(Action="*"), faults=plan, settings=Settings(unfinished=0)) as aws,
        clients(aws) as made,
    ):
        job = _job(made.iam)
        empty = made.iam.get_service_last_accessed_details(**job)
        assert (empty["ServicesLastAccessed"], empty["IsTruncated"]) == ([], True)
        assert (
            len(made.iam.get_service_last_accessed_details(Marker=empty["Marker"], **job)["ServicesLastAccessed"])
            == 100
        )


def test_a_credential_report_is_generated_before_it_can_be_had(broad: LocalAws) -> None:
    with clients(broad) as made:
        with pytest.raises(ClientError, match="ReportNotPresent"):
            made.iam.get_credential_report()
        assert made.iam.generate_credential_report()["State"] == "STARTED"
        with pytest.raises(ClientError, match="ReportInProgress"):
            made.iam.get_credential_report()
        assert made.iam.generate_credential_report()["State"] == "COMPLETE"
        report = made.iam.get_credential_report()
    assert report["ReportFormat"] == "text/csv"
    root, auditor = csv.DictReader(report["Content"].decode().splitlines())
    assert (root["user"], root["password_enabled"]) == ("<root_account>", "not_supported")
    assert auditor["arn"] == AUDITOR
    assert (auditor["mfa_active"], auditor["access_key_1_active"], auditor["access_key_2_active"]) == (
        "true",
        "false",
        "true",
    )
    assert auditor["access_key_2_last_used_service"] == "mechanicalturk"
    assert auditor["password_last_used"] == "2026-09-23T08:00:00+00:00"
    assert auditor["access_key_1_last_used_date"] == "N/A"
