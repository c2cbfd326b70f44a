"""One exception for the tests, whole but for what a test says of it."""

from __future__ import annotations

from datetime import date

import msgspec

from audit.model.review import ReviewException


def exception(**fields: object) -> ReviewException:
    """An exception of the fourth quarter of 2026."""
    known = {
        "id": "EX-1",
        "subject": "*",
        "rule": "can-pay-money",
        "reason": "pays",
        "owner": "maria",
        "approver": "finance",
        "ticket": "T-1",
        "created": date(2026, 10, 1),
        "expires": date(2027, 1, 1),
    }
    return msgspec.convert(known | fields, ReviewException)
