"""What an attacker wrote does nothing in any output: no script, no formula, no template, no file, no markup."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import fromstring

import msgspec
import pytest

from audit.model.result import AuditResult
from audit.render.formats import FORMATS
from audit.render.view_words import visible
from audit.snapshot.reader import open_input
from tests.cli.evidence import account, allow, policy, user
from tests.cli.process import mturk_audit
from tests.render.factory import HOSTILE, hostile_result

TEXTS = {
    "script": "</script><script>alert(1)</script>",
    "formula": "=cmd|'/c calc'!A1",
    "template": "{{7*7}}{% for x in y %}",
    "file": "file:///etc/passwd",
    "controls": "a\x00b\x1b[31mc\x07",
    "right-to-left": "invoice\u202egnp.exe",
    "emoji": "\U0001f469\u200d\U0001f4bb 日本",
    "half a character": "a\ud800b",
}
QUICK = [name for name in FORMATS if name != "pdf"]
"""That the PDF survives the same texts is in test_pdf."""


def _named(text: str) -> AuditResult:
    """A result in which everything that others can name is called so."""
    raw = msgspec.json.encode(hostile_result())
    whole = visible(text) if "\ud800" in text else text
    for each in HOSTILE[:-1]:
        # Also within policies, whose JSON is a text of this JSON.
        for _ in range(2):
            each, whole = _spelt(each), _spelt(whole)
            raw = raw.replace(each.encode(), whole.encode())
        whole = visible(text) if "\ud800" in text else text
    return msgspec.json.decode(raw, type=AuditResult)


def _spelt(text: str) -> str:
    return msgspec.json.encode(text)[1:-1].decode()


class _Scripts(HTMLParser):
    """Counts the elements that do something."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


@pytest.fixture(scope="module", params=TEXTS, ids=list(TEXTS))
def written(request: pytest.FixtureRequest) -> dict[str, bytes]:
    result = _named(TEXTS[request.param])
    return {file.name: file.content for name in QUICK for file in FORMATS[name].render(result)}


def test_every_file_is_text_that_can_be_read(written: dict[str, bytes]) -> None:
    for name, content in written.items():
        if name.endswith(".parquet"):
            continue
        text = content.decode("utf-8")
        if name.endswith((".json", ".sarif")):
            json.loads(text)
            assert not re.search("[\x00-\x08\x0b-\x1f]", text)
        if name.endswith(".xml"):
            assert fromstring(content).tag == "testsuites"


def test_a_page_has_no_script_but_its_own(written: dict[str, bytes]) -> None:
    page = _Scripts()
    page.feed(written["report.html"].decode())
    assert (page.scripts, page.handlers) == (_own_scripts(), [])


@cache
def _own_scripts() -> int:
    page = _Scripts()
    page.feed(next(FORMATS["html"].render(_named("harmless"))).content.decode())
    return page.scripts


def test_no_cell_is_a_formula(written: dict[str, bytes]) -> None:
    cells = [
        cell
        for name, content in written.items()
        if name.endswith(".csv")
        for row in csv.reader(io.StringIO(content.decode(), newline=""))
        for cell in row
    ]
    assert cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_no_template_is_filled_and_no_file_is_read(written: dict[str, bytes]) -> None:
    assert not [name for name, content in written.items() if b"root:" in content]
    if any(b"7*7" in content for content in written.values()):
        told = [name for name, content in written.items() if b"7*7" in content]
        assert {"report.html", "report.json", "findings.csv", "findings.sarif", "junit.xml", "summary.md"} <= set(told)


def test_what_is_spelt_out_is_what_cannot_be_seen(written: dict[str, bytes]) -> None:
    """In the formats that people read as text."""
    for name in ("junit.xml", "summary.md", "findings.sarif", "findings-ocsf.json", "findings-asff.json"):
        text = written[name].decode()
        assert visible(text) == text, name


@pytest.mark.parametrize("text", ["a\ud800b", "\udfff"])
def test_half_a_character_does_not_enter_by_evidence(tmp_path: Path, text: str) -> None:
    """JSON can spell one; such a file is refused in one sentence."""
    path = tmp_path / "account.json"
    path.write_text(json.dumps(account(user(text, policy(allow("mechanicalturk:*"))))))
    ended = mturk_audit("report", path, "--out", tmp_path / "out", "--format", "json")
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "is not JSON" in ended.err


def test_a_file_name_that_is_no_text_is_named_all_the_same(tmp_path: Path) -> None:
    path = Path(f"{tmp_path}/a\udcffb.json")
    path.write_text(json.dumps(account(user("payer", policy(allow("mechanicalturk:*"))))))
    assert open_input(path).name == "a\ufffdb.json"
