"""What the roads to CloudTrail's records need beside their own calls, limited to the bucket, table and workgroup.

Athena reads the catalog and the log files, and writes its results, with the permissions of whoever asks it.

https://docs.aws.amazon.com/athena/latest/ug/security-iam-awsmanpol.html
"""

from __future__ import annotations

from typing import Any

from audit.cloudtrail.layout import ROOT
from audit.collect.athena_query import CALLS as ATHENA_CALLS
from audit.collect.athena_sql import parse_table
from audit.collect.bucket_place import Place, parse_place
from audit.collect.interface import REGION, EventOptions

_CATALOG_READS = ("glue:GetDatabase", "glue:GetPartitions", "glue:GetTable")
_RESULTS = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")


def statements_of(road: EventOptions) -> list[dict[str, Any]]:
    """Build the statements; none for the event history and for a folder. Raises InputError for a name that is none."""
    if road.off:
        return []
    if road.athena_table:
        return _athena(road)
    return _log_files(parse_place(road.trail)) if road.trail.startswith("s3://") else []


def _log_files(place: Place) -> list[dict[str, Any]]:
    bucket = f"arn:aws:s3:::{place.bucket}"
    listing = _statement("ListLogFiles", ["s3:ListBucket"], bucket)
    listing["Condition"] = {"StringLike": {"s3:prefix": place.key(f"{ROOT}/*")}}
    return [listing, _statement("ReadLogFiles", ["s3:GetObject"], f"{bucket}/{place.key(f'{ROOT}/*')}")]


def _athena(road: EventOptions) -> list[dict[str, Any]]:
    table = parse_table(road.athena_table)
    workgroup = f"arn:aws:athena:{REGION}:*:workgroup/{road.athena_workgroup}"
    catalog = [
        f"arn:aws:glue:{REGION}:*:{what}"
        for what in ("catalog", f"database/{table.database}", f"table/{table.database}/{table.name}")
    ]
    reads = [*_CATALOG_READS, "glue:CreateTable"] if road.athena_create_table else list(_CATALOG_READS)
    statements = [
        _statement("SearchWithAthena", [call.permission for call in ATHENA_CALLS], workgroup),
        _statement("FindTable", reads, catalog),
    ]
    if road.athena_create_table:
        statements += _log_files(parse_place(road.athena_create_table))
    if road.athena_output:
        place = parse_place(road.athena_output)
        bucket = f"arn:aws:s3:::{place.bucket}"
        statements.append(_statement("FindResults", ["s3:GetBucketLocation"], bucket))
        statements.append(_statement("KeepResults", list(_RESULTS), f"{bucket}/{place.key('*')}"))
    return statements


def _statement(sid: str, actions: list[str], resource: str | list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resource}
