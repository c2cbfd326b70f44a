"""Ids in the forms that AWS gives them, invented: the same for the same parts, so that a company is always the same."""

from __future__ import annotations

import hashlib

_BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def turk_id(*parts: object) -> str:
    """An id of a HIT, HIT type or assignment: 30 characters beginning with 3."""
    return "3" + _digits(_BASE_36, 29, parts)


def worker_id(*parts: object) -> str:
    """A worker's id: A and 13 characters."""
    return "A" + _digits(_BASE_36, 13, ("worker", *parts))


def unique_id(prefix: str, *parts: object) -> str:
    """IAM's unique id of a principal or policy, 21 characters: `AIDA…` of a user, `AROA…` of a role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    """
    return prefix + _digits(_BASE_32, 21 - len(prefix), (prefix, *parts))


def access_key_id(prefix: str, *parts: object) -> str:
    """An id of an access key, 20 characters: `AKIA…` of a user, `ASIA…` of a session."""
    return prefix + _digits(_BASE_32, 16, ("access key", *parts))


def file_suffix(*parts: object) -> str:
    """The 16 letters and digits that CloudTrail ends a file's name with."""
    return _digits(_BASE_36 + "abcdefghijklmnopqrstuvwxyz", 16, ("file", *parts))


def request_id(*parts: object) -> str:
    """A request's id: a UUID in form."""
    digits = _digits("0123456789abcdef", 32, ("request", *parts))
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _digits(alphabet: str, length: int, parts: tuple[object, ...]) -> str:
    number = int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest())
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)
