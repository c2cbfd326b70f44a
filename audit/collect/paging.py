"""Following an API's pages to their end, and noticing where they do not end.

botocore's paginators are not used: of a damaged answer they see an empty last page, and of a cycle of tokens only the
same token twice in a row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from audit.collect.interface import Answer, Api, ApiCall, CallError, Complaint, Failure
from audit.model.snapshot import GapReason

_MOST_IDLE_PAGES = 1000
"""An empty page with a token is legal; this many in a row that bring nothing new are a listing that does not end."""
_SHOWN_TOKEN = 40


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """How one family of APIs pages."""

    marker_parameter: str
    marker_member: str
    size: tuple[str, int]
    """The parameter for the size of a page, and the most it takes."""
    more_member: str = ""
    """The member that says whether there is a next page; empty: a token says it."""


MTURK = Paging(marker_parameter="NextToken", marker_member="NextToken", size=("MaxResults", 100))
IAM = Paging(marker_parameter="Marker", marker_member="Marker", size=("MaxItems", 1000), more_member="IsTruncated")
LOOKUP_EVENTS = Paging(marker_parameter="NextToken", marker_member="NextToken", size=("MaxResults", 50))
LIST_OBJECTS = Paging(
    marker_parameter="ContinuationToken",
    marker_member="NextContinuationToken",
    size=("MaxKeys", 1000),
    more_member="IsTruncated",
)
QUERY_RESULTS = Paging(marker_parameter="NextToken", marker_member="NextToken", size=("MaxResults", 1000))

ORGANIZATIONS = Paging(marker_parameter="NextToken", marker_member="NextToken", size=("MaxResults", 20))


class Page(msgspec.Struct, frozen=True):
    """One answer, and the token of the page after it."""

    answer: Answer
    next_token: str | None


def pages(
    api: Api,
    call: ApiCall,
    paging: Paging,
    complaint: Complaint,
    *,
    rows_of: tuple[str, ...],
    tokens: Iterable[str] = (),
    **parameters: object,
) -> Iterator[Page]:
    """Yield the pages of `call`, from its first one, or from the last of the `tokens` that were followed before.

    `rows_of` names the lists of an answer; a page brings nothing new where they are empty, or were there before.
    Raises CallError where a page cannot be had.
    """
    seen = list(tokens)
    contents: set[bytes] = set()
    idle = 0
    while True:
        request = {**parameters, paging.size[0]: paging.size[1]}
        if seen:
            request[paging.marker_parameter] = seen[-1]
        answer = api.ask(call, _page_complaint(paging, complaint, frozenset(seen)), **request)
        token = _next_token(paging, answer)
        yield Page(answer, token)
        if token is None:
            return
        content = _content(answer, rows_of)
        idle = idle + 1 if content is None or content in contents else 0
        if idle >= _MOST_IDLE_PAGES:
            raise CallError(_endless(call))
        if content is not None:
            contents.add(content)
        seen.append(token)


def mturk_complaint(rows_key: str, row_complaint: Complaint) -> Complaint:
    """Build the check of a Mechanical Turk page: it counts its rows, holds them, and each is what a row must be.

    A body that is cut off or no JSON reaches us as an answer without members, so both members are required.
    """

    def complaint(answer: Answer) -> str | None:
        rows, count = answer.get(rows_key), answer.get("NumResults")
        if not isinstance(rows, list) or not isinstance(count, int):
            return f"a page without NumResults and {rows_key}, as a damaged body looks"
        if count != len(rows):
            return f"a page of {len(rows)} rows that says it has {count}"
        return next(filter(None, (row_complaint(row) for row in rows)), None)

    return complaint


def _page_complaint(paging: Paging, complaint: Complaint, seen: frozenset[str]) -> Complaint:
    def check(answer: Answer) -> str | None:
        wrong = complaint(answer)
        if wrong is not None:
            return wrong
        token = answer.get(paging.marker_member)
        if token is not None and not isinstance(token, str):
            return f"a {paging.marker_member} that is no text"
        if paging.more_member and answer.get(paging.more_member) is True and not token:
            return f"a page that is not the last and has no {paging.marker_member}"
        if _next_token(paging, answer) in seen:
            return f"the token {_shown(str(token))} for the second time, so that its pages would never end"
        return None

    return check


def _next_token(paging: Paging, answer: Answer) -> str | None:
    if paging.more_member and answer.get(paging.more_member) is not True:
        return None
    token: Any = answer.get(paging.marker_member)
    return token or None


def _content(answer: Answer, rows_of: tuple[str, ...]) -> bytes | None:
    """A digest of the answer's rows; None where it has none."""
    rows = [answer.get(name) for name in rows_of]
    return hashlib.sha256(msgspec.json.encode(rows)).digest() if any(rows) else None


def _shown(token: str) -> str:
    text = "".join(char if char.isprintable() else "?" for char in token)
    return f"`{text}`" if len(text) <= _SHOWN_TOKEN else f"`{text[:_SHOWN_TOKEN]}…`"


def _endless(call: ApiCall) -> Failure:
    return Failure(
        reason=GapReason.FAILED,
        detail=f"{call.source} gave {_MOST_IDLE_PAGES} pages in a row with nothing new on them, "
        "so it was not followed further",
    )
