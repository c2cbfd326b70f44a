"""Our edges of one account as pairs of principals, and why a pair is none."""

from __future__ import annotations

from pathlib import Path

from audit.evaluate.reach import ReachBook
from audit.model.snapshot import AccountSummary
from audit.pipeline import AuditOptions, reach_of_snapshot
from audit.snapshot.authorization import decode_authorization
from audit.snapshot.content import AccountEvidence, Snapshot
from benchmarks.accounts.account import NOW


class OurEdges:
    """The pairs that one step of any kind joins; a step to oneself with other permissions is none."""

    def __init__(self, file: Path) -> None:
        details = decode_authorization(file.read_bytes(), file.name)
        arns = [*(role.arn for role in details.role_detail_list), *(user.arn for user in details.user_detail_list)]
        evidence = AccountEvidence(account=AccountSummary(account_id=arns[0].split(":")[4]), authorization=details)
        snapshot = Snapshot(name=file.name, sha256="", manifest=None, accounts=(evidence,))
        self._book = reach_of_snapshot(snapshot, AuditOptions(now=NOW))
        self.pairs = frozenset(_pairs(self._book))

    def why_not(self, source: str, end: str) -> str:
        """Why the first may not assume the second; empty where the decision is that it may."""
        population = self._book.population
        caller, role = population.by_arn.get(source), population.by_arn.get(end)
        if caller is None or role is None or population.actors[role].role is None:
            return "" if caller is not None and role is not None else "one of them is no principal of the account"
        answer = self._book.decisions.decide(population.actors[caller], population.actors[role]).answer
        if answer.allows:
            return ""
        blocked = " and ".join(kind.value for kind in answer.blocked_by) or "conditions that never hold"
        return f"the decision is {answer.verdict.value}, because of {blocked}"


def _pairs(book: ReachBook) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for actor in book.actors():
        seen: set[int] = set()
        stack = [actor.id]
        while stack:
            for edge in book.graph.edges(stack.pop()):
                end = book.population.actor(edge >> 1)
                if end is not None:
                    found.add((actor.arn, end.arn))
                elif edge >> 1 not in seen:
                    seen.add(edge >> 1)
                    stack.append(edge >> 1)
    return found
