"""Events, their coverage, last accesses and credentials in a snapshot: read back, and never half used."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.model.event import EventCoverage, EventRoad
from audit.model.last_access import AccessKeyUse, CredentialUse, ServiceLastAccess
from audit.model.snapshot import GapReason
from audit.snapshot.content import AccountEvidence, Snapshot
from audit.snapshot.layout import CREDENTIAL_REPORT, EVENT_COVERAGE, EVENTS, SERVICE_LAST_ACCESSED, EvidenceFile
from audit.snapshot.reader import open_input
from tests.unit.cloudtrail.records import encoded
from tests.unit.snapshot.sample import CONTENTS, USER, snapshot

COVERAGE = EventCoverage(
    road=EventRoad.LOG_FILES,
    origin="s3://example-trail/audit",
    since=datetime(2026, 7, 1, tzinfo=UTC),
    until=datetime(2026, 10, 1, tzinfo=UTC),
    missing_days=(date(2026, 8, 3),),
    logs_writes=True,
    damaged_files=("AWSLogs/111122223333/CloudTrail/us-east-1/2026/07/02/cut.json.gz",),
    files=91,
    duplicates=2,
)
REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n"
    "<root_account>,arn:aws:iam::111122223333:root,2019-01-01T00:00:00+00:00,not_supported,2026-06-30T09:00:00+00:00,"
    "not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n"
    f"payer,{USER},2021-05-01T00:00:00+00:00,false,no_information,N/A,N/A,false,true,2021-05-02T00:00:00+00:00,"
    "2026-09-01T07:00:00+00:00,us-east-1,mechanicalturk,false,2020-05-02T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A"
)
EVIDENCE: dict[EvidenceFile, bytes] = {
    EVENTS: b"\n".join(
        [
            encoded(eventID="b", eventTime="2026-07-02T10:00:00Z"),
            encoded(eventID="c", eventTime="2026-07-01T10:00:00Z"),
            encoded(eventID="a", eventTime="2026-07-02T10:00:00Z"),
            encoded(eventID="a", eventTime="2026-07-02T10:00:00Z"),
        ]
    )
    + b"\n",
    EVENT_COVERAGE: msgspec.json.encode(COVERAGE),
    SERVICE_LAST_ACCESSED: msgspec.json.encode(
        {
            "Arn": USER,
            "ServiceNamespace": "mechanicalturk",
            "LastAuthenticated": "2026-09-01T09:00:00+02:00",
            "LastAuthenticatedRegion": "us-east-1",
        }
    )
    + b'\n{"Arn":"arn:aws:iam::111122223333:role/idle","ServiceNamespace":"mechanicalturk"}'
    + b'\n{"Arn":"arn:aws:iam::111122223333:role/other"}\n',
    CREDENTIAL_REPORT: REPORT.encode(),
}
MEMBERS = {
    EVENTS: "events",
    EVENT_COVERAGE: "event_coverage",
    SERVICE_LAST_ACCESSED: "last_accesses",
    CREDENTIAL_REPORT: "credentials",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return open_input(snapshot(tmp_path_factory.mktemp("whole"), CONTENTS | EVIDENCE))


@pytest.fixture(scope="module")
def account(whole: Snapshot) -> AccountEvidence:
    assert whole.gaps == ()
    return whole.accounts[0]


def test_events_come_by_time_and_id_and_each_once(account: AccountEvidence) -> None:
    assert [event.event_id for event in account.events or ()] == ["c", "a", "b"]
    assert account.event_coverage == COVERAGE


def test_a_principal_that_access_advisor_does_not_list_for_the_service_has_no_row(account: AccountEvidence) -> None:
    assert account.last_accesses == (
        ServiceLastAccess(
            principal_arn=USER,
            service="mechanicalturk",
            last_attempt_at=datetime(2026, 9, 1, 7, tzinfo=UTC),
            region="us-east-1",
        ),
        ServiceLastAccess(
            principal_arn="arn:aws:iam::111122223333:role/idle", service="mechanicalturk", last_attempt_at=None
        ),
    )


def test_credentials_tell_what_the_report_tells_and_nothing_of_what_it_does_not(account: AccountEvidence) -> None:
    assert account.credentials == (
        CredentialUse(
            principal_arn="arn:aws:iam::111122223333:root",
            name="<root_account>",
            password_last_used_at=datetime(2026, 6, 30, 9, tzinfo=UTC),
            mfa_active=True,
        ),
        CredentialUse(
            principal_arn=USER,
            name="payer",
            password_enabled=False,
            keys=(
                AccessKeyUse(
                    number=1,
                    active=True,
                    last_rotated_at=datetime(2021, 5, 2, tzinfo=UTC),
                    last_used_at=datetime(2026, 9, 1, 7, tzinfo=UTC),
                    last_used_service="mechanicalturk",
                ),
                AccessKeyUse(number=2, active=False, last_rotated_at=datetime(2020, 5, 2, tzinfo=UTC)),
            ),
        ),
    )


def test_a_snapshot_without_them_is_whole_and_holds_none(tmp_path: Path) -> None:
    read = open_input(snapshot(tmp_path))
    assert read.gaps == ()
    assert [getattr(read.accounts[0], member) for member in MEMBERS.values()] == [None] * len(MEMBERS)


def test_an_account_without_events_has_none_and_not_nothing(tmp_path: Path) -> None:
    account = open_input(snapshot(tmp_path, CONTENTS | {EVENTS: b"", SERVICE_LAST_ACCESSED: b""})).accounts[0]
    assert (account.events, account.last_accesses) == ((), ())


ODD: dict[EvidenceFile, list[bytes]] = {
    EVENTS: [b"{}\n", b"\xff", b"[]", encoded(eventSource="iam.amazonaws.com"), encoded(eventID=7), encoded()[:-9]],
    EVENT_COVERAGE: [b"", b"{}", b"[]", b'{"road":"hearsay"}'],
    SERVICE_LAST_ACCESSED: [b"{}", b"[]", b'{"Arn":7}', b'{"Arn":"a","LastAuthenticated":"soon"}'],
    CREDENTIAL_REPORT: [b"", b"\xff\xfe", b"<html></html>", b"user,arn\n", b"user,arn\nroot,\n", b'user,arn\n"a,b\n'],
}


@pytest.mark.parametrize(("file", "raw"), [(file, raw) for file, odd in ODD.items() for raw in odd])
def test_a_file_of_another_kind_is_a_gap_and_not_used(tmp_path: Path, file: EvidenceFile, raw: bytes) -> None:
    read = open_input(snapshot(tmp_path, CONTENTS | EVIDENCE | {file: raw}))
    assert [(gap.source, gap.reason) for gap in read.gaps] == [(file.source, GapReason.UNREADABLE)]
    held: dict[str, Any] = {member: getattr(read.accounts[0], member) for member in MEMBERS.values()}
    assert [member for member, value in held.items() if value is None] == [MEMBERS[file]]
