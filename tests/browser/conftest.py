"""A real browser that opens reports from a file, and tells of everything that a report must not do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Download, Page, Playwright, Route, sync_playwright

from audit.model.result import AuditResult
from audit.render.html import render_html

QUIET = [
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


class Report(msgspec.Struct):
    """An open report, and what it has done that it must not."""

    page: Page
    complaints: list[str]
    downloads: list[Download]

    def grid(self, kind: str) -> str:
        """The selector of a grid's rows."""
        return f".grid-{kind} .grid-body > [role=row]"

    def tally(self) -> str:
        """How much the view that is shown says it lists."""
        return self.page.locator(".view:not([hidden]) .board-tally").first.inner_text()

    def search(self, words: str) -> None:
        self.page.fill("#search", words)

    def download(self, button: str) -> bytes:
        """Press a button that saves a file, and read the file."""
        with self.page.expect_download() as caught:
            self.page.get_by_role("button", name=button).first.click()
        self.downloads.append(caught.value)
        return Path(caught.value.path()).read_bytes()


Opener = Callable[..., Report]


def _executable() -> str | None:
    """Debian's Chromium, or another one on the path; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def _launch(playwright: Playwright, *options: str) -> Browser:
    """Start Chromium. Root cannot have its sandbox."""
    executable = _executable()
    if executable is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=executable, args=[*QUIET, *sandbox, *options])


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests."""
    launched = _launch(playwright)
    yield launched
    launched.close()


@pytest.fixture
def scriptless(playwright: Playwright, files: Callable[[AuditResult], Path]) -> Iterator[Callable[[AuditResult], Page]]:
    """Open reports in a browser in which scripts are off, so that `noscript` counts."""
    launched = _launch(playwright, "--blink-settings=scriptEnabled=false")

    def open_report(result: AuditResult) -> Page:
        page = launched.new_page(viewport={"width": 1440, "height": 900})
        page.goto(files(result).as_uri())
        return page

    yield open_report
    launched.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[AuditResult], Path]:
    """Write a result's report once, however many tests open it."""
    folder = tmp_path_factory.mktemp("reports")
    written: dict[int, tuple[AuditResult, Path]] = {}

    def write(result: AuditResult) -> Path:
        if id(result) not in written:
            path = folder / f"report-{len(written)}.html"
            path.write_text(render_html(result), encoding="utf-8")
            written[id(result)] = (result, path)
        return written[id(result)][1]

    return write


@pytest.fixture
def opened(browser: Browser, files: Callable[[AuditResult], Path]) -> Iterator[Opener]:
    """Open reports; afterwards each must have made no request, logged nothing and broken no policy."""
    contexts: list[BrowserContext] = []
    reports: list[Report] = []

    def open_report(result: AuditResult, fragment: str = "", *, width: int = 1440, height: int = 900) -> Report:
        address = files(result).as_uri()
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        report = Report(page=page, complaints=[], downloads=[])
        reports.append(report)

        def route(asked: Route) -> None:
            if asked.request.url.partition("#")[0] == address:
                asked.continue_()
            else:
                report.complaints.append(f"request: {asked.request.url}")
                asked.abort()

        def dismiss(dialog: Dialog) -> None:
            report.complaints.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.route("**/*", route)
        page.on("console", lambda message: report.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: report.complaints.append(f"error: {error}"))
        page.on("dialog", dismiss)
        page.add_init_script(WATCH)
        page.goto(address + fragment)
        page.wait_for_selector("html.scripted")
        return report

    yield open_report
    for report in reports:
        report.complaints.extend(report.page.evaluate("window.violations"))
    for context in contexts:
        context.close()
    assert [complaint for report in reports for complaint in report.complaints] == []
