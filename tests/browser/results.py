"""The results that the browser tests open, each made once."""

from __future__ import annotations

from functools import cache

from audit.model.result import AuditResult
from tests.render import crowd, factory


@cache
def typical() -> AuditResult:
    return factory.typical_result()


@cache
def hostile() -> AuditResult:
    return factory.hostile_result()


@cache
def empty() -> AuditResult:
    return factory.empty_result()


@cache
def one() -> AuditResult:
    return factory.one_result()


@cache
def large() -> AuditResult:
    """Ten thousand principals, with more of everything than the page has room for."""
    return crowd.crowded_result()
