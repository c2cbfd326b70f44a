"""Credentials of nobody for every test that speaks to a local AWS."""

from __future__ import annotations

import pytest

from tests.collect.running import credentials


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials(monkeypatch)
