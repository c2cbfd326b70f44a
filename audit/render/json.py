"""`report.json`, and the JSON Schema that is published for it.

Each record stands on a line of its own, so that the file can be searched and compared with line tools.
"""

from __future__ import annotations

import msgspec

from audit.model.result import AuditResult
from audit.render.report import SCHEMA, Report, make_report
from audit.render.report_reach import ReportReach


def render_json(result: AuditResult) -> bytes:
    """Render a result as UTF-8 JSON of the published schema."""
    return _fields(make_report(result)) + b"\n"


def _fields(record: msgspec.Struct) -> bytes:
    fields = (b'"%s":%s' % (name.encode(), _lines(getattr(record, name))) for name in record.__struct_fields__)
    return b"{\n" + b",\n".join(fields) + b"\n}"


def _lines(value: object) -> bytes:
    if isinstance(value, ReportReach):
        return _fields(value)
    if not isinstance(value, tuple) or not value:
        return msgspec.json.encode(value)
    return b"[\n" + b",\n".join(map(msgspec.json.encode, value)) + b"\n]"


def render_schema() -> bytes:
    """Render the JSON Schema of `report.json`: what `audit/render/schema/report-1.json` holds."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **msgspec.json.schema(Report),
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"
