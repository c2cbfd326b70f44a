"""Athena over the log files in the local S3: a query is started, asked for, and read page by page.

https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

import msgspec

from audit.demo.account import Bucket
from audit.demo.athena_sql import Query, SqlError, parse_query
from audit.demo.athena_table import Table, is_create, parse_create, rows_of
from audit.demo.athena_values import COLUMNS, check_columns, holds, shown, value_of
from audit.demo.faults import Fault
from audit.demo.identifiers import request_id
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.service import JsonService
from audit.demo.wire import Call, ServiceError

_MOST = 1000
"""Rows of a page, the header among them: the usual, and the most."""


class _Execution(msgspec.Struct, kw_only=True):
    id: str
    account_id: str
    text: str
    database: str
    output: str
    workgroup: str
    submitted_at: datetime
    failure: str = ""
    creates: bool = False
    names: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    asked: int = 0
    stopped: bool = False


def athena_service(
    buckets: Iterable[Bucket],
    tables: Iterable[Table],
    workgroups: Mapping[str, str],
    clock: Callable[[], datetime],
    unfinished: int,
) -> JsonService:
    """Make the service.

    `workgroups`: by name, where each leaves results; empty: the query must say. `unfinished`: how many times a query
    is asked for before it has finished.
    """
    athena = _Athena(buckets, tables, workgroups, clock, unfinished)
    return JsonService(
        "athena",
        {
            "GetQueryExecution": athena.execution,
            "GetQueryResults": athena.results,
            "StartQueryExecution": athena.start,
            "StopQueryExecution": athena.stop,
        },
    )


class _Athena:
    def __init__(
        self,
        buckets: Iterable[Bucket],
        tables: Iterable[Table],
        workgroups: Mapping[str, str],
        clock: Callable[[], datetime],
        unfinished: int,
    ) -> None:
        self._buckets = tuple(buckets)
        self._tables = {(table.database, table.name): table for table in tables}
        self._workgroups = workgroups
        self._clock = clock
        self._unfinished = unfinished
        self._executions: dict[str, _Execution] = {}
        self._tokens: dict[str, str] = {}
        self._lock = Lock()

    def start(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """Take a query in; the same token again is the same query."""
        asked = call.parameters
        workgroup = asked.get("WorkGroup", "primary")
        if workgroup not in self._workgroups:
            raise _invalid(f"WorkGroup {workgroup} is not found.")
        output = asked.get("ResultConfiguration", {}).get("OutputLocation") or self._workgroups[workgroup]
        if not output.startswith("s3://"):
            raise _invalid("No output location provided. An output location is required.")
        text = asked["QueryString"]
        with self._lock:
            token = f"{call.account_id}/{asked.get('ClientRequestToken', call.request_id)}"
            if token in self._tokens:
                return {"QueryExecutionId": self._tokens[token]}
            execution = _Execution(
                id=request_id(call.account_id, "query", text, len(self._executions)),
                account_id=call.account_id,
                text=text,
                database=asked.get("QueryExecutionContext", {}).get("Database", "default").lower(),
                output=output,
                workgroup=workgroup,
                submitted_at=self._clock(),
                creates=is_create(text),
            )
            self._run(execution)
            self._executions[execution.id] = execution
            self._tokens[token] = execution.id
        return {"QueryExecutionId": execution.id}

    def execution(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """How far the query is: queued, then running, then what became of it."""
        execution = self._find(call)
        execution.asked += 1
        state = self._state(execution)
        done = state in ("SUCCEEDED", "FAILED", "CANCELLED")
        return {
            "QueryExecution": {
                "QueryExecutionId": execution.id,
                "Query": execution.text,
                "StatementType": "DDL" if execution.creates else "DML",
                "ResultConfiguration": {"OutputLocation": f"{execution.output.rstrip('/')}/{execution.id}.csv"},
                "QueryExecutionContext": {"Database": execution.database},
                "Status": {
                    "State": state,
                    "StateChangeReason": execution.failure if state == "FAILED" else None,
                    "SubmissionDateTime": execution.submitted_at,
                    "CompletionDateTime": self._clock() if done else None,
                },
                "WorkGroup": execution.workgroup,
            }
        }

    def results(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """A page of rows; the first begins with the names of the columns."""
        execution = self._find(call)
        state = self._state(execution)
        if state != "SUCCEEDED":
            raise _invalid(f"Query has not yet finished. Current state: {state}")
        size = call.parameters.get("MaxResults") or _MOST
        rows = execution.rows if execution.creates else (execution.names, *execution.rows)
        try:
            page = cut_page(rows, call.parameters.get("NextToken"), size, call, fault)
        except BadTokenError as error:
            raise _invalid("Invalid NextToken") from error
        data = [{"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in page.rows]
        columns = [{"Name": name, "Label": name, "Type": "varchar"} for name in execution.names]
        return {
            "UpdateCount": 0,
            "ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": columns}},
            "NextToken": page.token,
        }

    def stop(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        """Cancel a query that has not finished."""
        execution = self._find(call)
        if self._state(execution) in ("QUEUED", "RUNNING"):
            execution.stopped = True
        return {}

    def _find(self, call: Call) -> _Execution:
        with self._lock:
            execution = self._executions.get(call.parameters["QueryExecutionId"])
        if execution is None or execution.account_id != call.account_id:
            raise _invalid(f"QueryExecution {call.parameters['QueryExecutionId']} was not found")
        return execution

    def _state(self, execution: _Execution) -> str:
        if execution.stopped:
            return "CANCELLED"
        if execution.asked <= self._unfinished:
            return "QUEUED" if execution.asked <= 1 else "RUNNING"
        return "FAILED" if execution.failure else "SUCCEEDED"

    def _run(self, execution: _Execution) -> None:
        """Do the work at once. Raises ServiceError for what is no SQL; other failures are the execution's own."""
        try:
            if execution.creates:
                self._create(execution)
                return
            query = parse_query(execution.text)
        except SqlError as error:
            raise _invalid(str(error)) from error
        try:
            self._select(query, execution)
        except SqlError as error:
            execution.failure = str(error)

    def _create(self, execution: _Execution) -> None:
        table, left_alone = parse_create(execution.text, execution.database)
        exists = (table.database, table.name) in self._tables
        if exists and not left_alone:
            execution.failure = f"FAILED: AlreadyExistsException(message:Table {table.name} already exists.)"
        elif not exists:
            self._tables[table.database, table.name] = table

    def _select(self, query: Query, execution: _Execution) -> None:
        database = query.database or execution.database
        table = self._tables.get((database, query.table))
        if table is None:
            raise SqlError(f"TABLE_NOT_FOUND: Table 'awsdatacatalog.{database}.{query.table}' does not exist")
        known = frozenset(COLUMNS | set(table.partitions))
        read = [*(item.value for item in query.items), *(value for value, _ in query.order)]
        check_columns([*read, query.where] if query.where else read, known)
        buckets = [
            bucket for bucket in self._buckets if {execution.account_id, "*"} & {bucket.account_id, *bucket.readers}
        ]
        rows = [row for row in rows_of(table, query.where, buckets) if query.where is None or holds(query.where, row)]
        for value, descending in reversed(query.order):
            rows.sort(key=lambda row: shown(value_of(value, row)) or "", reverse=descending)
        execution.names = tuple(item.name for item in query.items)
        shown_rows = (tuple(shown(value_of(item.value, row)) for item in query.items) for row in rows[: query.limit])
        execution.rows = tuple(shown_rows)


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidRequestException", re.sub(r"\s+", " ", message), fields={})
