"""What the local AWS expects of each service in it, and what services of the JSON protocol share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from audit.demo.faults import Fault
from audit.demo.shapes import check_input, service_model, to_json
from audit.demo.wire import Call, Reply, ServiceError, json_reply

Perform = Callable[[Call, Fault | None], Mapping[str, Any]]
"""One operation: from a call to the members of its output. Raises ServiceError where AWS would refuse it."""


class Service(Protocol):
    """One service, or a part of one."""

    def answers(self, call: Call) -> bool:
        """Whether the call is answered here; moto answers the others."""

    def answer(self, call: Call, fault: Fault | None = None) -> Reply:
        """Perform the call, with a fault of paging. Raises ServiceError where AWS would refuse it."""


class JsonService:
    """A service of the JSON protocol whose inputs and outputs botocore's own model describes."""

    def __init__(self, name: str, operations: Mapping[str, Perform]) -> None:
        """`name`: of boto3's client."""
        self._model = service_model(name)
        self._name = name
        self._operations = operations

    def answers(self, call: Call) -> bool:
        """All of them: what is not performed is refused here."""
        return True

    def answer(self, call: Call, fault: Fault | None = None) -> Reply:
        """Check the input, perform, and write the output. Raises ServiceError."""
        perform = self._operations.get(call.operation)
        if perform is None or call.operation not in self._model.operation_names:
            message = f"the local AWS does not perform `{call.operation}` of {self._name}"
            raise ServiceError("UnknownOperationException", message)
        operation = self._model.operation_model(call.operation)
        check_input(operation.input_shape, call.parameters)
        result = perform(call, fault)
        return json_reply(to_json(operation.output_shape, result) if operation.output_shape else {})
