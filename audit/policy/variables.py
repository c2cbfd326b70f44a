"""Policy variables: `${aws:username}`, with a default `${aws:username, 'all'}`, and the escapes `${*}` `${?}` `${$}`.

They work only where the document's Version is 2012-10-17.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from audit.policy.wildcard import Literal

VERSION_WITH_VARIABLES = "2012-10-17"

_VARIABLE = re.compile(r"\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}")
_ESCAPES = frozenset("*?$")

Lookup = Callable[[str], str | None]
"""The single value of a condition key in the request, or None where it has none."""


class Variable(msgspec.Struct, frozen=True):
    """A reference to a condition key, in lower case."""

    key: str
    default: str | None


Part = str | Variable | Literal
"""A `str` part is text as written, whose wildcards are wildcards."""


@lru_cache(maxsize=65_536)
def parse_template(text: str) -> tuple[Part, ...]:
    """Split `text` at its variables."""
    parts: list[Part] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        name, default = found.group(1), found.group(2)
        parts.append(Literal(name) if name in _ESCAPES else Variable(name.lower(), default))
        end = found.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)


def variable_keys(text: str) -> tuple[str, ...]:
    """The condition keys that `text` refers to, in lower case."""
    if "${" not in text:
        return ()
    return tuple(part.key for part in parse_template(text) if isinstance(part, Variable))


def expand(text: str, lookup: Lookup) -> tuple[str | Literal, ...] | None:
    """Put the request's values in place of variables; None where one has neither a value nor a default."""
    parts: list[str | Literal] = []
    for part in parse_template(text):
        if isinstance(part, Variable):
            value = lookup(part.key)
            if value is None:
                value = part.default
            if value is None:
                return None
            parts.append(Literal(value))
        else:
            parts.append(part)
    return tuple(parts)


def plain_text(parts: tuple[str | Literal, ...]) -> str:
    """The text for operators that know no wildcards."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)
