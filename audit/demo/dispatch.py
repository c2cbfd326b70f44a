"""From an HTTP request to its reply: who calls, which operation, which fault, which service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Event, Lock
from typing import Any

import msgspec

from audit.demo.callers import Callers
from audit.demo.endpoint import Request
from audit.demo.faults import Fault, Faults, act_out
from audit.demo.identifiers import request_id
from audit.demo.moto_server import MotoServer
from audit.demo.mturk import REGION
from audit.demo.service import Service
from audit.demo.wire import (
    NOBODY,
    Call,
    Caller,
    Reply,
    ServiceError,
    error_reply,
    read_credential,
    read_operation,
    read_s3_operation,
)


class Dispatch:
    """Answers requests, from any thread, and remembers the calls."""

    def __init__(
        self,
        *,
        callers: Callers,
        services: Mapping[str, Service],
        moto: MotoServer,
        clock: Callable[[], datetime],
        faults: Faults | None,
        latency: float,
        hang: float,
    ) -> None:
        """`services` by the names of boto3's clients; moto answers what none of them does."""
        self._callers = callers
        self._services = services
        self._moto = moto
        self._clock = clock
        self._faults = faults
        self._latency = latency
        self._hang = hang
        self._calls: list[Call] = []
        self._lock = Lock()
        self._stopping = Event()

    @property
    def calls(self) -> tuple[Call, ...]:
        with self._lock:
            return tuple(self._calls)

    def stop(self) -> None:
        """Let go of the calls that wait or hang."""
        self._stopping.set()

    def answer(self, request: Request) -> Reply | None:
        """Answer one request; None where its connection is to be closed without a word."""
        call = self._read(request)
        if isinstance(call, Reply):
            return call
        reply = self._answer(call, request)
        if reply is None or any(name.lower() == "x-amzn-requestid" for name, _ in reply.headers):
            return reply
        return msgspec.structs.replace(reply, headers=(*reply.headers, ("x-amzn-RequestId", call.request_id)))

    def _answer(self, call: Call, request: Request) -> Reply | None:
        self._stopping.wait(self._latency)
        fault = self._faults(call) if self._faults is not None else None
        if fault is not None and fault.closes_connection:
            if fault is Fault.HANG:
                self._stopping.wait(self._hang)
            return None
        if fault is not None and not fault.changes_page:
            return act_out(fault, call, lambda: self._perform(call, request, None))
        return self._perform(call, request, fault)

    def _perform(self, call: Call, request: Request, fault: Fault | None) -> Reply:
        try:
            service = self._services.get(call.service)
            if service is not None and service.answers(call):
                return service.answer(call, fault)
        except ServiceError as error:
            return error_reply(call, error)
        return self._moto.answer(request)

    def _read(self, request: Request) -> Call | Reply:
        """Return the call that the request makes, or the answer to a request that makes none."""
        credential = read_credential(request.header("Authorization"))
        service = credential.service if credential else "sts"
        try:
            if service == "mturk" and credential is not None and credential.region != REGION:
                message = f"Credential should be scoped to a valid region, not '{credential.region}'."
                raise ServiceError("InvalidSignatureException", message)
            caller = self._callers.find(credential, request.header("X-Amz-Security-Token"))
            operation, parameters = _read_operation(service, request)
        except ServiceError as error:
            return error_reply(self._call(0, NOBODY, service, "", {}), error)
        with self._lock:
            call = self._call(len(self._calls) + 1, caller, service, operation, parameters)
            self._calls.append(call)
        return call

    def _call(self, number: int, caller: Caller, service: str, operation: str, parameters: dict[str, Any]) -> Call:
        return Call(
            number=number,
            account_id=caller.account_id,
            caller=caller,
            service=service,
            operation=operation,
            parameters=parameters,
            received_at=self._clock(),
            request_id=request_id(caller.account_id, service, operation, number),
        )


def _read_operation(service: str, request: Request) -> tuple[str, dict[str, Any]]:
    if service != "s3":
        return read_operation(request.header("X-Amz-Target"), request.body)
    operation, parameters = read_s3_operation(request.method, request.path)
    part = request.header("Range")
    return operation, {**parameters, "Range": part} if part else parameters
