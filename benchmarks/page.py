"""How the HTML report opens and answers in Chromium, from a file: `python -m benchmarks.page`.

Opening is over when the page's lists and search are there; a filter, when what it leaves is laid out. Both are wall
times of a browser, so they mean something on a quiet machine only.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.places import FOLDER, PYTHON, environment
from benchmarks.plan import accounts
from benchmarks.table import lines
from benchmarks.targets import MEGABYTE, Target

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROLES_AN_ACCOUNT = 10_000
OPENS_IN = {10_000: 0.5, 50_000: 1.0}
"""Seconds, by the number of roles."""
FILTERS_IN = 0.05
"""Seconds, at the first of these sizes; likewise the megabytes."""
MEGABYTES = 2.0
NODES = 2_000
INCOMPLETE = 3
"""The exit code of a report on invented accounts, which hold no payments."""
ROUNDS = 5

VIEWS = ("summary", "findings", "principals", "matrix", "activity", "reach", "review", "coverage", "method")
WORDS = ("e", "et", "etl", "sendbonus", "crowd", "dev-", "")
_WATCH = """
new MutationObserver((_, observer) => {
  if (!document.documentElement?.classList.contains("scripted")) return;
  window.openedAfter = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, attributes: true, childList: true });
"""
_SHOW = "view => { document.querySelector(`.tabs [data-view=${view}]`).click(); return document.body.offsetHeight; }"
_FILTER = """words => {
  const field = document.getElementById("search");
  const began = performance.now();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.offsetHeight;
  return performance.now() - began;
}"""


class Took(NamedTuple):
    """One thing that the page did, in seconds."""

    wall: float
    cpu: float
    """Of the page's main thread."""


class PageTimes(NamedTuple):
    """One report in the browser; times are medians."""

    roles: int
    size: int
    """Bytes."""
    opened: Took
    filtered: Took
    """In the view that is the slowest."""
    slowest: str
    nodes: int
    """Elements of the document in the view that has the most."""


class NoBrowserError(Exception):
    """Chromium cannot be started; the message says why."""


def ask(folder: Path, seed: int, sizes: tuple[int, ...] = tuple(OPENS_IN)) -> list[PageTimes]:
    """Write the reports that are not there, and open each. Raises NoBrowserError."""
    from playwright.sync_api import Error, sync_playwright

    reports = [(roles, _report(folder, roles, seed)) for roles in sizes]
    with sync_playwright() as started:
        try:
            browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        except Error as error:
            raise NoBrowserError(str(error).splitlines()[0]) from error
        times = [_times(browser, roles, report) for roles, report in reports]
        browser.close()
    return times


def _report(folder: Path, roles: int, seed: int) -> Path:
    evidence = accounts(folder, roles=roles, files=max(1, roles // ROLES_AN_ACCOUNT), seed=seed).folder
    out = folder / "reports" / f"page-{roles}"
    fixed = ("--as-of", "2026-11-23", "--fail-on", "never", "--format", "html", "--force")
    command = (PYTHON, "-m", "audit.cli", "report", str(evidence), "--out", str(out), *fixed)
    ended = subprocess.run(command, env=environment(), check=False, capture_output=True, text=True)
    if ended.returncode != INCOMPLETE:
        raise SystemExit(f"`{' '.join(command)}` ended with {ended.returncode}: {ended.stderr}")
    return out / "report.html"


def _times(browser: Browser, roles: int, report: Path) -> PageTimes:
    opened = []
    for _ in range(ROUNDS):
        watched = _Watched(browser, report)
        opened.append(Took(watched.page.evaluate("openedAfter") / 1000, watched.cpu()))
        watched.page.close()
    watched = _Watched(browser, report)
    watched.page.wait_for_timeout(3000)  # what the first filter needs is made ready while the reader reads
    filtered, nodes = {}, 0
    for view in VIEWS:
        watched.page.evaluate(_SHOW, view)
        watched.page.wait_for_timeout(200)
        nodes = max(nodes, watched.page.evaluate("document.querySelectorAll('*').length"))
        filtered[view] = _median([watched.filter(words) for words in WORDS])
    slowest = max(filtered, key=lambda view: filtered[view].cpu)
    return PageTimes(roles, report.stat().st_size, _median(opened), filtered[slowest], slowest, nodes)


class _Watched:
    """An open report whose main thread's time is counted."""

    def __init__(self, browser: Browser, report: Path) -> None:
        self.page = browser.new_page(viewport={"width": 1440, "height": 900})
        self._session = self.page.context.new_cdp_session(self.page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.add_init_script(_WATCH)
        self.page.goto(report.as_uri())
        self.page.wait_for_selector("html.scripted")

    def cpu(self) -> float:
        """Seconds so far."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    def filter(self, words: str) -> Took:
        """Type into the search until what is left is laid out."""
        self.page.wait_for_timeout(60)
        before = self.cpu()
        wall = self.page.evaluate(_FILTER, words) / 1000
        return Took(wall, self.cpu() - before)


def _median(times: list[Took]) -> Took:
    return Took(median(one.wall for one in times), median(one.cpu for one in times))


def page_report(times: list[PageTimes]) -> Iterator[str]:
    """A line a report."""
    yield "the HTML report in Chromium, from a file"
    rows = [
        (
            f"{one.roles:,}",
            f"{one.size / MEGABYTE:.2f}",
            *(f"{seconds * 1000:.0f}" for seconds in (*one.opened, *one.filtered)),
            one.slowest,
            f"{one.nodes:,}",
        )
        for one in times
    ]
    header = ("roles", "MB", "opens ms", "CPU ms", "filters ms", "CPU ms", "slowest in", "nodes")
    yield from lines(header, rows, left=frozenset())
    yield ""


def page_targets(times: list[PageTimes]) -> Iterator[Target]:
    """What was to be reached."""
    for one in times:
        what, limit = f"page, {one.roles:,} roles", OPENS_IN[one.roles]
        yield Target(f"{what}: opens", f"within {limit:g} s", f"{one.opened.wall:.2f} s", one.opened.wall <= limit)
        yield Target(f"{what}: nodes", f"at most {NODES:,}", f"{one.nodes:,}", one.nodes <= NODES)
        if one.roles == min(OPENS_IN):
            size, ms = one.size / MEGABYTE, one.filtered.wall * 1000
            yield Target(f"{what}: size", f"at most {MEGABYTES:g} MB", f"{size:.2f} MB", size <= MEGABYTES)
            yield Target(
                f"{what}: filters", f"within {FILTERS_IN * 1000:g} ms", f"{ms:.0f} ms", ms <= FILTERS_IN * 1000
            )


def main() -> None:
    """Measure the sizes given as arguments, or all."""
    sizes = tuple(map(int, sys.argv[1:])) or tuple(OPENS_IN)
    times = ask(FOLDER, 1, sizes)
    for line in (*page_report(times), *(f"{one.what}: {one.measured}, {one.to_reach}" for one in page_targets(times))):
        print(line)


if __name__ == "__main__":
    main()
