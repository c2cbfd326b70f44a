"""Unmodified boto3 against Athena: a table over a trail's files, a query, its states and its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from audit.demo.account import Bucket, StoredObject
from audit.demo.athena_table import Table
from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import LocalAws, Settings, local_aws
from tests.demo.building import ACCOUNT, NOW, OTHER, account, clients, company, log_file, trail_record

JULY = datetime(2026, 7, 1, 10, tzinfo=UTC)


def _key(day: int, name: str) -> str:
    return f"AWSLogs/o-ex/{ACCOUNT}/CloudTrail/us-east-1/2026/07/{day:02}/{name}.json.gz"


BUCKET = Bucket(
    name="logs",
    account_id=ACCOUNT,
    objects=(
        log_file(
            _key(1, "a"),
            trail_record(1, JULY, requestParameters={"assignmentId": "3A", "bonusAmount": "1.50"}),
            trail_record(2, JULY + timedelta(hours=1), name="ListHITs"),
        ),
        log_file(
            _key(2, "b"),
            trail_record(3, JULY + timedelta(days=1), errorCode="AccessDenied"),
            trail_record(4, JULY + timedelta(days=1), eventSource="s3.amazonaws.com", name="GetObject"),
        ),
        StoredObject(key=_key(3, "damaged"), body=b"\x1f\x8b\x08 no gzip", modified_at=NOW),
    ),
)
TABLE = Table(
    database="audit",
    name="trail",
    location="s3://logs/AWSLogs/o-ex/${account}/CloudTrail/${region}/${day}",
    partitions=("account", "region", "day"),
)
CREATE = """
CREATE EXTERNAL TABLE IF NOT EXISTS audit.made (
    eventversion STRING,
    useridentity STRUCT<type: STRING, arn: STRING>,
    eventtime STRING, eventsource STRING, eventname STRING, eventid STRING, requestparameters STRING
)
PARTITIONED BY (`account` string, `day` string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://logs/AWSLogs/o-ex/'
TBLPROPERTIES (
    'projection.enabled'='true',
    'projection.account.type'='enum', 'projection.account.values'='222233334444',
    'projection.day.type'='date', 'projection.day.format'='yyyy/MM/dd', 'projection.day.range'='2026/07/01,NOW',
    'storage.location.template'='s3://logs/AWSLogs/o-ex/${account}/CloudTrail/us-east-1/${day}'
)
"""
MTURK = "eventsource = 'mturk-requester.amazonaws.com' AND day BETWEEN '2026/07/01' AND '2026/07/02'"
SETTINGS = Settings(athena_tables=(TABLE,))


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws(company(account(), account(OTHER), buckets=(BUCKET,)), settings=SETTINGS) as running:
        yield running


@pytest.fixture
def athena(aws: LocalAws) -> Iterator[Any]:
    with clients(aws) as made:
        yield made.make("athena")


def _start(athena: Any, text: str, **asked: Any) -> dict[str, str]:
    asked = {"ResultConfiguration": {"OutputLocation": "s3://results/"}, **asked}
    return {"QueryExecutionId": athena.start_query_execution(QueryString=text, **asked)["QueryExecutionId"]}


def _finish(athena: Any, execution: dict[str, str]) -> dict[str, Any]:
    status: dict[str, Any] = {}
    for _ in range(5):
        status = athena.get_query_execution(**execution)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            break
    return status


def _rows(athena: Any, text: str) -> list[list[str | None]]:
    execution = _start(athena, text)
    assert _finish(athena, execution)["State"] == "SUCCEEDED"
    answer = athena.get_query_results(**execution)
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in answer["ResultSet"]["Rows"]]


def test_a_query_is_queued_then_done_and_its_first_row_names_the_columns(athena: Any) -> None:
    execution = _start(athena, f"SELECT eventid, eventname FROM audit.trail WHERE {MTURK} ORDER BY eventtime")
    states = [athena.get_query_execution(**execution)["QueryExecution"]["Status"]["State"]]
    with pytest.raises(ClientError, match="not yet finished"):
        athena.get_query_results(**execution)
    states.append(_finish(athena, execution)["State"])
    assert states == ["QUEUED", "SUCCEEDED"]
    rows = athena.get_query_results(**execution)["ResultSet"]["Rows"]
    assert [row["Data"][1]["VarCharValue"] for row in rows] == ["eventname", "SendBonus", "ListHITs", "SendBonus"]


def test_results_come_in_pages(athena: Any) -> None:
    execution = _start(athena, f"SELECT eventid FROM audit.trail WHERE {MTURK}")
    _finish(athena, execution)
    pages = [athena.get_query_results(MaxResults=2, **execution)]
    while "NextToken" in pages[-1]:
        pages.append(athena.get_query_results(MaxResults=2, NextToken=pages[-1]["NextToken"], **execution))
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [2, 2]


def test_structures_json_and_missing_values(athena: Any) -> None:
    columns = (
        "useridentity.arn AS who, useridentity, json_format(CAST(useridentity AS JSON)), requestparameters, errorcode, "
        "coalesce(errorcode, '-'), account, region, day"
    )
    _, first, *_ = _rows(athena, f"SELECT {columns} FROM audit.trail WHERE {MTURK} ORDER BY eventid")
    arn = f"arn:aws:iam::{ACCOUNT}:user/payer"
    assert first == [
        arn,
        f"{{type=IAMUser, arn={arn}, username=payer}}",
        f'{{"type":"IAMUser","arn":"{arn}","username":"payer"}}',
        '{"assignmentId":"3A","bonusAmount":"1.50"}',
        None,
        "-",
        ACCOUNT,
        "us-east-1",
        "2026/07/01",
    ]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("eventname = 'SendBonus'", ["1", "3"]),
        ("eventname <> 'SendBonus'", ["2", "4"]),
        ("eventname IN ('ListHITs', 'GetObject') AND NOT eventsource LIKE 's3%'", ["2"]),
        ("errorcode IS NULL AND eventname LIKE '%Bon_s'", ["1"]),
        ("errorcode IS NOT NULL", ["3"]),
        ("errorcode <> 'x'", ["3"]),
        ("(eventname = 'ListHITs' OR eventname = 'GetObject') AND eventtime >= '2026-07-02'", ["4"]),
        ("substr(eventtime, 1, 10) = '2026-07-01' AND lower(eventname) = 'sendbonus'", ["1"]),
        ("concat(account, '/', region) = '222233334444/us-east-1' AND eventname NOT LIKE 'S%'", ["2", "4"]),
    ],
)
def test_conditions_choose_rows(athena: Any, where: str, found: list[str]) -> None:
    text = f"SELECT substr(eventid, 36) AS n FROM audit.trail WHERE day < '2026/07/03' AND {where} ORDER BY eventid"
    assert [row[0] for row in _rows(athena, text)] == ["n", *found]


def test_a_table_is_made_over_the_files_and_read_by_its_partitions(athena: Any) -> None:
    assert _finish(athena, _start(athena, CREATE))["State"] == "SUCCEEDED"
    rows = _rows(athena, f"SELECT eventid, day FROM audit.made WHERE {MTURK} ORDER BY eventid DESC LIMIT 1")
    assert rows[1][1] == "2026/07/02"
    again = _finish(athena, _start(athena, CREATE.replace("IF NOT EXISTS ", "")))
    assert (again["State"], "AlreadyExists" in again["StateChangeReason"]) == ("FAILED", True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT eventid FROM audit.trail", "HIVE_CURSOR_ERROR.*damaged"),
        ("SELECT eventid FROM audit.nothing", "TABLE_NOT_FOUND"),
        ("SELECT colour FROM audit.trail WHERE day = '2026/07/01'", "COLUMN_NOT_FOUND"),
    ],
)
def test_a_query_that_fails_says_why(athena: Any, text: str, reason: str) -> None:
    status = _finish(athena, _start(athena, text))
    assert status["State"] == "FAILED"
    assert re.search(reason, status["StateChangeReason"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM audit.trail",
        "SELECT count(*) FROM audit.trail",
        "SELECT eventid FROM audit.trail JOIN audit.made",
        "SELECT eventid FROM audit.trail GROUP BY eventid",
        "DROP TABLE audit.trail",
        "SELECT eventid FROM audit.trail WHERE eventname",
        "CREATE TABLE audit.copy AS SELECT 1",
        CREATE.replace("'projection.day.type'='date', ", ""),
        CREATE.replace("/${day}'", "/'"),
    ],
)
def test_what_is_not_understood_is_refused_and_never_guessed(athena: Any, text: str) -> None:
    with pytest.raises(ClientError, match="InvalidRequestException"):
        _start(athena, text)


def test_a_query_needs_a_place_for_its_results_and_a_workgroup_that_exists(athena: Any) -> None:
    with pytest.raises(ClientError, match="No output location"):
        _start(athena, "SELECT eventid FROM audit.trail", ResultConfiguration={})
    with pytest.raises(ClientError, match="WorkGroup other is not found"):
        _start(athena, "SELECT eventid FROM audit.trail", WorkGroup="other")


def test_the_same_token_is_the_same_query(athena: Any) -> None:
    token = "t" * 40
    text = "SELECT eventid FROM audit.trail WHERE day = '2026/07/01'"
    assert _start(athena, text, ClientRequestToken=token) == _start(athena, text, ClientRequestToken=token)


def test_another_account_reads_neither_the_files_nor_the_results(aws: LocalAws, athena: Any) -> None:
    execution = _start(athena, f"SELECT eventid FROM audit.trail WHERE {MTURK}")
    with clients(aws, OTHER) as made:
        others = made.make("athena")
        with pytest.raises(ClientError, match="was not found"):
            others.get_query_execution(**execution)
        status = _finish(others, _start(others, f"SELECT eventid FROM audit.trail WHERE {MTURK}"))
    assert "no access to the bucket" in status["StateChangeReason"]


def test_a_stopped_query_is_cancelled(athena: Any) -> None:
    execution = _start(athena, f"SELECT eventid FROM audit.trail WHERE {MTURK}")
    athena.stop_query_execution(**execution)
    assert _finish(athena, execution)["State"] == "CANCELLED"


def test_faults_have_athenas_codes() -> None:
    plan = FaultPlan(
        [
            Planned(operation="athena:StartQueryExecution", fault=Fault.THROTTLED),
            Planned(operation="athena:StartQueryExecution", fault=Fault.SERVER_ERROR, after=1),
        ]
    )
    with local_aws(company(account()), faults=plan) as aws, clients(aws) as made:
        athena = made.make("athena")
        for code in ("TooManyRequestsException", "InternalServerException"):
            with pytest.raises(ClientError, match=code):
                _start(athena, "SELECT eventid FROM audit.trail")
