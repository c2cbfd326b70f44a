"""Wildcards of the policy language: `*` is any run of characters, also none; `?` is exactly one.

A pattern is read into tokens, and everything else works on those: a regular expression to match with, and the
automaton of `classes.py` that tells which patterns one value can satisfy together.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

import msgspec

ARN_SEGMENTS = 6


class Wild(Enum):
    """A token that stands for more than one character or for any."""

    ANY = "."
    STAR = ".*"
    ANY_IN_SEGMENT = "[^:]"
    """One character of an ARN's segment: not a colon."""
    STAR_IN_SEGMENT = "[^:]*"


class Literal(msgspec.Struct, frozen=True):
    """Text whose wildcards are ordinary characters, as a policy variable's value is."""

    text: str


Token = str | Wild
"""A `str` token is one character that stands for itself."""
Tokens = tuple[Token, ...]

_WILDCARDS = {"*": Wild.STAR, "?": Wild.ANY}
_WITHIN_SEGMENT = {Wild.STAR: Wild.STAR_IN_SEGMENT, Wild.ANY: Wild.ANY_IN_SEGMENT}


def is_everything(pattern: str) -> bool:
    """Whether `pattern` is `*`, however often repeated: the only Resource that a wildcard-only action matches."""
    return bool(pattern) and not pattern.strip("*")


def tokenize(parts: tuple[str | Literal, ...]) -> Tokens:
    """Read a pattern that may have literal parts. Runs of stars are one: they mean the same."""
    tokens: list[Token] = []
    for part in parts:
        for character in part.text if isinstance(part, Literal) else part:
            token = character if isinstance(part, Literal) else _WILDCARDS.get(character, character)
            if token is Wild.STAR and tokens and tokens[-1] is Wild.STAR:
                continue
            tokens.append(token)
    return tuple(tokens)


def tokenize_arn(parts: tuple[str | Literal, ...]) -> Tokens | None:
    """Read an ARN pattern: a wildcard crosses no colon, but in the sixth segment. None with fewer segments.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    tokens = tokenize(parts)
    colons = [index for index, character in enumerate(tokens) if character == ":"][: ARN_SEGMENTS - 1]
    if len(colons) < ARN_SEGMENTS - 1:
        return None
    last = colons[-1]
    head = tuple(_WITHIN_SEGMENT.get(token, token) if isinstance(token, Wild) else token for token in tokens[:last])
    return head + tokens[last:]


@lru_cache(maxsize=65_536)
def compile_tokens(tokens: Tokens) -> re.Pattern[str]:
    """The regular expression that the tokens mean."""
    pieces = (token.value if isinstance(token, Wild) else re.escape(token) for token in tokens)
    return re.compile("".join(pieces), re.DOTALL)


@lru_cache(maxsize=65_536)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern without variables."""
    return compile_tokens(tokenize((pattern,)))


def matches(pattern: str, text: str) -> bool:
    """Match with case, as resources do."""
    return compile_pattern(pattern).fullmatch(text) is not None


def matches_action(pattern: str, action: str) -> bool:
    """Match without case, as action names do. A pattern with no `:` matches only if it is `*`."""
    if ":" not in pattern:
        return is_everything(pattern)
    lowered, name = pattern.lower(), action.lower()
    # Most patterns are of other services: no expression is made for those.
    if not name.startswith(lowered.partition("*")[0].partition("?")[0]):
        return False
    return matches(lowered, name)
