"""What is asked of the evidence: the same for every account of an audit."""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.model.privilege import ServiceProfile
from audit.model.snapshot import Window
from audit.model.threshold import Thresholds


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which service, at which moment, over which time, by which measures."""

    profile: ServiceProfile
    as_of: datetime
    window: Window | None
    environment: str = "production"
    """`production` or `sandbox`: of which of the two the payments and blocks of the evidence are."""
    thresholds: Thresholds = Thresholds()
