"""One query to Athena: started once, waited for, and read page by page.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from audit.collect.athena_sql import Table
from audit.collect.interface import Answer, ApiCall, CallError, Failure, Run
from audit.collect.job import wait_for
from audit.collect.listing import Listing
from audit.collect.paging import QUERY_RESULTS
from audit.model.snapshot import GapReason

START_QUERY_EXECUTION = ApiCall(
    service="athena",
    operation="StartQueryExecution",
    permission="athena:StartQueryExecution",
    reason="search the trail's log files where they lie",
    how_often="once, once for every day without an event, and once where the table is to be made",
)
GET_QUERY_EXECUTION = ApiCall(
    service="athena",
    operation="GetQueryExecution",
    permission="athena:GetQueryExecution",
    reason="how far a query is",
    how_often="a few times for each query",
)
GET_QUERY_RESULTS = ApiCall(
    service="athena",
    operation="GetQueryResults",
    permission="athena:GetQueryResults",
    reason="the records that were found",
    how_often="once for each query, and once more for every 1,000 records",
)
CALLS = (START_QUERY_EXECUTION, GET_QUERY_EXECUTION, GET_QUERY_RESULTS)

_STATES = ("QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED")
_NO_COLUMN = "COLUMN_NOT_FOUND"

Row = dict[str, str | None]


class NoColumnError(CallError):
    """The table does not have a column that was asked for; nothing was searched."""


def start_query(run: Run, table: Table, text: str) -> str:
    """Start a query, and return its id. Raises CallError."""
    options = run.options.events
    output = {"ResultConfiguration": {"OutputLocation": options.athena_output}} if options.athena_output else {}
    answer = run.trail_api.ask(
        START_QUERY_EXECUTION,
        _start_complaint,
        QueryString=text,
        QueryExecutionContext={"Database": table.database},
        WorkGroup=options.athena_workgroup,
        **output,
    )
    return str(answer["QueryExecutionId"])


def await_query(run: Run, execution_id: str) -> None:
    """Return when the query has succeeded. Raises NoColumnError, and CallError where it has not."""
    wait_for(GET_QUERY_EXECUTION, run.clock, lambda: _has_succeeded(run, execution_id) or None)


def result_listing(run: Run, execution_id: str, part: str) -> Listing:
    """The pages of the result, kept in the journal `part`."""
    return Listing(
        run.trail_api,
        GET_QUERY_RESULTS,
        QUERY_RESULTS,
        results_complaint,
        rows_of=("ResultSet",),
        transform=_transform,
        journal=run.journal(part),
        QueryExecutionId=execution_id,
    )


def rows_in(listing: Listing) -> Iterator[Row]:
    """The rows by the names in the first one."""
    names: list[str] | None = None
    for page in listing.values():
        for row in msgspec.convert(page, list[list[str | None]]):
            if names is None:
                names = [name or "" for name in row]
            else:
                yield dict(zip(names, row, strict=False))


def _has_succeeded(run: Run, execution_id: str) -> bool:
    status = run.trail_api.ask(GET_QUERY_EXECUTION, _status_complaint, QueryExecutionId=execution_id)["QueryExecution"][
        "Status"
    ]
    if status["State"] in ("FAILED", "CANCELLED"):
        reason = " ".join(str(status.get("StateChangeReason") or "no reason given").split())
        failure = Failure(
            reason=GapReason.DENIED if "AccessDenied" in reason or "not authorized" in reason else GapReason.FAILED,
            detail=f"Athena's query ended as {status['State']}: {reason[:300]}",
        )
        raise NoColumnError(failure) if _NO_COLUMN in reason else CallError(failure)
    return bool(status["State"] == "SUCCEEDED")


def _transform(answer: Answer) -> list[list[str | None]]:
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in answer["ResultSet"]["Rows"]]


def _start_complaint(answer: Answer) -> str | None:
    return None if isinstance(answer.get("QueryExecutionId"), str) else "no QueryExecutionId, as a damaged body looks"


def _status_complaint(answer: Answer) -> str | None:
    execution = answer.get("QueryExecution")
    status = execution.get("Status") if isinstance(execution, dict) else None
    state = status.get("State") if isinstance(status, dict) else None
    return None if state in _STATES else "no state of the query, as a damaged body looks"


def results_complaint(answer: Answer) -> str | None:
    """The check of a page of results."""
    results = answer.get("ResultSet")
    rows = results.get("Rows") if isinstance(results, dict) else None
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("Data"), list) for row in rows
    ):
        return "a page without rows, as a damaged body looks"
    return None
