"""What holds for every test: the developer's AWS settings are not seen, random cases are the same each time, and a
test that is skipped where the CI variable is set fails.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

AWS_NOWHERE = "/nonexistent/aws"

# A shared machine may be slow: time limits belong to benchmarks. `make test-long` sets the profile "long".
settings.register_profile("default", deadline=None, derandomize=True, database=None)
settings.register_profile(
    "long",
    deadline=None,
    max_examples=3000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure() -> None:
    """Take the AWS settings of the machine away before any test or fixture runs."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_CONFIG_FILE"] = AWS_NOWHERE
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = AWS_NOWHERE


def _skips_fail() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


def _fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that gives the skip's own reason."""
    if report.skipped and not hasattr(report, "wasxfail") and _skips_fail():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped here: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hold each phase of each test to `_fail_skip`."""
    report = yield
    _fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Hold modules that skip themselves while they are collected to `_fail_skip`."""
    report = yield
    _fail_skip(report)
    return report
