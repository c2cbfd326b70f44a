"""Reading from S3: ListObjectsV2, GetObject and their heads, by path-style addresses.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from email.utils import format_datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from audit.demo.account import Bucket, StoredObject
from audit.demo.faults import Fault
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.wire import Call, Reply, ServiceError

_MOST = 1000
"""Keys of a page: the usual, and the most."""
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class S3:
    """Answers calls of the service `s3`."""

    def __init__(self, buckets: Iterable[Bucket]) -> None:
        self._buckets = {bucket.name: bucket for bucket in buckets}
        self._objects = {
            bucket.name: {stored.key: stored for stored in sorted(bucket.objects, key=lambda each: each.key.encode())}
            for bucket in self._buckets.values()
        }

    def answers(self, call: Call) -> bool:
        """All of them: what is not performed is refused here."""
        return True

    def answer(self, call: Call, fault: Fault | None = None) -> Reply:
        """Perform the call, as far as the caller may. Raises ServiceError where S3 would refuse it."""
        name = str(call.parameters.get("Bucket", ""))
        bucket = self._buckets.get(name)
        if bucket is None:
            raise ServiceError("NoSuchBucket", "The specified bucket does not exist", status=404)
        if not {call.account_id, "*"} & {bucket.account_id, *bucket.readers}:
            raise ServiceError("AccessDenied", "Access Denied", status=403)
        if call.operation == "HeadBucket":
            return Reply(status=200, body=b"", content_type="application/xml")
        if call.operation == "ListObjectsV2":
            return self._list(call, name, fault)
        if call.operation in ("GetObject", "HeadObject"):
            return self._get(call, name)
        message = f"the local AWS does not perform `{call.operation}` of S3"
        raise ServiceError("NotImplemented", message, status=501)

    def _get(self, call: Call, bucket: str) -> Reply:
        stored = self._objects[bucket].get(call.parameters["Key"])
        if stored is None:
            raise ServiceError("NoSuchKey", "The specified key does not exist.", status=404)
        body, status = stored.body, 200
        headers = [
            ("ETag", _etag(stored)),
            ("Last-Modified", format_datetime(stored.modified_at, usegmt=True)),
            ("Accept-Ranges", "bytes"),
        ]
        found = _RANGE.fullmatch(str(call.parameters.get("Range", "")))
        if found is not None:
            start, end = int(found[1]), int(found[2] or len(body) - 1)
            if start >= len(body):
                raise ServiceError("InvalidRange", "The requested range is not satisfiable", status=416)
            headers.append(("Content-Range", f"bytes {start}-{min(end, len(body) - 1)}/{len(body)}"))
            body, status = body[start : end + 1], 206
        return Reply(status=status, body=body, content_type="application/x-gzip", headers=tuple(headers))

    def _list(self, call: Call, bucket: str, fault: Fault | None) -> Reply:
        prefix, delimiter = str(call.parameters.get("prefix", "")), str(call.parameters.get("delimiter", ""))
        after = str(call.parameters.get("start-after", ""))
        stored = [each for key, each in self._objects[bucket].items() if key.startswith(prefix) and key > after]
        rows = list(_rows(stored, prefix, delimiter))
        size = str(call.parameters.get("max-keys", _MOST))
        if not size.isdecimal():
            raise ServiceError("InvalidArgument", "Provided max-keys not an integer or within integer range")
        token = call.parameters.get("continuation-token")
        try:
            page = cut_page(rows, token, max(1, min(int(size), _MOST)), call, fault)
        except BadTokenError as error:
            raise ServiceError("InvalidArgument", "The continuation token provided is incorrect") from error
        encoded = call.parameters.get("encoding-type") == "url"

        def text(value: str) -> str:
            return quote(value, safe="/-_.~*") if encoded else escape(value)

        parts = [
            ("Name", escape(bucket)),
            ("Prefix", text(prefix)),
            ("Delimiter", text(delimiter) if delimiter else None),
            ("StartAfter", text(after) if after else None),
            ("MaxKeys", size),
            ("EncodingType", "url" if encoded else None),
            ("KeyCount", str(len(page.rows))),
            ("IsTruncated", "true" if page.token else "false"),
            ("ContinuationToken", token),
            ("NextContinuationToken", page.token),
        ]
        head = "".join(f"<{name}>{value}</{name}>" for name, value in parts if value is not None)
        items = "".join(_item(row, text(row if isinstance(row, str) else row.key)) for row in page.rows)
        xml = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{head}{items}</ListBucketResult>'
        )
        return Reply(status=200, body=xml.encode(), content_type="application/xml")


def _rows(stored: Iterable[StoredObject], prefix: str, delimiter: str) -> Iterator[StoredObject | str]:
    """Objects, and in place of those below a delimiter what their keys have in common, once."""
    last = None
    for each in stored:
        name, found, _ = each.key.removeprefix(prefix).partition(delimiter) if delimiter else ("", "", "")
        if not found:
            yield each
        elif prefix + name + delimiter != last:
            last = prefix + name + delimiter
            yield last


def _item(stored: StoredObject | str, key: str) -> str:
    if isinstance(stored, str):
        return f"<CommonPrefixes><Prefix>{key}</Prefix></CommonPrefixes>"
    return (
        f"<Contents><Key>{key}</Key><LastModified>{stored.modified_at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
        f"<ETag>{escape(_etag(stored))}</ETag><Size>{len(stored.body)}</Size><StorageClass>STANDARD</StorageClass>"
        "</Contents>"
    )


def _etag(stored: StoredObject) -> str:
    return f'"{hashlib.md5(stored.body, usedforsecurity=False).hexdigest()}"'
