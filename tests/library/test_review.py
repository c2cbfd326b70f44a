"""`audit.load`: what a notebook asks, on saved files; and what it draws, on hostile ones."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import audit
from audit.frames.tables import TABLES
from audit.library.review import Review
from audit.model.entitlement import Verdict
from audit.model.error import InputError
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.review import Change
from audit.render.formats import FORMATS
from audit.rules.interface import RuleContext
from tests.cli.evidence import account, allow, policy, saved, user

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)>\u202e{{7*7}}"


def loaded(folder: Path, *users: dict[str, object], name: str = "account.json") -> Review:
    return audit.load(saved(folder, account(*users), name), as_of=AS_OF)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """One user who pays under a condition, and one who reads."""
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    return loaded(
        tmp_path_factory.mktemp("evidence"),
        user("payer", policy(allow("mechanicalturk:SendBonus", Condition=office))),
        user("reader", policy(allow("mechanicalturk:ListHITs"))),
    )


def test_importing_it_imports_nothing_else() -> None:
    program = "import sys, audit; print(sorted(name for name in sys.modules if name.startswith('audit')))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.strip() == "['audit']"


def test_loading_imports_neither_pandas_nor_what_draws(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("payer", policy(allow("mechanicalturk:SendBonus")))))
    program = (
        "import sys, audit\n"
        f"audit.load({str(path)!r}).findings\n"
        "print(sorted({'pandas', 'boto3', 'jinja2', 'matplotlib', 'weasyprint', 'click', 'rich'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.strip() == "[]"


def test_every_table_is_a_frame_by_name_and_as_an_attribute(review: Review) -> None:
    assert list(review.frames) == list(TABLES)
    assert len(review.frames) == len(TABLES)
    for name, table in TABLES.items():
        by_name, attribute = review.frames[name], getattr(review.frames, name.replace("-", "_"))
        assert isinstance(by_name, pd.DataFrame)
        assert tuple(by_name.columns) == table.header
        pd.testing.assert_frame_equal(by_name, attribute)
    with pytest.raises(AttributeError, match="there is no table `nothing`"):
        _ = review.frames.nothing


def test_changing_a_frame_changes_no_other(review: Review) -> None:
    first = review.frames.findings
    first["title"] = "mine"
    assert "mine" not in set(review.frames.findings["title"])


def test_findings_are_the_results_and_can_be_narrowed_down(review: Review) -> None:
    assert tuple(review.findings) == review.result.findings
    critical = review.findings.where(severity="critical")
    assert 0 < len(critical) < len(review.findings)
    assert {finding.severity for finding in critical} == {Severity.CRITICAL}
    assert len(review.findings.where(rule="can-pay-money", about="user/payer", account="111122223333")) == 1
    assert len(review.findings.where(about="user/nobody")) == 0
    assert review.findings[:2][1] == review.result.findings[1]
    with pytest.raises(ValueError, match="fatal"):
        review.findings.where(severity="fatal")


def test_explain_takes_names_as_people_type_them(review: Review) -> None:
    answer = review.explain("payer", "SendBonus")
    assert answer.verdict is Verdict.CONDITIONAL
    assert any("203.0.113.0/24" in condition for condition in answer.conditions)
    assert review.explain("reader", "mechanicalturk:SendBonus").verdict is Verdict.IMPLICIT_DENY
    with pytest.raises(InputError, match="is no user, group or role"):
        review.explain("nobody", "SendBonus")


def test_comparing_tells_what_came_and_what_went(review: Review, tmp_path: Path) -> None:
    later = loaded(tmp_path, user("reader", policy(allow("mechanicalturk:ListHITs", "mechanicalturk:DeleteHIT"))))
    changes = later.compare(review)
    assert [change.principal_arn.rpartition("/")[2] for change in changes.principals] == ["payer"]
    assert {change.change for change in changes.findings} >= {Change.NEW, Change.RESOLVED}
    assert "mechanicalturk:DeleteHIT" in {change.action for change in changes.entitlements}
    assert "payer" in changes._repr_html_()


def _everybody(context: RuleContext) -> Iterator[Finding]:
    yield Finding(
        rule="everybody",
        title=f"{len(context.population)} principals",
        severity=Severity.LOW,
        confidence=Confidence.HIGH,
        confidence_reason="Counted.",
        account_id=context.account_id,
        subjects=tuple(context.population),
        identity=(("account", context.account_id),),
    )


OWN_RULE = SimpleNamespace(
    INFO=RuleInfo(
        id="everybody",
        title="Everybody",
        severity=Severity.LOW,
        description="All of them.",
        remediation="None.",
        false_positive="None.",
        identity=("account",),
    ),
    check=_everybody,
)


def test_a_rule_of_ones_own_is_run_and_told_of(review: Review, tmp_path: Path) -> None:
    (finding,) = review.check(OWN_RULE)
    assert finding.title == "2 principals"
    path = saved(tmp_path, account(user("payer", policy(allow("mechanicalturk:SendBonus")))))
    own, plain = audit.load(path, as_of=AS_OF, rules=[OWN_RULE]), audit.load(path, as_of=AS_OF)
    assert len(own.findings) == len(plain.findings) + 1
    assert {info.id for info in own.result.rules} - {info.id for info in plain.result.rules} == {"everybody"}
    assert own.result.header.ruleset_sha256 != plain.result.header.ruleset_sha256


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pdf"])
def test_every_format_can_be_rendered(review: Review, name: str) -> None:
    assert tuple(review.render(name)) == FORMATS[name].files


def test_charts_draw_themselves(review: Review) -> None:
    assert {"findings", "privileges"} <= set(review.charts)
    assert all(chart._repr_html_().startswith("<svg ") for chart in review.charts.values())


def test_what_is_drawn_escapes_what_others_wrote(tmp_path: Path) -> None:
    """Names, Sids, conditions and file names."""
    condition = {"StringEquals": {"aws:PrincipalTag/x": HOSTILE}}
    review = loaded(
        tmp_path, user(HOSTILE, policy(allow("mechanicalturk:*", Sid=HOSTILE, Condition=condition))), name="<b>.json"
    )
    drawn = [
        review._repr_html_(),
        review.findings._repr_html_(),
        review.explain(HOSTILE, "SendBonus")._repr_html_(),
        review.frames._repr_html_(),
        review.compare(review)._repr_html_(),
        *(chart._repr_html_() for chart in review.charts.values()),
    ]
    ours = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "pre", "code"}
    for html in drawn[:5]:
        assert set(re.findall(r"<([a-z]+)", html)) <= ours
        assert "\u202e" not in html
    assert all("<img" not in html and "<script" not in html for html in drawn)
    assert any("&lt;img" in html for html in drawn)


def test_evidence_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        audit.load(tmp_path / "nothing.json")
