"""How one principal can become another, step by step."""

from __future__ import annotations

from collections import deque

from audit.model.entitlement import Verdict
from audit.model.error import InputError
from audit.model.reach import Reach, ReachStep

_SHOWN = 5


class Way:
    """The shortest way between two ends, with no steps where none was found."""

    def __init__(self, start: str, end: str, steps: tuple[ReachStep, ...]) -> None:
        self.start = start
        """Node id: an ARN, an account id, a provider's ARN, …"""
        self.end = end
        self.steps = steps

    @property
    def verdict(self) -> Verdict:
        """CONDITIONAL where a step depends on a condition; IMPLICIT_DENY where there is no way."""
        if not self.steps:
            return Verdict.IMPLICIT_DENY
        open_steps = any(step.verdict is Verdict.CONDITIONAL for step in self.steps)
        return Verdict.CONDITIONAL if open_steps else Verdict.ALLOW

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        if not self.steps:
            return f"no way from {self.start} to {self.end} among the steps that lead to a payment"
        return " → ".join((self.start, *(step.target for step in self.steps)))

    def _repr_html_(self) -> str:
        from audit.render.notebook import steps_html, table_html

        return steps_html(self.steps) if self.steps else table_html((), [(repr(self),)])


def find_way(reach: Reach, start: str, end: str) -> Way:
    """The way with the fewest steps among those that were worked out: every step that leads towards a holder.

    An end is a node's id, or the last part of one that fits no other. Raises InputError where it fits none or several.
    """
    ends = (end for step in reach.steps for end in (step.source, step.target))
    known = sorted({*(node.id for node in reach.nodes), *ends})
    source, target = _node(known, start), _node(known, end)
    after: dict[str, list[ReachStep]] = {}
    for step in reach.steps:
        after.setdefault(step.source, []).append(step)
    came: dict[str, ReachStep] = {}
    waiting = deque([source])
    while waiting and target not in came:
        for step in after.get(waiting.popleft(), ()):
            if step.target not in came and step.target != source:
                came[step.target] = step
                waiting.append(step.target)
    steps: list[ReachStep] = []
    place = target
    while place in came:
        steps.append(came[place])
        place = came[place].source
    return Way(source, target, tuple(reversed(steps)))


def _node(known: list[str], typed: str) -> str:
    if typed in known:
        return typed
    found = [name for name in known if name.rpartition("/")[2] == typed]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(found[:_SHOWN])
        raise InputError(f"`{typed}` fits {len(found)} of those who lead to a payment; give the ARN: {some}")
    raise InputError(f"`{typed}` is none of those who lead to a payment; give an ARN or a name that `reach` holds")
