"""What a gap says of an answer that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collect.company import company
from tests.collect.fake_aws import Reply
from tests.collect.running import collect
from tests.collect.test_faults import on


@pytest.mark.parametrize(
    ("operation", "reply", "words"),
    [
        ("ListWorkerBlocks", Reply(200, b'["a secret", 2]'), "reading it ended in: attribute error"),
        ("ListWorkerBlocks", Reply(200, b'{"NumResults": "\xff a secret"}'), "text that is not UTF-8"),
        ("GetCredentialReport", Reply(200, b"<a>a secret", "text/xml"), "a body that cannot be parsed"),
    ],
    ids=["list", "no utf-8", "cut off"],
)
def test_an_answer_that_cannot_be_read_is_told_by_its_kind_and_not_quoted(
    tmp_path: Path, operation: str, reply: Reply, words: str
) -> None:
    fake = company()
    fake.fault = on(operation, reply)
    (gap,) = collect(fake, tmp_path / "snapshot").gaps
    assert gap.source.endswith(operation)
    assert f"something that is no valid answer ({words})" in gap.detail
    assert "secret" not in gap.detail
