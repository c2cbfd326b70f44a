"""Charts: the same SVG on every machine, with their numbers in words, and nothing of the machine in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.model.review import Change, FindingChange
from audit.render.chart_canvas import Chart, Sheet
from audit.render.chart_findings import findings_chart
from audit.render.chart_payers import payers
from audit.render.chart_payments import payments_chart, round_ticks
from audit.render.chart_privileges import privileges_chart
from audit.render.charts import draw_charts
from audit.render.view import build_view
from tests.render.factory import empty_result, hostile_result, one_result, sized_result, typical_result
from tests.render.quarter import quarter_result
from tests.render.records import WINDOW
from tests.render.weeks import with_weeks

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["findings", "exercise", "payments", "privileges"]


@pytest.fixture(scope="module")
def charts() -> Mapping[str, Chart]:
    return draw_charts(with_weeks(typical_result()))


def test_each_chart_has_a_name_of_its_own(charts: Mapping[str, Chart]) -> None:
    assert list(charts) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_valid_svg_with_a_text_alternative(charts: Mapping[str, Chart], name: str) -> None:
    chart = charts[name]
    root = ET.fromstring(chart.svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == chart.title
    assert root.findtext(f"{SVG}desc") == chart.description
    assert len(chart.description) > 40


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_refers_to_nothing_outside_itself(charts: Mapping[str, Chart], name: str) -> None:
    svg = charts[name].svg
    references = [value for element in ET.fromstring(svg).iter() for key, value in element.items() if "href" in key]
    assert all(reference.startswith("#") for reference in references)
    assert "font-family" not in svg  # its letters are outlines
    assert "<script" not in svg
    assert "<metadata" not in svg  # where a date would stand


def test_the_same_result_gives_the_same_charts(charts: Mapping[str, Chart]) -> None:
    again = draw_charts(with_weeks(typical_result()))
    assert {name: chart.svg for name, chart in again.items()} == {name: chart.svg for name, chart in charts.items()}
    assert {name: chart.printed for name, chart in again.items()} == {
        name: chart.printed for name, chart in charts.items()
    }


def test_matplotlib_settings_of_the_user_change_nothing(charts: Mapping[str, Chart], tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text(
        "font.size: 30\nsvg.fonttype: none\nlines.linewidth: 9\naxes.facecolor: red\nsavefig.bbox: tight\n"
        "savefig.pad_inches: 2\npath.simplify: True\nsvg.id: mine\nsvg.hashsalt: other\npatch.antialiased: False\n"
    )
    code = (
        "from audit.render.charts import draw_charts\nfrom tests.render.factory import typical_result\n"
        "from tests.render.weeks import with_weeks\n"
        "print(''.join(chart.svg for chart in draw_charts(with_weeks(typical_result())).values()), end='')"
    )
    environment = {**os.environ, "MATPLOTLIBRC": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    drawn = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert drawn.stdout == "".join(chart.svg for chart in charts.values())


def test_descriptions_give_the_numbers(charts: Mapping[str, Chart]) -> None:
    result = typical_result()
    critical = sum(finding.rule == "can-pay-money" for finding in result.findings)
    assert f"can-pay-money: {critical} critical" in charts["findings"].description
    assert "pays money: 37 allowed, 1 conditional, 5 not evaluated" in charts["exercise"].description
    assert "1 of 2 privileges observed" in charts["exercise"].description
    assert "Not evaluated:" in charts["privileges"].description
    weeks = with_weeks(result).week_payments
    assert f"{sum(week.count for week in weeks)} bonuses worth" in charts["payments"].description
    assert f"in {len(weeks)} weeks" in charts["payments"].description


def test_bonuses_that_were_not_collected_are_said_to_be_missing(charts: Mapping[str, Chart]) -> None:
    assert "since not all was collected: 1 account" in charts["payments"].description


def test_a_year_of_bonuses_is_drawn_by_month() -> None:
    year = with_weeks(one_result(), since=datetime(2025, 10, 1, tzinfo=UTC), until=WINDOW.until)
    chart = payments_chart(year)
    assert chart is not None
    assert chart.title == "Bonuses paid, by month"
    assert "in 12 months" in chart.description


def test_weeks_without_any_bonus_are_drawn_as_none() -> None:
    weeks = with_weeks(one_result()).week_payments
    quiet = tuple(msgspec.structs.replace(week, count=0, amount=week.amount * 0) for week in weeks)
    chart = payments_chart(msgspec.structs.replace(one_result(), week_payments=quiet))
    assert chart is not None
    assert "0 bonuses worth $0.00" in chart.description


def test_findings_are_held_against_the_last_review_by_severity() -> None:
    result = quarter_result()
    (first, *others) = result.findings
    change = FindingChange(
        fingerprint=first.fingerprint,
        rule=first.rule,
        title=first.title,
        change=Change.SEVERITY,
        severity=Severity.CRITICAL,
        earlier_severity=Severity.LOW,
    )
    gone = msgspec.structs.replace(change, change=Change.RESOLVED, severity=Severity.HIGH, earlier_severity=None)
    new = msgspec.structs.replace(change, change=Change.NEW, earlier_severity=None)
    assert result.comparison is not None
    comparison = msgspec.structs.replace(result.comparison, findings=(change, gone, new))
    chart = findings_chart(msgspec.structs.replace(result, comparison=comparison))
    assert chart is not None
    now = Counter(finding.severity for finding in (first, *others))
    for severity, then in ((Severity.CRITICAL, 0), (Severity.HIGH, 1), (Severity.MEDIUM, 0), (Severity.LOW, 1)):
        assert f"{severity.value} {now[severity]} now, {then} then" in chart.description
    ET.fromstring(chart.svg)


def test_payments_over_time_are_told_by_who_made_them_and_no_money_is_lost() -> None:
    result = quarter_result()
    paid = [row.paid_at for row in result.reconciliation if row.paid_at is not None]
    week = msgspec.structs.replace(with_weeks(result).week_payments[0], since=min(paid), count=3, amount=Decimal(130))
    chart = payments_chart(msgspec.structs.replace(result, week_payments=(week,)))
    assert chart is not None
    assert chart.title == "Bonuses paid, by week and principal"
    assert "By who paid: payroll-job $4.50, no event tells $125.50." in chart.description


def test_payers_past_the_first_share_a_shade() -> None:
    result = quarter_result()
    (one, *_) = result.reconciliation
    rows = tuple(
        msgspec.structs.replace(one, principal_arn=f"arn:aws:iam::111122223333:user/u{place}", amount=Decimal(place))
        for place in range(1, 8)
    )
    assert one.paid_at is not None
    told = payers(msgspec.structs.replace(result, reconciliation=rows), [one.paid_at], [Decimal(30)])
    assert told is not None
    assert told.names == ("u7", "u6", "u5", "u4", "3 others", "no event tells")
    assert told.shares == (tuple(map(Decimal, (7, 6, 5, 4, 6, 2))),)


def test_there_is_no_chart_of_what_is_not_there() -> None:
    assert list(draw_charts(empty_result())) == ["exercise"]


@pytest.mark.parametrize("make", [hostile_result, lambda: sized_result(400)])
def test_hostile_and_large_results_can_be_drawn(make: Callable[[], AuditResult]) -> None:
    for chart in draw_charts(with_weeks(make())).values():
        ET.fromstring(chart.svg)
        assert len(chart.svg) < 400_000


@pytest.mark.parametrize("words", ["", " "])
def test_a_text_of_nothing_draws_nothing(words: str) -> None:
    sheet = Sheet(10)
    sheet.text(1, 1, words)
    chart = sheet.chart("none", "None", "Nothing is written in it.")
    assert "<path" not in chart.svg.partition("</desc>")[2].replace("<defs", "")
    ET.fromstring(chart.printed)


def test_an_account_id_may_be_anything() -> None:
    """A crafted file names its accounts as it likes, also in signs that the font does not hold."""
    result = one_result()
    odd = "\U0001f469$\\frac$</svg>"
    who = msgspec.structs.replace(result.principals[0], account_id=odd)
    crafted = msgspec.structs.replace(result, principals=(who,))
    view = build_view(crafted)
    chart = privileges_chart(crafted, view.index, view.masks)
    assert chart is not None
    ET.fromstring(chart.svg)
    ET.fromstring(chart.printed)


def test_rules_past_the_limit_are_counted() -> None:
    result = typical_result()
    many = tuple(
        msgspec.structs.replace(result.findings[0], rule=f"rule-{place:02d}", identity=(("n", str(place)),))
        for place in range(30)
    )
    chart = findings_chart(msgspec.structs.replace(result, findings=many))
    assert chart is not None
    assert "rule-29: 1 critical" in chart.description


@given(st.decimals(min_value="0.01", max_value="1000000000", places=2))
def test_the_scale_of_money_is_round_and_reaches_the_highest_bar(most: Decimal) -> None:
    ticks = round_ticks(most)
    assert 2 <= len(ticks) <= 4
    assert ticks[-1] >= most
    assert len({second - first for first, second in pairwise([Decimal(), *ticks])}) == 1
    assert all(len(tick.normalize().as_tuple().digits) <= 3 for tick in ticks)


def test_a_line_without_words_is_no_drawing() -> None:
    sheet = Sheet(20)
    sheet.text(5, 5, "")
    sheet.text(5, 10, "words")
    chart = sheet.chart("empty", "Empty", "A line of nothing.")
    assert "words" not in chart.printed
    assert chart.printed.startswith("<svg")
