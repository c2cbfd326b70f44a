"""What the first screen says of the last review, of decisions and exceptions, and what proves them."""

from __future__ import annotations

import msgspec
import pytest

from audit.model.result import AuditResult, InputFile
from audit.model.review import ReviewProgress
from audit.render.pdf_words import signed_facts
from audit.render.view import NO_DECISIONS, NO_LAST_REVIEW, build_view
from audit.review.attach import with_inputs
from tests.render.factory import one_result
from tests.render.reviewed import reviewed_result


def test_nothing_given_is_said_as_such() -> None:
    view = build_view(one_result())
    assert (view.last_review, view.decisions) == (NO_LAST_REVIEW, NO_DECISIONS)
    assert "Root" not in {fact.name for fact in view.provenance}


def test_the_last_review_is_told_in_numbers() -> None:
    result = reviewed_result()
    assert result.comparison is not None
    told = build_view(result).last_review
    assert told.startswith(f"Findings against {result.comparison.earlier_name} (")
    for word in ("new", "reopened", "resolved", "unchanged", "changed severity"):
        count = sum(change.change.value == word for change in result.comparison.findings)
        assert f"{count} {word}" in told


def test_decisions_and_exceptions_are_told_in_numbers() -> None:
    progress = ReviewProgress(entitlements=9, keep=3, modify=1, revoke=2, exception=1, reaffirm=1, pending=1)
    told = build_view(msgspec.structs.replace(reviewed_result(), progress=progress)).decisions
    assert told.startswith(
        "Of 9 entitlements: 3 keep, 1 modify, 2 revoke, 1 exception, 1 to be reaffirmed, 1 pending. Exceptions: "
    )


@pytest.fixture
def rooted() -> AuditResult:
    return with_inputs(one_result(), [InputFile(kind="last review", name="2026-Q2.tar", sha256="a" * 64)])


def test_the_root_names_everything_that_the_report_is_made_from(rooted: AuditResult) -> None:
    facts = {fact.name: fact.value for fact in build_view(rooted).provenance}
    assert facts["Made from last review"] == f"2026-Q2.tar, SHA-256 {'a' * 64}"
    assert rooted.header.root_sha256 in facts["Root"]


def test_another_input_is_another_root(rooted: AuditResult) -> None:
    other = with_inputs(one_result(), [InputFile(kind="last review", name="2026-Q2.tar", sha256="b" * 64)])
    assert other.header.root_sha256 != rooted.header.root_sha256
    assert with_inputs(one_result(), rooted.header.inputs[1:]).header.root_sha256 == rooted.header.root_sha256


def test_the_page_to_sign_names_the_root(rooted: AuditResult) -> None:
    facts = signed_facts(build_view(rooted), rooted.header, "0" * 64)
    assert f"SHA-256 {rooted.header.root_sha256}" in [fact.value for fact in facts]
