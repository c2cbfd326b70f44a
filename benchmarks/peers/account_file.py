"""An authorization-details file as the tools without a reader of their own are handed it, and how they answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

Record = dict[str, Any]
Document = dict[str, Any]


class Principal(NamedTuple):
    """A user, group or role with its policies; those of a user's groups are among them."""

    arn: str
    identity: tuple[tuple[str, Document], ...]
    """Name or ARN, and document."""
    boundary: tuple[str, Document] | None
    record: Record


def question() -> tuple[Path, list[str]]:
    """The file and the actions that the command line names."""
    file, actions = sys.argv[1:]
    return Path(file), json.loads(Path(actions).read_text(encoding="utf-8"))


def answer(arn: str, action: str, verdict: str = "allow") -> None:
    """Print one pair."""
    sys.stdout.write(f"{verdict}\t{arn}\t{action}\n")


def read_account(file: Path) -> Record:
    """Decode the file."""
    account: Record = json.loads(file.read_bytes())
    return account


def managed_documents(account: Record) -> dict[str, Document]:
    """The default version of each managed policy, by ARN."""
    return {
        policy["Arn"]: version["Document"]
        for policy in account["Policies"]
        for version in policy["PolicyVersionList"]
        if version["IsDefaultVersion"]
    }


def principals(account: Record) -> Iterator[Principal]:
    """Yield every user, group and role."""
    managed = managed_documents(account)
    groups = {group["GroupName"]: group for group in account["GroupDetailList"]}

    def policies(record: Record, kind: str) -> tuple[tuple[str, Document], ...]:
        attached = [policy["PolicyArn"] for policy in record.get("AttachedManagedPolicies", [])]
        inline = [(policy["PolicyName"], policy["PolicyDocument"]) for policy in record.get(f"{kind}PolicyList", [])]
        return (*((arn, managed[arn]) for arn in attached), *inline)

    def principal(record: Record, kind: str) -> Principal:
        own = policies(record, kind)
        for name in record.get("GroupList", []):
            own += policies(groups[name], "Group")
        bounding = record.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return Principal(record["Arn"], own, (bounding, managed[bounding]) if bounding else None, record)

    for kind in ("User", "Group", "Role"):
        for record in account[f"{kind}DetailList"]:
            yield principal(record, kind)
