"""Credentials of nobody for every test that speaks to a local AWS, and service models that are read once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from botocore.loaders import JSONFileLoader

from tests.collect.running import credentials


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials(monkeypatch)


@pytest.fixture(autouse=True, scope="session")
def _models_read_once() -> Iterator[None]:
    """Each collection opens a session of its own, and each session reads the same files of some megabytes."""
    read = JSONFileLoader().load_file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", staticmethod(cache(read)))
        yield
