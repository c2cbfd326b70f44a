"""Tables of the local Athena: made by CREATE EXTERNAL TABLE over log files in S3, and read from these files.

Partitions are projected: `storage.location.template` says where they lie.
https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from audit.demo.account import Bucket, StoredObject
from audit.demo.athena_sql import Condition, SqlError
from audit.demo.athena_values import columns_of, holds, row_of

_CREATE = re.compile(
    r"\s*CREATE\s+EXTERNAL\s+TABLE\s+(?P<sure>IF\s+NOT\s+EXISTS\s+)?(?P<name>[`\"\w.]+)\s*\((?P<columns>.*?)\)\s*"
    r"(?:COMMENT\s+'[^']*'\s*)?(?:PARTITIONED\s+BY\s*\((?P<partitions>[^)]*)\)\s*)?"
    r"ROW\s+FORMAT\s+SERDE\s+'(?P<serde>[^']*)'\s*(?:WITH\s+SERDEPROPERTIES\s*\([^)]*\)\s*)?"
    r"(?:STORED\s+AS\s+INPUTFORMAT\s+'[^']*'\s*OUTPUTFORMAT\s+'[^']*'\s*)?"
    r"LOCATION\s+'(?P<location>s3://[^']*)'\s*(?:TBLPROPERTIES\s*\((?P<properties>.*)\)\s*)?;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_PROPERTY = re.compile(r"'([^']*)'\s*=\s*'([^']*)'")
_SERDES = ("com.amazon.emr.hive.serde.CloudTrailSerde", "org.apache.hive.hcatalog.data.JsonSerDe")
_PLACE = re.compile(r"\$\{(\w+)\}")


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table over a trail's files."""

    database: str
    name: str
    location: str
    """`s3://bucket/prefix/`, with `${column}` for each partition column where partitions are projected."""
    partitions: tuple[str, ...] = ()


def is_create(text: str) -> bool:
    """Whether the statement would make a table."""
    return re.match(r"\s*CREATE\b", text, re.IGNORECASE) is not None


def parse_create(text: str, database: str) -> tuple[Table, bool]:
    """Return the table, and whether an existing one is left alone. Raises SqlError."""
    found = _CREATE.fullmatch(text)
    if found is None:
        raise SqlError("the local Athena makes external tables over CloudTrail's files only")
    if found["serde"] not in _SERDES:
        raise SqlError(f"the local Athena does not know the SerDe `{found['serde']}`")
    name = re.sub(r"[`\"]", "", found["name"]).lower()
    owner, _, table = name.rpartition(".")
    properties = dict(_PROPERTY.findall(found["properties"] or ""))
    partitions = tuple(re.findall(r"[`\"]?(\w+)[`\"]?\s+\w+", (found["partitions"] or "").lower()))
    location = found["location"]
    if partitions:
        if properties.get("projection.enabled", "").lower() != "true":
            raise SqlError("the local Athena knows partitions by projection only: set `projection.enabled`")
        location = properties.get("storage.location.template", "")
        missing = set(partitions) ^ {place.lower() for place in _PLACE.findall(location)}
        undeclared = [each for each in partitions if f"projection.{each}.type" not in properties]
        if missing or undeclared:
            named = ", ".join(sorted({*missing, *undeclared}))
            raise SqlError(f"INVALID_TABLE_PROPERTY: partition projection does not fit the column {named}")
    made = Table(database=owner or database, name=table, location=location, partitions=partitions)
    return made, bool(found["sure"])


def rows_of(table: Table, where: Condition | None, buckets: Iterable[Bucket]) -> Iterator[dict[str, Any]]:
    """Every record of the files that the conditions on partitions leave. Raises SqlError for one that is damaged."""
    bucket_name, _, template = table.location.removeprefix("s3://").partition("/")
    bucket = next((each for each in buckets if each.name == bucket_name), None)
    if bucket is None:
        raise SqlError(f"HIVE_METASTORE_ERROR: no access to the bucket {bucket_name}")
    wanted = _file_pattern(template)
    for stored in bucket.objects:
        found = wanted.match(stored.key)
        if found is None:
            continue
        partition = {name.lower(): value for name, value in found.groupdict().items()}
        if all(holds(part, partition) is not False for part in _on_partitions(where, table.partitions)):
            for record in _records(stored):
                yield {**row_of(record), **partition}


def _file_pattern(template: str) -> re.Pattern[str]:
    """Files right below the location, or anywhere below it where no partition says how deep."""
    parts = _PLACE.split(template.rstrip("/"))
    # A day is written 2026/07/01 in one column: a value may hold slashes and ends where the template goes on.
    pattern = "".join(f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile(pattern + ("/[^/]+$" if len(parts) > 1 else "/"))


def _on_partitions(where: Condition | None, partitions: tuple[str, ...]) -> list[Condition]:
    if where is None:
        return []
    parts = [part for part in where.parts if isinstance(part, Condition)] if where.kind == "and" else [where]
    return [part for part in parts if columns_of(part) <= set(partitions)]


def _records(stored: StoredObject) -> list[dict[str, Any]]:
    try:
        body = gzip.decompress(stored.body) if stored.key.endswith(".gz") else stored.body
        content = msgspec.json.decode(body, type=dict[str, Any])
    except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
        raise SqlError(f"HIVE_CURSOR_ERROR: {stored.key}: {error}") from error
    records = content.get("Records", [])
    return records if isinstance(records, list) else []
