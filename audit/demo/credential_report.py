"""The credential report: GenerateCredentialReport and GetCredentialReport.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from audit.demo.account import Account
from audit.demo.faults import Fault
from audit.demo.moto_iam import backend_of
from audit.demo.wire import Call, ServiceError
from audit.model.last_access import AccessKeyUse, CredentialUse

_KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
_COLUMNS = (
    *("user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed"),
    *("password_next_rotation", "mfa_active"),
    *(f"access_key_{number}_{name}" for number in (1, 2) for name in _KEY_COLUMNS),
    *("cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated"),
)
_NONE = "N/A"
_ROOT = "<root_account>"


class CredentialReports:
    """The reports of all accounts."""

    def __init__(self, accounts: Iterable[Account], clock: Callable[[], datetime], unfinished: int) -> None:
        """`unfinished`: how many times a report is asked for before it is there."""
        self._clock = clock
        self._unfinished = unfinished
        self._credentials = {
            account.account_id: {row.principal_arn: row for row in account.credentials} for account in accounts
        }
        self._asked: dict[str, int] = {}
        self._lock = Lock()

    def generate(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """Begin a report, or say how far it is."""
        with self._lock:
            asked = self._asked.get(call.account_id)
            if asked is None:
                self._asked[call.account_id] = 0
                return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}
            self._asked[call.account_id] = asked + 1
        return {"State": "COMPLETE" if asked >= self._unfinished else "INPROGRESS"}

    def get(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """The report, once it is there."""
        with self._lock:
            asked = self._asked.get(call.account_id)
            if asked is None:
                raise ServiceError("ReportNotPresent", "No credential report is present.", status=410)
            self._asked[call.account_id] = asked + 1
        if asked < self._unfinished:
            raise ServiceError("ReportInProgress", "The report is being generated.", status=404)
        return {"Content": self._report(call.account_id), "ReportFormat": "text/csv", "GeneratedTime": self._clock()}

    def _report(self, account_id: str) -> bytes:
        known = self._credentials[account_id]
        root = f"arn:aws:iam::{account_id}:root"
        nothing = CredentialUse(principal_arn="", name="")
        rows = [_row(_ROOT, root, self._clock().replace(month=1, day=1), known.get(root, nothing))]
        for user in list(backend_of(account_id).users.values()):
            rows.append(_row(user.name, user.arn, user.create_date, known.get(user.arn, nothing)))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
        return text.getvalue().removesuffix("\n").encode()  # AWS ends no line after the last


def _row(name: str, arn: str, created_at: datetime, use: CredentialUse) -> list[str]:
    root = name == _ROOT
    password = "not_supported" if root else str(bool(use.password_enabled)).lower()
    has_password = root or bool(use.password_enabled)
    used = _time(use.password_last_used_at, "no_information") if has_password else _NONE
    changed = "not_supported" if root else (_time(created_at, _NONE) if use.password_enabled else _NONE)
    keys = {key.number: key for key in use.keys}
    return [
        name,
        arn,
        _time(created_at, _NONE),
        password,
        used,
        changed,
        "not_supported" if root else _NONE,
        str(use.mfa_active).lower(),
        *_key(keys.get(1)),
        *_key(keys.get(2)),
        *("false", _NONE, "false", _NONE),
    ]


def _key(key: AccessKeyUse | None) -> tuple[str, ...]:
    if key is None:
        return ("false", _NONE, _NONE, _NONE, _NONE)
    region = "us-east-1" if key.last_used_at else _NONE
    return (
        str(key.active).lower(),
        _time(key.last_rotated_at, _NONE),
        _time(key.last_used_at, _NONE),
        region,
        key.last_used_service or _NONE,
    )


def _time(moment: datetime | None, otherwise: str) -> str:
    return otherwise if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S+00:00}"
