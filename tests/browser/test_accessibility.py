"""axe-core finds nothing wrong in any view, in either colour scheme, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from audit.model.result import AuditResult
from tests.browser.conftest import Opener
from tests.browser.results import empty
from tests.render.quarter import PAYER, quarter_result

pytestmark = pytest.mark.browser

VIEWS = ("summary", "findings", "principals", "matrix", "activity", "reach", "review", "coverage", "method")


@cache
def quarter() -> AuditResult:
    return quarter_result()


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core says is wrong: the rule, and the first element that breaks it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe())
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}" for each in found]


LOOKS = [
    pytest.param(quarter, 1440, "light"),
    pytest.param(quarter, 390, "dark", marks=pytest.mark.long),
    pytest.param(quarter, 1440, "dark", marks=pytest.mark.long),
    pytest.param(quarter, 390, "light", marks=pytest.mark.long),
    pytest.param(empty, 390, "dark"),
    pytest.param(empty, 1440, "light", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("make", "width", "scheme"), LOOKS)
def test_no_view_breaks_a_rule(opened: Opener, make: Callable[[], AuditResult], width: int, scheme: str) -> None:
    page = opened(make(), width=width).page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    wrong = {}
    for view in VIEWS:
        page.evaluate("view => { location.hash = `view=${view}`; }", view)
        page.wait_for_selector(f"#view-{view}:not([hidden])")
        wrong[view] = violations(page)
    assert {view: each for view, each in wrong.items() if each} == {}


def test_an_open_finding_and_an_open_principal_break_no_rule(opened: Opener) -> None:
    page = opened(quarter(), f"#finding={quarter().findings[0].fingerprint}").page
    assert violations(page) == []
    page.evaluate("arn => { location.hash = `view=principals&principal=${arn}`; }", PAYER)
    page.wait_for_selector("#view-principals .detail:not([hidden])")
    assert violations(page) == []
