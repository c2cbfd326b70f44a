"""`report.json`, and the JSON Schema that is published for it.

Each record stands on a line of its own, so that the file can be searched and compared with line tools.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from audit.model.result import AuditResult
from audit.render.report import SCHEMA, Report, make_report
from audit.render.report_reach import ReportReach

_ENCODER = msgspec.json.Encoder()


def render_json(result: AuditResult) -> bytes:
    """Render a result as UTF-8 JSON of the published schema."""
    return b"".join((*_fields(make_report(result)), b"\n"))


def _fields(record: msgspec.Struct) -> Iterator[bytes]:
    """A record in pieces: a large audit is thirty megabytes, which are put together once."""
    before = "{"
    for name in record.__struct_fields__:
        yield f'{before}\n"{name}":'.encode()
        yield from _lines(getattr(record, name))
        before = ","
    yield b"\n}"


def _lines(value: object) -> Iterator[bytes]:
    if isinstance(value, ReportReach):
        yield from _fields(value)
    elif not isinstance(value, tuple) or not value:
        yield msgspec.json.encode(value)
    else:
        # A line feed within a text is written `\n`, so that each one found ends a record. The last one stays as it is.
        yield b"[\n"
        yield _ENCODER.encode_lines(value).replace(b"\n", b",\n", len(value) - 1)
        yield b"]"


def render_schema() -> bytes:
    """Render the JSON Schema of `report.json`: what `audit/render/schema/report-1.json` holds."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **msgspec.json.schema(Report),
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"
