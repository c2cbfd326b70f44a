"""Our edges of the accounts of one file as pairs of principals."""

from __future__ import annotations

from pathlib import Path

import msgspec

from audit.evaluate.reach import ReachBook
from audit.model.snapshot import AccountSummary
from audit.pipeline import AuditOptions, reach_of_snapshot
from audit.snapshot.authorization import AuthorizationDetails, decode_authorization
from audit.snapshot.content import AccountEvidence, Snapshot
from benchmarks.accounts.account import NOW


class OurEdges:
    """The pairs that one step of any kind joins; a step to oneself with other permissions is none."""

    def __init__(self, file: Path) -> None:
        accounts = tuple(_accounts(decode_authorization(file.read_bytes(), file.name)))
        self.book = reach_of_snapshot(
            Snapshot(name=file.name, sha256="", manifest=None, accounts=accounts), AuditOptions(now=NOW)
        )
        self.principals = len(self.book.population.actors)
        self.pairs = frozenset(pair for pair in _pairs(self.book) if pair[0] != pair[1])


def _accounts(details: AuthorizationDetails) -> list[AccountEvidence]:
    """A file that somebody put together may hold principals of several accounts: each is asked about as its own."""
    users, groups, roles = details.user_detail_list, details.group_detail_list, details.role_detail_list
    arns = [*(one.arn for one in users), *(one.arn for one in groups), *(one.arn for one in roles)]
    ids = sorted(set(map(_account, arns)))
    return [
        AccountEvidence(
            account=AccountSummary(account_id=account_id),
            authorization=msgspec.structs.replace(
                details,
                user_detail_list=tuple(one for one in users if _account(one.arn) == account_id),
                group_detail_list=tuple(one for one in groups if _account(one.arn) == account_id),
                role_detail_list=tuple(one for one in roles if _account(one.arn) == account_id),
            ),
        )
        for account_id in ids
    ]


def _account(arn: str) -> str:
    return arn.split(":")[4]


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
