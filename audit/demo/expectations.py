"""What an audit of the example company must find, and what it must not: for every rule, principals of both kinds."""

from __future__ import annotations

from importlib.resources import files

import msgspec


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in one account."""

    rule: str
    account_id: str
    must: tuple[str, ...]
    """ARNs of principals that findings of the rule name between them."""
    must_not: tuple[str, ...]
    """ARNs of principals that no finding of the rule names."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An expectation as the file has it: principals without the account, `role/ci/ci-deploy`."""

    rule: str
    account_id: str
    must: tuple[str, ...]
    must_not: tuple[str, ...]


def expectations() -> tuple[Expectation, ...]:
    """All of them, in the order of the file."""
    raw = files("audit.demo").joinpath("data", "expectations.json").read_bytes()
    return tuple(
        Expectation(
            rule=row.rule,
            account_id=row.account_id,
            must=tuple(f"arn:aws:iam::{row.account_id}:{name}" for name in row.must),
            must_not=tuple(f"arn:aws:iam::{row.account_id}:{name}" for name in row.must_not),
        )
        for row in msgspec.json.decode(raw, type=tuple[_Row, ...])
    )
