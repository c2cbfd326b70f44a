"""A scripted AWS over HTTP: STS, IAM and Mechanical Turk of one small account, with any fault at any request.

It answers in the wire formats of the services and knows nothing of the product. Every request is kept, in order.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape

ACCOUNT = "111122223333"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/auditor"
MTURK_TARGET = "MTurkRequesterServiceV20170117."


@dataclass(frozen=True)
class Request:
    """One request as the service sees it."""

    number: int
    """From 1, over all services."""
    operation: str
    parameters: dict[str, Any]
    attempt: int
    """From 1, among the requests with the same operation and parameters."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/x-amz-json-1.1"
    hang_up: bool = False
    """Close the connection without an answer."""


Fault = Callable[[Request], Reply | None]


def no_fault(request: Request) -> Reply | None:
    return None


def turk_error(turk_code: str, message: str, status: int = 400) -> Reply:
    """An error as Mechanical Turk words it, with the millisecond stamp at its end."""
    body = {"__type": "RequestError", "Message": f"{message} (1796012345678 s)", "TurkErrorCode": turk_code}
    return Reply(status, json.dumps(body).encode())


def json_error(code: str, message: str, status: int = 400) -> Reply:
    return Reply(status, json.dumps({"__type": code, "message": message}).encode())


def xml_error(code: str, message: str, status: int = 400) -> Reply:
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>"
    return Reply(status, body.encode(), "text/xml")


HTML = Reply(200, b"<html><body>Service is being updated</body></html>", "text/html; charset=utf-8")
TRUNCATED = Reply(200, b'{"NumResults":2,"HITs":[{"HITId":"HIT')
HANG_UP = Reply(0, b"", hang_up=True)


