"""Running a collection in a test: options that wait for nothing, a clock that can be moved, progress that is kept."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.collect.clock import SystemClock
from audit.collect.collector import collect_snapshot
from audit.collect.interface import CollectOptions
from audit.model.snapshot import Manifest
from audit.snapshot.layout import MANIFEST, PROGRESS
from audit.snapshot.window import parse_window
from tests.collect.fake_aws import ACCOUNT, FakeAws, serving

NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
"""In the window, of whose first day the event history still tells."""


@dataclass
class FakeClock:
    """Time that runs only while someone sleeps."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.seconds += seconds
            self.slept.append(seconds)


class HastyClock(SystemClock):
    """The real clock, by which a wait between attempts takes a hundredth of its time: servers here heal by the call."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / 100)


@dataclass
class KeptProgress:
    """Every call, in order."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)

    def start(self, source: str, total: int | None) -> None:
        self.calls.append(("start", source, total))

    def advance(self, source: str, count: int = 1) -> None:
        self.calls.append(("advance", source, count))

    def finish(self, source: str) -> None:
        self.calls.append(("finish", source))

    def note(self, sentence: str) -> None:
        self.calls.append(("note", sentence))


def options(out: Path, **changes: Any) -> CollectOptions:
    """Options of a test: no rate limit, one attempt a request, so that nothing waits."""
    settings: dict[str, Any] = {
        "out": out,
        "window": parse_window("2026-Q3"),
        "calls_per_second": None,
        "max_attempts": 1,
        "max_concurrency": 4,
        # Longer than a loaded machine takes: with one attempt a request, a late answer would be a gap.
        "connect_timeout": 60.0,
        "read_timeout": 60.0,
    }
    return CollectOptions(**(settings | changes))


def collect(fake: FakeAws, out: Path, **changes: Any) -> Manifest:
    """Collect `fake` into `out` over HTTP."""
    progress = changes.pop("progress", KeptProgress())
    clock = changes.pop("clock", FakeClock())
    with serving(fake) as url:
        return collect_snapshot(options(out, **({"endpoint_url": url} | changes)), progress=progress, clock=clock)


def evidence(out: Path) -> dict[str, bytes]:
    """Every file of a snapshot but its manifest, and the manifest without its times."""
    files = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    manifest = msgspec.json.decode(files[MANIFEST])
    for entry in (manifest, *manifest["files"]):
        for name in ("started_at", "ended_at"):
            entry.pop(name)
    files[MANIFEST] = msgspec.json.encode(manifest, order="sorted")
    assert not any(name.startswith(PROGRESS) or name.endswith(".partial") for name in files)
    return files


def lines(out: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one .jsonl file of the account."""
    return [msgspec.json.decode(line) for line in (out / ACCOUNT / name).read_bytes().splitlines()]


def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the SDK the keys of nobody."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")


def unused_port() -> int:
    """A port of loopback on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
