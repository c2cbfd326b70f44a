"""botocore's shapes put to the server's use: check an input, and write an output as JSON or XML.

The service model says what an operation takes and gives, so nothing here knows any service.
https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html and …/aws-query-protocol.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape
from botocore.session import Session

from audit.demo.wire import ServiceError, namespace

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "double": (int, float),
    "float": (int, float),
    "timestamp": (int, float, str),
    "structure": dict,
    "map": dict,
    "list": list,
}


@cache
def service_model(service: str) -> ServiceModel:
    """The SDK's own model of a service, by the name of boto3's client."""
    return Session().get_service_model(service)


def check_input(shape: Shape | None, parameters: Mapping[str, Any]) -> None:
    """Raise ServiceError where the parameters do not fit the operation's input shape, in AWS's own words."""
    if shape is None:
        return
    found = list(_violations(shape, parameters, ""))
    if found:
        plural = "s" if len(found) > 1 else ""
        raise ServiceError("ValidationException", f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


def _violations(shape: Shape, value: Any, where: str) -> Iterator[str]:
    expected = _TYPES.get(shape.type_name)
    if expected is not None and (not isinstance(value, expected) or (isinstance(value, bool) and expected is int)):
        raise ServiceError("SerializationException", f"`{where or 'the input'}` must be of type {shape.type_name}")
    if isinstance(shape, StructureShape):
        yield from _structure_violations(shape, value, where)
    elif isinstance(shape, ListShape):
        yield from _range_violations(shape, len(value), value, where, "length")
        for index, item in enumerate(value, start=1):
            yield from _violations(shape.member, item, f"{where}.{index}.member")
    elif isinstance(shape, StringShape):
        yield from _range_violations(shape, len(value), value, where, "length")
        yield from _string_violations(shape, value, where)
    elif shape.type_name in ("integer", "long", "double", "float"):
        yield from _range_violations(shape, value, value, where, "value")


def _structure_violations(shape: StructureShape, value: Mapping[str, Any], where: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _violation("null", _under(where, name), "Member must not be null")
    for name, item in value.items():
        if name in shape.members and item is not None:  # AWS ignores members that it does not know
            yield from _violations(shape.members[name], item, _under(where, name))


def _range_violations(shape: Shape, size: float, value: Any, where: str, what: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _violation(value, where, f"Member must have {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield _violation(value, where, f"Member must have {what} less than or equal to {most}")


def _string_violations(shape: StringShape, value: str, where: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    if pattern and re.search(pattern, value) is None:
        yield _violation(value, where, f"Member must satisfy regular expression pattern: {pattern}")
    if shape.enum and value not in shape.enum:
        yield _violation(value, where, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")


def _under(where: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{where}.{member}" if where else member


def _violation(value: Any, where: str, constraint: str) -> str:
    return f"Value '{value}' at '{where}' failed to satisfy constraint: {constraint}"


def to_json(shape: Shape, value: Any) -> Any:
    """Write an output value as the JSON protocol does: timestamps as epoch seconds, no members without a value.

    Raises KeyError for a member that the model does not have.
    """
    if isinstance(shape, StructureShape):
        return {name: to_json(shape.members[name], item) for name, item in value.items() if item is not None}
    if isinstance(shape, ListShape):
        return [to_json(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {name: to_json(shape.value, item) for name, item in value.items()}
    if shape.type_name == "timestamp":
        return _utc(value).timestamp()
    return value


def to_xml(service: str, operation: str, result: Mapping[str, Any], identifier: str) -> bytes:
    """Write the answer of an operation of the query protocol, in its result wrapper."""
    shape = service_model(service).operation_model(operation).output_shape
    content = "" if shape is None else "".join(_element(shape, result, shape.serialization["resultWrapper"]))
    return (
        f'<{operation}Response xmlns="{namespace(service)}">{content}'
        f"<ResponseMetadata><RequestId>{identifier}</RequestId></ResponseMetadata></{operation}Response>"
    ).encode()


def _element(shape: Shape, value: Any, name: str) -> Iterator[str]:
    if isinstance(shape, ListShape) and shape.serialization.get("flattened"):
        yield from _items(shape, value, name)
        return
    yield f"<{name}>"
    if isinstance(shape, StructureShape):
        for key, item in value.items():
            if item is not None:
                member = shape.members[key]
                yield from _element(member, item, member.serialization.get("name", key))
    elif isinstance(shape, ListShape):
        yield from _items(shape, value, shape.member.serialization.get("name", "member"))
    else:
        yield escape(_text(shape, value))
    yield f"</{name}>"


def _items(shape: ListShape, values: Sequence[Any], name: str) -> Iterator[str]:
    for item in values:
        yield from _element(shape.member, item, name)


def _text(shape: Shape, value: Any) -> str:
    if shape.type_name == "timestamp":
        return _utc(value).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _utc(moment: datetime) -> datetime:
    # moto keeps UTC times without a zone
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
