"""Weekly bonuses for made-up results."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from audit.model.activity import WeekPayments
from audit.model.result import AuditResult
from tests.render.records import WINDOW


def with_weeks(result: AuditResult, *, since: datetime = WINDOW.since, until: datetime = WINDOW.until) -> AuditResult:
    """The result with bonuses in every calendar week of the window, none in the first one."""
    weeks: list[WeekPayments] = []
    while since < until:
        end = min(since + timedelta(days=7 - since.weekday()), until)
        times = len(weeks) * 7 % 23
        amount = Decimal("8.55") * times
        account = result.header.accounts[0].account_id
        weeks.append(WeekPayments(account_id=account, since=since, until=end, count=times, amount=amount))
        since = end
    return msgspec.structs.replace(result, week_payments=tuple(weeks))