@dataclass
class FakeAws:
    """The account's state; tests change it before they collect."""

    authorization: list[dict[str, list[dict[str, Any]]]] = field(default_factory=lambda: [{}])
    """The pages of GetAccountAuthorizationDetails."""
    policies: dict[str, Any] = field(default_factory=dict)
    """Managed policies that only GetPolicy tells of: documents by ARN."""
    aliases: list[str] = field(default_factory=lambda: ["example-company"])
    hits: list[dict[str, Any]] = field(default_factory=list)
    payments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    blocks: list[dict[str, Any]] = field(default_factory=list)
    balance: str = "10.50"
    page_size: int = 100
    """The most that Mechanical Turk puts on a page."""
    fault: Fault = no_fault
    latency: float = 0.0
    requests: list[Request] = field(default_factory=list)
    after: Callable[[Request], None] = lambda request: None
    """Called when a request was answered."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._attempts: Counter[str] = Counter()

    def operations(self) -> list[str]:
        """The operations that were asked for, in order."""
        return [request.operation for request in self.requests]

    def answer(self, operation: str, parameters: dict[str, Any]) -> tuple[Request, Reply]:
        with self._lock:
            same = f"{operation} {sorted(parameters.items())}"
            self._attempts[same] += 1
            request = Request(len(self.requests) + 1, operation, parameters, self._attempts[same])
            self.requests.append(request)
        time.sleep(self.latency)
        return request, self.fault(request) or self._reply(request)

    def _reply(self, request: Request) -> Reply:
        operations = {
            "GetCallerIdentity": self._caller_identity,
            "ListAccountAliases": self._account_aliases,
            "GetAccountAuthorizationDetails": self._authorization_details,
            "GetPolicy": self._policy,
            "GetPolicyVersion": self._policy_version,
            "GetAccountBalance": self._account_balance,
            "ListHITs": self._hits_page,
            "ListBonusPayments": self._bonus_payments,
            "ListWorkerBlocks": self._worker_blocks,
            "DescribeOrganization": self._organization,
            "GenerateServiceLastAccessedDetails": self._last_accessed_job,
            "GetServiceLastAccessedDetails": self._last_accessed,
            "GenerateCredentialReport": self._credential_report_state,
            "GetCredentialReport": self._credential_report,
            "DescribeTrails": self._trails,
            "LookupEvents": self._lookup_events,
        }
        return operations[request.operation](request.parameters)

    def _caller_identity(self, parameters: dict[str, Any]) -> Reply:
        return _xml("GetCallerIdentity", {"Arn": CALLER, "UserId": "AIDAEXAMPLE", "Account": ACCOUNT})

    def _account_aliases(self, parameters: dict[str, Any]) -> Reply:
        return _xml("ListAccountAliases", {"AccountAliases": self.aliases, "IsTruncated": False})

    def _authorization_details(self, parameters: dict[str, Any]) -> Reply:
        index = int(parameters.get("Marker", "marker-0").removeprefix("marker-"))
        lists = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        answer: dict[str, Any] = {name: self.authorization[index].get(name, []) for name in lists}
        answer["IsTruncated"] = index + 1 < len(self.authorization)
        if answer["IsTruncated"]:
            answer["Marker"] = f"marker-{index + 1}"
        return _xml("GetAccountAuthorizationDetails", answer)

    def _policy(self, parameters: dict[str, Any]) -> Reply:
        arn = parameters["PolicyArn"]
        if arn not in self.policies:
            return xml_error("NoSuchEntity", f"Policy {arn} was not found.", 404)
        policy = {"PolicyName": arn.rpartition("/")[2], "PolicyId": "ANPAEXAMPLE", "Arn": arn, "DefaultVersionId": "v2"}
        return _xml("GetPolicy", {"Policy": policy})

    def _policy_version(self, parameters: dict[str, Any]) -> Reply:
        version = {
            "Document": self.policies[parameters["PolicyArn"]],
            "VersionId": parameters["VersionId"],
            "IsDefaultVersion": True,
        }
        return _xml("GetPolicyVersion", {"PolicyVersion": version})

    def _last_accessed_job(self, parameters: dict[str, Any]) -> Reply:
        return _xml("GenerateServiceLastAccessedDetails", {"JobId": f"job of {parameters['Arn']}"})

    def _last_accessed(self, parameters: dict[str, Any]) -> Reply:
        services = [{"ServiceName": "Amazon Mechanical Turk", "ServiceNamespace": "mechanicalturk"}]
        answer = {"JobStatus": "COMPLETED", "ServicesLastAccessed": services, "IsTruncated": False}
        return _xml("GetServiceLastAccessedDetails", answer)

    def _credential_report_state(self, parameters: dict[str, Any]) -> Reply:
        return _xml("GenerateCredentialReport", {"State": "COMPLETE"})

    def _credential_report(self, parameters: dict[str, Any]) -> Reply:
        report = f"user,arn\n<root_account>,arn:aws:iam::{ACCOUNT}:root"
        return _xml("GetCredentialReport", {"Content": base64.b64encode(report.encode()).decode()})

    def _trails(self, parameters: dict[str, Any]) -> Reply:
        return _json({"trailList": []})

    def _lookup_events(self, parameters: dict[str, Any]) -> Reply:
        return _json({"Events": []})

    def _account_balance(self, parameters: dict[str, Any]) -> Reply:
        return _json({"AvailableBalance": self.balance, "OnHoldBalance": "0.00"})

    def _hits_page(self, parameters: dict[str, Any]) -> Reply:
        return self._page("HITs", self.hits, parameters)

    def _bonus_payments(self, parameters: dict[str, Any]) -> Reply:
        if "AssignmentId" in parameters:
            every = (row for rows in self.payments.values() for row in rows)
            rows = [row for row in every if row["AssignmentId"] == parameters["AssignmentId"]]
        else:
            rows = self.payments.get(parameters["HITId"], [])
        return self._page("BonusPayments", rows, parameters)

    def _worker_blocks(self, parameters: dict[str, Any]) -> Reply:
        return self._page("WorkerBlocks", self.blocks, parameters)

    def _organization(self, parameters: dict[str, Any]) -> Reply:
        return json_error("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")

    def _page(self, name: str, rows: list[dict[str, Any]], parameters: dict[str, Any]) -> Reply:
        start = int(parameters.get("NextToken", "token-0").removeprefix("token-"))
        end = start + min(self.page_size, parameters.get("MaxResults", 10))
        answer: dict[str, Any] = {"NumResults": len(rows[start:end]), name: rows[start:end]}
        if end < len(rows):
            answer["NextToken"] = f"token-{end}"
        return _json(answer)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that was killed in the middle."""
        if not isinstance(sys.exception(), ConnectionError | json.JSONDecodeError):
            super().handle_error(request, client_address)


@contextmanager
def serving(fake: FakeAws) -> Iterator[str]:
    """Serve `fake` on loopback; give its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            target = self.headers.get("X-Amz-Target", "")
            if target:
                request, reply = fake.answer(target.rpartition(".")[2], json.loads(body))
            else:
                form = dict(parse_qsl(body.decode()))
                form.pop("Version")
                request, reply = fake.answer(form.pop("Action"), form)
            if reply.hang_up:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()
            fake.after(request)

        def log_message(self, *args: object) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _json(answer: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps(answer).encode())


def _xml(operation: str, answer: dict[str, Any]) -> Reply:
    body = (
        f'<{operation}Response xmlns="https://example.com/doc/"><{operation}Result>{_members(answer)}'
        f"</{operation}Result></{operation}Response>"
    )
    return Reply(200, body.encode(), "text/xml")


_DOCUMENTS = ("Document", "PolicyDocument", "AssumeRolePolicyDocument")


def _members(value: Any) -> str:
    """Spell plain data as IAM's XML does: `member` for the items of a list, documents as quoted JSON."""
    if isinstance(value, dict):
        return "".join(
            f"<{name}>{quote(_text(each)) if name in _DOCUMENTS else _members(each)}</{name}>"
            for name, each in value.items()
        )
    if isinstance(value, list):
        return "".join(f"<member>{_members(each)}</member>" for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))


def _text(document: object) -> str:
    return document if isinstance(document, str) else json.dumps(document)
