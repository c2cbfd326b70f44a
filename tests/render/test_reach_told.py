"""Reach in the formats: `report.json` holds all of it, and nobody without a cut reads as "nothing to remove"."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from audit.cli.summary import print_summary
from audit.cli.terminal import ColorWhen, Terminal
from audit.model.entitlement import Verdict
from audit.model.reach import Reach
from audit.model.result import AuditResult
from audit.render.html_data import page_data
from audit.render.json import render_json
from audit.render.markdown import render_markdown
from audit.render.pdf_quarter import build_pdf_quarter
from audit.render.report import Report
from audit.render.report_reach import ReportPath
from audit.render.view import build_view
from tests.render.quarter import DEPLOY, OIDC, PAYER, quarter_result

STARTS = tuple(f"arn:aws:iam::111122223333:role/batch-{number}" for number in range(40))
NOT_SOUGHT = "What breaks it was not worked out for 40 of the 43 starts that can come to pay"
NOT_FOUND = "For 1 of the 43 starts that can come to pay no set of statements is known"


def reach_of(result: AuditResult) -> Reach:
    assert result.reach is not None
    return result.reach


@pytest.fixture(scope="module")
def bounded() -> AuditResult:
    """A reach too large to work out every cut."""
    result = quarter_result()
    reach = msgspec.structs.replace(reach_of(result), cuts_not_sought=STARTS, cuts_not_found=(PAYER,))
    return msgspec.structs.replace(result, reach=reach)


def test_the_summary_of_a_terminal_and_of_a_pull_request_tell_it(
    bounded: AuditResult, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(Terminal(color=ColorWhen.NEVER), bounded, build_view(bounded))
    for text in (" ".join(capsys.readouterr().err.split()), render_markdown(bounded)):
        assert NOT_SOUGHT in text
        assert NOT_FOUND in text


def test_page_and_print_tell_it_where_the_cuts_are(bounded: AuditResult) -> None:
    data = page_data(bounded, build_view(bounded))
    assert data.reach is not None
    sentences = [data.strings[place] for place in data.reach.unbroken]
    assert [sentence.startswith(words) for sentence, words in zip(sentences, (NOT_SOUGHT, NOT_FOUND), strict=True)]
    assert build_pdf_quarter(bounded, build_view(bounded).index, 10).unbroken == tuple(sentences)


def test_nothing_is_said_where_every_cut_is_known() -> None:
    assert build_view(quarter_result()).unbroken == ()


def test_in_print_the_ways_that_surely_lead_to_a_payment_come_first_and_a_verdict_is_in_the_glossarys_words() -> None:
    result = quarter_result()
    reach = reach_of(result)
    (entrance,) = reach.entrances
    way = reach.paths[0]
    sure = msgspec.structs.replace(way, verdict=Verdict.ALLOW, start="z")
    unsure = msgspec.structs.replace(way, verdict=Verdict.CONDITIONAL, start="a")
    doors = [
        msgspec.structs.replace(entrance, outside=outside, path=path)
        for outside, path in (("a", None), ("b", unsure), ("c", sure))
    ]
    reach = msgspec.structs.replace(reach, entrances=tuple(doors), paths=(unsure, sure))
    printed = build_pdf_quarter(msgspec.structs.replace(result, reach=reach), build_view(result).index, 2)
    assert [row.pays for row in printed.entrances.shown] == ["yes", "under conditions"]
    assert [row.verdict for row in printed.ways.shown] == ["allowed", "conditional"]


def test_the_file_leads_back_to_every_step_and_statement() -> None:
    result = quarter_result()
    reach = reach_of(result)
    report = msgspec.json.decode(render_json(result), type=Report)
    told = report.reach
    assert told is not None

    def ends(path: ReportPath) -> list[tuple[str, str]]:
        return [(told.steps[place].source, told.steps[place].target) for place in path.steps]

    assert [ends(path) for path in told.paths] == [[(DEPLOY, PAYER)]]
    assert [ends(one.path) for one in told.entrances if one.path] == [[(OIDC, DEPLOY), (DEPLOY, PAYER)]]
    for short, step in zip(told.steps, reach.steps, strict=True):
        assert tuple(report.statements[place] for place in short.statements) == step.statements
        assert (short.type, short.verdict, short.conditions, short.reason) == (
            step.type,
            step.verdict,
            step.conditions,
            step.reason,
        )
    for cut, known in zip(told.cuts, reach.cuts, strict=True):
        assert (cut.starts, cut.holders) == (known.starts, known.holders)
        assert tuple(report.statements[place] for place in cut.statements) == known.statements
    assert [report.statements[one.granted_by] for one in told.refusals] == [one.granted_by for one in reach.refusals]


def test_the_file_holds_whose_cut_is_not_known(bounded: AuditResult) -> None:
    told: Any = msgspec.json.decode(render_json(bounded))["reach"]
    assert tuple(told["cuts_not_sought"]) == STARTS
    assert told["cuts_not_found"] == [PAYER]


def test_print_tells_the_account_of_a_principal_that_is_none_of_ours() -> None:
    result = quarter_result()
    reach = reach_of(result)
    other = "arn:aws:iam::210987654321:role/northwind"
    node = msgspec.structs.replace(reach.nodes[0], id=other, label=other)
    (entrance, *_) = reach.entrances
    told = msgspec.structs.replace(
        reach, nodes=(*reach.nodes, node), entrances=(msgspec.structs.replace(entrance, outside=other),)
    )
    result = msgspec.structs.replace(result, reach=told)
    (row,) = build_pdf_quarter(result, build_view(result).index, 10).entrances.shown
    assert row.outside == other
    assert "arn:" not in row.role
