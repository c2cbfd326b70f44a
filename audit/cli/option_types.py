"""What options take that click does not know: moments in UTC, exact money, accounts with a name."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click

ACCOUNT_DIGITS = 12


class Moment(click.ParamType[datetime]):
    """A date or an ISO 8601 time; UTC where it has no zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read `value`, or fail with the usage."""
        if isinstance(value, datetime):
            moment = value
        else:
            try:
                moment = datetime.fromisoformat(str(value))
            except ValueError:
                self.fail(f"`{value}` is no date or time; write it like 2026-11-23 or 2026-11-23T12:00:00Z", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class Money(click.ParamType[Decimal]):
    """An amount of US dollars, exact to the cent."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read `value`, or fail with the usage. A number of `audit.toml` is read as it is written."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or amount < 0:
            self.fail(f"`{value}` is no amount of money; write it like 50.00", param, ctx)
        return amount


class KnownAccount(click.ParamType[tuple[str, str]]):
    """`123456789012`, or `123456789012=payroll vendor`."""

    name = "account"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Read `value`, or fail with the usage."""
        account_id, _, name = str(value).partition("=")
        if not (len(account_id) == ACCOUNT_DIGITS and account_id.isdigit()):
            self.fail(f"`{value}` begins with no account id; write it like 123456789012=payroll vendor", param, ctx)
        return account_id, name.strip()
