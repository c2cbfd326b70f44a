"""The account's alias, by which people know it: iam:ListAccountAliases.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
"""

from __future__ import annotations

import msgspec

from audit.collect.interface import Answer, ApiCall, CallError, Collected, Run, missing
from audit.collect.paging import IAM, pages
from audit.snapshot.layout import ACCOUNT_ALIASES
from audit.snapshot.writer import canonical

FILE = ACCOUNT_ALIASES
LIST_ACCOUNT_ALIASES = ApiCall(
    service="iam",
    operation="ListAccountAliases",
    permission="iam:ListAccountAliases",
    reason="the name by which people know the account",
    how_often="once",
)
CALLS = (LIST_ACCOUNT_ALIASES,)


class _Aliases(msgspec.Struct):
    aliases: tuple[str, ...] = msgspec.field(name="AccountAliases", default=())


def collect(run: Run) -> Collected:
    """Ask for the aliases; an account has one at most."""
    aliases: list[str] = []
    calls = 0
    try:
        for page in pages(run.api, LIST_ACCOUNT_ALIASES, IAM, _complaint, rows_of=("AccountAliases",)):
            aliases += page.answer["AccountAliases"]
            calls += 1
    except CallError as error:
        return Collected(content=None, gaps=(missing(FILE, run.account_id, error.failure),))
    content = canonical({"AccountAliases": sorted(aliases)})
    return Collected(content=[content, b"\n"], rows=len(aliases), api_calls=calls)


def alias_in(raw: bytes) -> str:
    """The alias that the evidence file tells; empty where there is none."""
    return next(iter(msgspec.json.decode(raw, type=_Aliases).aliases), "")


def _complaint(answer: Answer) -> str | None:
    aliases = answer.get("AccountAliases")
    if isinstance(aliases, list) and all(isinstance(alias, str) for alias in aliases):
        return None
    return "an answer without AccountAliases"
