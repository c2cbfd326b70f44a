"""Changes of a policy document, as bytes and as JSON, from harmless to nonsense."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

MAX_BYTES = 4_000
_MEMBER = re.compile(rb'"\w*"\s*:\s*(?:"[^"]*"|\[[^\[\]]*\]|\{[^{}]*\})')
"""A member of an object whose value holds no object or list."""
NAMES = (
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Comment",
)
WORDS = (
    *NAMES,
    "AWS",
    "Allow",
    "Deny",
    "2012-10-17",
    "2008-10-17",
    "*",
    "**",
    "mechanicalturk:*",
    "mechanicalturk:SendBonus",
    "MECHANICALTURK:send?onus",
    "*:*",
    "s3:GetObject",
    "NoPrefix",
    "arn:aws:s3:::x",
    "StringEquals",
    "StringNotLikeIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:Null",
    "Null",
    "Bool",
    "NumericLessThan",
    "DateGreaterThan",
    "IpAddress",
    "BinaryEquals",
    "Sounds",
    "aws:PrincipalTag/Team",
    "aws:CurrentTime",
    "true",
    "false",
    "10.0.0.0/8",
    "2026-11-23T00:00:00Z",
    "${aws:username}",
    "${*}",
    "",
    '":',
    "\\u0041",
    "\u2028",
)
ATOMS: tuple[Any, ...] = (None, True, False, 0, -1, 5, 0.5, 1e300, 10**30, "", [], {}, [[]], [None], {"": ""}, *WORDS)
TOKENS = (b'"', b":", b",", b"{", b"}", b"[", b"]", b" ", b"\n", b"\t", b"\\", b"\\u0045", b"\\ud800", b"NaN", b"1e999")
BYTES = (b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xc3", *TOKENS, *(json.dumps(word).encode() for word in WORDS))


def mutate(raw: bytes, random: Random) -> bytes:
    """One to four changes; what grows too long is cut."""
    for _ in range(random.randint(1, 4)):
        raw = random.choice(_CHANGES)(raw, random)
    return raw[:MAX_BYTES]


def _insert(raw: bytes, random: Random) -> bytes:
    at = random.randint(0, len(raw))
    return raw[:at] + random.choice(BYTES) + raw[at:]


def _delete(raw: bytes, random: Random) -> bytes:
    at = random.randint(0, len(raw))
    return raw[:at] + raw[at + random.randint(1, 8) :]


def _repeat(raw: bytes, random: Random) -> bytes:
    """Names that stand twice come of it."""
    first = random.randint(0, len(raw))
    last = min(len(raw), first + random.randint(1, 40))
    return raw[:last] + raw[first:last] + raw[last:]


def _double(raw: bytes, random: Random) -> bytes:
    """Write one member of an object twice."""
    members = list(_MEMBER.finditer(raw))
    if not members:
        return raw
    member = random.choice(members)
    return raw[: member.start()] + member[0] + b"," + raw[member.start() :]


def _space(raw: bytes, random: Random) -> bytes:
    """Put white space between a name and its colon."""
    colons = [found.start() + 1 for found in re.finditer(rb'":', raw)]
    if not colons:
        return raw
    at = random.choice(colons)
    return raw[:at] + random.choice((b" ", b"\n", b"\t", b"\r\n")) + raw[at:]


def _flip(raw: bytes, random: Random) -> bytes:
    if not raw:
        return b"{"
    at = random.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :]


def _respell(raw: bytes, random: Random) -> bytes:
    """The same document with other white space, or as a text in JSON, as some tools save it."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    match random.randrange(4):
        case 0:
            return json.dumps(value, indent=random.choice((None, 0, 2))).encode()
        case 1:
            return json.dumps(value, separators=(" , ", " : ")).encode()
        case 2:
            return json.dumps(json.dumps(value)).encode()
        case _:
            return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _restructure(raw: bytes, random: Random) -> bytes:
    """Change one place of the JSON: a member, an element, or what stands there."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    places = list(_places(value))
    if places:
        _change_at(*random.choice(places), random)
    return json.dumps(value).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every object and list with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        current = waiting.pop()
        keys = list(current) if isinstance(current, dict) else range(len(current)) if isinstance(current, list) else ()
        for key in keys:
            found.append((current, key))
            waiting.append(current[key])
    return found


def _change_at(container: Any, key: Any, random: Random) -> None:
    old = container[key]
    match random.randrange(6):
        case 0:
            del container[key]
        case 1:
            container[key] = random.choice(ATOMS)
        case 2:
            container[key] = [old]
        case 3:
            container[key] = {random.choice(WORDS): old}
        case 4 if isinstance(container, dict):
            container[random.choice(NAMES)] = container.pop(key)
        case 4:
            container.append(old)
        case _ if isinstance(container, dict):
            container[random.choice(NAMES)] = random.choice(ATOMS)
        case _:
            container.append(random.choice(ATOMS))


_CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _insert,
    _delete,
    _repeat,
    _double,
    _space,
    _flip,
    _respell,
    _restructure,
    _restructure,
    _restructure,
)
