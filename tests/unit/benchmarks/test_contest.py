"""Measuring: whole processes, in turns, and failures told as such."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.contest import Contestant, answer_of, compete
from benchmarks.measure import measure

MEGABYTE = 1_000_000


def _python(name: str, program: str) -> Contestant:
    return Contestant(name, 1, (sys.executable, "-S", "-c", program))


def _compete(
    folder: Path, *contestants: Contestant, rounds: int = 2, patience: float = 60.0, limit: float = 60.0
) -> dict[str, tuple[int, str, str]]:
    """Runs, answer and failure of each, by name."""
    said: list[str] = []
    outcomes = compete(
        contestants,
        rounds=rounds,
        patience=patience,
        limit=limit,
        environment=dict(os.environ),
        folder=folder,
        tell=said.append,
    )
    return {one.name: (outcome.runs, outcome.answer, outcome.failure) for one, outcome in outcomes.items()}


def test_a_run_tells_its_times_memory_and_output(tmp_path: Path) -> None:
    program = "import time\nheld = bytes(range(256)) * 400_000\ntime.sleep(0.2)\nprint(len(held))"
    cost = measure([sys.executable, "-S", "-c", program], environment=dict(os.environ), folder=tmp_path, limit=60)
    assert (cost.status, cost.output) == (0, b"102400000\n")
    assert cost.wall >= 0.2
    assert 0 < cost.cpu < cost.wall
    assert cost.peak > 100 * MEGABYTE


def test_the_contestants_take_turns(tmp_path: Path) -> None:
    order = tmp_path / "order"
    write = "open({path!r}, 'a').write({name!r})"
    contestants = [_python(name, write.format(path=str(order), name=name)) for name in "ab"]
    assert _compete(tmp_path, *contestants, rounds=3) == {"a": (3, "", ""), "b": (3, "", "")}
    assert order.read_text() == "ababab"


def test_one_that_fails_is_told_with_its_own_words_and_not_asked_again(tmp_path: Path) -> None:
    found = _compete(tmp_path, _python("broken", "raise SystemExit('no such table')"), _python("whole", "print(1)"))
    assert found == {"broken": (0, "", "exit code 1: no such table"), "whole": (2, "1", "")}


def test_one_that_does_not_end_is_ended(tmp_path: Path) -> None:
    found = _compete(tmp_path, _python("endless", "while True: pass"), limit=1)
    assert found == {"endless": (0, "", "ended after 1 s without an answer")}


def test_a_slow_one_is_not_asked_again(tmp_path: Path) -> None:
    found = _compete(tmp_path, _python("slow", "import time; time.sleep(0.3)"), rounds=5, patience=0.2)
    assert found["slow"][0] == 1


def test_an_answer_is_told_in_short() -> None:
    rows = b"allow\tarn:a\ts3:GetObject\nconditional\tarn:a\ts3:PutObject\nallow\tarn:b\ts3:GetObject\n"
    assert answer_of(rows) == "allow 2, conditional 1"
    assert answer_of(b"allow 3\nconditional 0\n") == "allow 3, conditional 0"


def test_the_line_that_names_the_error_is_told_and_not_what_follows_it(tmp_path: Path) -> None:
    program = "import sys\nsys.stderr.write('at x:1\\nTypeError: no such policy\\n\\nNode.js v20\\n')\nsys.exit(1)"
    cost = measure([sys.executable, "-S", "-c", program], environment=dict(os.environ), folder=tmp_path, limit=60)
    assert cost.complaint == "TypeError: no such policy"
