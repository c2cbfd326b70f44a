"""What holds for every test: the developer's AWS settings are not seen, and random cases are the same each time.

Where Chromium or Pango may not be installed, the tests that need them are skipped; where the variable CI is set, a
test that is skipped fails.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Generator
from functools import cache

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


@pytest.fixture(autouse=True)
def _fresh_boto3() -> None:
    """Make boto3 forget the session, and with it the credentials, that `boto3.client` kept from an earlier test."""
    boto3 = sys.modules.get("boto3")
    if boto3 is not None:
        setattr(boto3, "DEFAULT_SESSION", None)  # noqa: B010 - a module found by name has no typed attributes


def pytest_configure() -> None:
    """Take the AWS settings of the machine away before any test or fixture runs."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_CONFIG_FILE"] = AWS_NOWHERE
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = AWS_NOWHERE


@cache
def _has_chromium() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


@cache
def _has_pango() -> bool:
    try:
        import weasyprint  # noqa: F401 - it loads Pango, or fails
    except OSError:
        return False
    return True


NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "browser": (_has_chromium, "there is no Chromium; run: apt-get install chromium"),
    "pdf": (_has_pango, "there is no Pango; run: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
}
"""What the tests with a marker need of the machine, and the line that installs it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place: all of tests/browser, and files that test the PDF."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker("browser")
        if item.path.name.startswith("test_pdf"):
            item.add_marker("pdf")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, before its fixtures are made."""
    for marker, (present, line) in NEEDS.items():
        if item.get_closest_marker(marker) and not present():
            pytest.skip(line)


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
