"""The SQL that Athena is asked in. Names are checked and quoted, and nothing of the evidence ever stands in a query.

https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from audit.cloudtrail.event import EVENT_SOURCE, SANDBOX_EVENT_SOURCE
from audit.cloudtrail.gathering import Sought
from audit.cloudtrail.layout import LOGS, ORGANIZATION_ID, REGION, ROOT, days_to_read
from audit.collect.bucket_place import parse_place
from audit.model.error import InputError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_STRUCTS = ("useridentity", "tlsdetails")
"""Columns that hold an object; its fields are asked for as JSON, whichever of them the table declares."""
_TEXTS = (
    *("eventversion", "eventtime", "eventsource", "eventname", "awsregion", "sourceipaddress", "useragent"),
    *("errorcode", "errormessage", "requestparameters", "responseelements", "requestid", "eventid", "readonly"),
    *("eventtype", "recipientaccountid"),
)
OPTIONAL = ("tlsdetails",)
"""Columns that tables made from older instructions of AWS lack."""


class Table(NamedTuple):
    """`database.table`."""

    database: str
    name: str


class Partitions(NamedTuple):
    """How a table is divided: the names of its columns for account, region and day."""

    account: str = ""
    region: str = ""
    day: str = ""
    """Written 2026/07/02."""
    parts: tuple[str, ...] = ()
    """Year and month, in place of `day`."""


OURS = Partitions(account="account", day="day")
SCHEMES = (
    OURS,
    Partitions(account="account", region="region", day="timestamp"),
    Partitions(region="region", day="timestamp"),
    Partitions(day="timestamp"),
    Partitions(account="account", region="region", parts=("year", "month")),
    Partitions(region="region", parts=("year", "month")),
    Partitions(),
)
"""Of the tables that AWS's instructions have made over the years; a column that is not there is an error at once."""


def parse_table(text: str) -> Table:
    """Read `database.table`. Raises InputError where it is something else."""
    database, _, name = text.partition(".")
    if not _NAME.fullmatch(database) or not _NAME.fullmatch(name):
        raise InputError(f"`{text}` is no table of Athena; write it like security.cloudtrail_logs")
    return Table(database.lower(), name.lower())


def select_events(table: Table, partitions: Partitions, sought: Sought, without: Iterable[str] = ()) -> str:
    """Ask for the records of Mechanical Turk in the period, leaving out the columns `without`."""
    left_out = frozenset(without)
    columns = [f'"{name}"' for name in _TEXTS]
    columns += [f'json_format(CAST("{name}" AS JSON)) AS "{name}"' for name in _STRUCTS if name not in left_out]
    conditions = [
        f"\"eventsource\" IN ('{EVENT_SOURCE}', '{SANDBOX_EVENT_SOURCE}')",
        f"\"eventtime\" >= '{sought.since:%Y-%m-%dT%H:%M:%SZ}'",
        f"\"eventtime\" < '{sought.until:%Y-%m-%dT%H:%M:%SZ}'",
        *_partition_conditions(partitions, sought),
    ]
    return f"SELECT {', '.join(columns)} FROM {_quoted(table)} WHERE {' AND '.join(conditions)}"  # noqa: S608 - all parts are checked above


def select_any(table: Table, partitions: Partitions, account_id: str, day: date) -> str:
    """Ask whether there is any record at all under a day, which `partitions` has a column for."""
    conditions = [*_place_conditions(partitions, account_id), f"\"{partitions.day}\" = '{day:%Y/%m/%d}'"]
    return f'SELECT "eventid" FROM {_quoted(table)} WHERE {" AND ".join(conditions)} LIMIT 1'  # noqa: S608 - all parts are checked above


def _partition_conditions(partitions: Partitions, sought: Sought) -> list[str]:
    days = days_to_read(sought.since, sought.until) or (sought.since.date(),)
    conditions = _place_conditions(partitions, sought.account_id)
    if partitions.day:
        conditions.append(f"\"{partitions.day}\" BETWEEN '{days[0]:%Y/%m/%d}' AND '{days[-1]:%Y/%m/%d}'")
    for name, values in zip(
        partitions.parts, (sorted({f"{day:%Y}" for day in days}), sorted({f"{day:%m}" for day in days})), strict=False
    ):
        conditions.append(f'"{name}" IN ({_listed(values)})')
    return conditions


def _place_conditions(partitions: Partitions, account_id: str) -> list[str]:
    conditions = [f"\"{partitions.account}\" = '{account_id}'"] if partitions.account else []
    if partitions.region:
        conditions.append(f"\"{partitions.region}\" = '{REGION}'")
    if not partitions.account:
        conditions.append(f"\"recipientaccountid\" = '{account_id}'")
    return conditions


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _quoted(table: Table) -> str:
    return f'"{table.database}"."{table.name}"'


_COLUMNS = """\
  `eventversion` string,
  `useridentity` struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,\
accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,\
sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,\
sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,\
sourceidentity:string,ec2roledelivery:string,\
webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>,
  `eventtime` string,
  `eventsource` string,
  `eventname` string,
  `awsregion` string,
  `sourceipaddress` string,
  `useragent` string,
  `errorcode` string,
  `errormessage` string,
  `requestparameters` string,
  `responseelements` string,
  `additionaleventdata` string,
  `requestid` string,
  `eventid` string,
  `readonly` string,
  `eventtype` string,
  `recipientaccountid` string,
  `tlsdetails` struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>"""


def create_table(table: Table, location: str) -> str:
    """Make the table over the log files of a trail in `location`, with its partitions projected: nothing is loaded.

    `location` is `s3://bucket/prefix`; of an organization's trail with `AWSLogs/o-…` behind it. Raises InputError where
    it is no such address.
    """
    place = parse_place(location)
    organization = next((part for part in location.split("/") if ORGANIZATION_ID.fullmatch(part)), "")
    top = f"s3://{place.bucket}/" + place.key(f"{ROOT}/{organization}/" if organization else f"{ROOT}/")
    return f"""\
CREATE EXTERNAL TABLE IF NOT EXISTS `{table.database}`.`{table.name}` (
{_COLUMNS}
)
PARTITIONED BY (`account` string, `day` string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION '{top}'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.account.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy/MM/dd',
  'projection.day.range' = '2013/11/01,NOW',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = '{top}${{account}}/{LOGS}/{REGION}/${{day}}'
)"""
