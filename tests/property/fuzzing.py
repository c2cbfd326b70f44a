"""A small coverage-guided fuzzer: inputs that reach new lines, in a new order, are kept and changed further.

The coverage is that of Python's own tracing, as pairs of lines that ran one after the other. Everything follows from
the seed and the number of rounds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from random import Random
from types import FrameType, ModuleType
from typing import Any

import msgspec

Arc = tuple[str, int, int]
Feature = Arc | str
"""What an input reached: a step from line to line of a file, or a name that the check gives its outcome."""
Check = Callable[[bytes], Iterable[str]]
"""Runs the code on an input, asserts what must hold of it, and names what came out."""
Mutate = Callable[[bytes, Random], bytes]


class Report(msgspec.Struct, frozen=True):
    """How a run went."""

    rounds: int
    kept: tuple[bytes, ...]
    """The corpus: the seeds that reached something, and what was found since."""
    arcs: int
    found: int
    """Arcs and outcomes that no seed had reached."""


class FoundError(AssertionError):
    """An input on which the check failed."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(f"the check fails on {raw!r}")
        self.raw = raw


class Tracer:
    """Records the steps from line to line inside some modules."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._files = {str(module.__file__): module.__name__.rpartition(".")[2] for module in modules}
        self.arcs: set[Arc] = set()

    def run(self, check: Check, raw: bytes) -> frozenset[Feature]:
        """Run the check with tracing on; what it reached."""
        self.arcs = set()
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            outcomes = tuple(check(raw))
        finally:
            sys.settrace(before)
        return frozenset((*self.arcs, *outcomes))

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        name = self._files.get(frame.f_code.co_filename)
        if name is None:
            return None
        last = [0]

        def step(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
            if event == "line":
                self.arcs.add((name, last[0], frame.f_lineno))
                last[0] = frame.f_lineno
            return step

        return step


def fuzz(
    seeds: Iterable[bytes], modules: Iterable[ModuleType], check: Check, mutate: Mutate, *, rounds: int, seed: int
) -> Report:
    """Change inputs `rounds` times, beginning with the seeds. Raises FoundError with the first input that fails."""
    random = Random(seed)
    tracer = Tracer(modules)
    reached: set[Feature] = set()
    corpus: list[bytes] = []

    def add(raw: bytes) -> None:
        try:
            features = tracer.run(check, raw)
        except Exception as error:
            raise FoundError(raw) from error
        if not features <= reached:
            reached.update(features)
            corpus.append(raw)

    for raw in seeds:
        add(raw)
    known = len(reached)
    for _ in range(rounds):
        # What was found last is the most promising.
        at = max(random.randrange(len(corpus)), random.randrange(len(corpus)))
        add(mutate(corpus[at], random))
    arcs = sum(isinstance(feature, tuple) for feature in reached)
    return Report(rounds=rounds, kept=tuple(corpus), arcs=arcs, found=len(reached) - known)
