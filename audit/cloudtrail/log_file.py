"""One log file of a trail: gunzip, look for Mechanical Turk in its bytes, and decode only the records that name it.

A file that is cut off is used up to the cut, since what stands before it is as CloudTrail wrote it; one whose checksum
is wrong is not used at all, since any of its digits may be another one. Both are damaged, and named.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from isal import isal_zlib

from audit.cloudtrail.event import MARK, decode_event
from audit.model.event import TrailEvent

_DAMAGED: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub declares an instance
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
"""zlib's number for the largest window, in a gzip wrapper."""
_PIECE = 64 * 1024
"""Packed bytes that are unpacked at once: the result stays in the processor's cache."""
_LARGEST = 512 * 1024 * 1024
"""Unpacked bytes of a file that is taken for one of CloudTrail's, which are a hundredth of that."""
_HEAD = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[')
_HEAD_LENGTH = 64
_RECORDS = re.compile(r'"Records"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


class FoundEvent(NamedTuple):
    """A call to Mechanical Turk, and the record that tells of it, as it was written."""

    event: TrailEvent
    raw: bytes


class FileReading(NamedTuple):
    """What one log file tells of Mechanical Turk."""

    events: tuple[FoundEvent, ...]
    whole: bool
    """Whether the file could be read to its end, and each record of Mechanical Turk in it."""


_NOTHING = FileReading((), whole=False)


class _File(msgspec.Struct):
    records: list[msgspec.Raw] = msgspec.field(name="Records")


class _CutOffError(Exception):
    """The file ends before its end."""


def read_log_file(raw: bytes) -> FileReading:
    """Read one file as it lies in the bucket; unpacked ones are read too. Never fails."""
    try:
        marked, whole = _scan(raw)
        if not marked:
            return FileReading((), whole)
        return _decode(_content(raw), whole=whole)
    except _DAMAGED:
        return _NOTHING


def _scan(raw: bytes) -> tuple[bool, bool]:
    """Whether the bytes name Mechanical Turk, and whether they are those of a whole log file."""
    marked = False
    head = tail = b""
    size = 0
    overlap = len(MARK) - 1
    try:
        for piece in _unpacked(raw):
            size += len(piece)
            if size > _LARGEST:
                return False, False
            if len(head) < _HEAD_LENGTH:
                head += piece[:_HEAD_LENGTH]
            marked = marked or MARK in piece or MARK in tail + piece[:overlap]
            tail = (tail + piece)[-overlap:] if len(piece) < overlap else piece[-overlap:]
    except _CutOffError:
        return marked, False
    return marked, _HEAD.match(head) is not None and tail.rstrip().endswith(b"}")


def _unpacked(raw: bytes) -> Iterator[bytes]:
    """Yield the content in pieces. Raises isal_zlib.error where it is damaged, _CutOffError at a missing end."""
    if not raw.startswith(_GZIP):
        yield raw
        return
    view = memoryview(raw)
    position = 0
    while position < len(view):
        # A file may be several packed ones in a row; zeroes behind them are padding.
        unpacker = isal_zlib.decompressobj(_GZIP_WINDOW)
        while position < len(view) and not unpacker.eof:
            piece = unpacker.decompress(view[position : position + _PIECE])
            position += _PIECE
            yield piece
        if not unpacker.eof:
            raise _CutOffError
        position = min(position, len(view)) - len(unpacker.unused_data)
        if not any(view[position:]):
            return


def _content(raw: bytes) -> bytes:
    pieces = []
    try:
        # One by one, so that those before a cut are kept.
        for piece in _unpacked(raw):
            pieces.append(piece)
    except _CutOffError:
        pass
    return b"".join(pieces)


def _decode(content: bytes, *, whole: bool) -> FileReading:
    try:
        records = [bytes(record) for record in msgspec.json.decode(content, type=_File).records]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        whole = False
        records = list(_readable_records(content))
    events = []
    for record in records:
        if MARK not in record:
            continue
        try:
            event = decode_event(record)
        except msgspec.DecodeError:
            whole = False
            continue
        if event is not None:
            events.append(FoundEvent(event, record))
    return FileReading(tuple(events), whole)


def _readable_records(content: bytes) -> Iterator[bytes]:
    """Yield the records of a damaged file, from the first one to where it stops being JSON."""
    text = content.decode("utf-8", "surrogateescape")
    start = _RECORDS.search(text)
    decoder = json.JSONDecoder()
    position = start.end() if start else len(text)
    while True:
        between = _BETWEEN.match(text, position)
        begin = between.end() if between else position
        try:
            _, position = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            return
        yield text[begin:position].encode("utf-8", "surrogateescape")
