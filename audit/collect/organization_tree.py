"""The organization: its roots, units and accounts, and which control policies are attached where.

What a policy attached high up means for an account below is worked out where it is used, never stored.
https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import msgspec

from audit.collect.interface import Answer, ApiCall, CallError, Collected, Failure, Run, missing
from audit.collect.paging import ORGANIZATIONS
from audit.collect.questions import Questions
from audit.model.organization import (
    NOT_READ,
    RCP,
    SCP,
    DelegatedAdministrator,
    NodeType,
    Organization,
    OrganizationNode,
)
from audit.model.snapshot import Gap, GapReason
from audit.snapshot.layout import ORGANIZATION_TREE, is_account_id
from audit.snapshot.writer import canonical

FILE = ORGANIZATION_TREE


def _call(operation: str, reason: str, how_often: str, *, management_only: bool = True) -> ApiCall:
    return ApiCall(
        service="organizations",
        operation=operation,
        permission=f"organizations:{operation}",
        reason=reason,
        how_often=how_often,
        management_only=management_only,
    )


DESCRIBE_ORGANIZATION = _call(
    "DescribeOrganization", "whether the account is in an organization, and in which", "once", management_only=False
)
LIST_ROOTS = _call("ListRoots", "where the tree begins, and which policy types are enabled", "once")
LIST_UNITS = _call("ListOrganizationalUnitsForParent", "the tree's organizational units", "once for every parent")
LIST_ACCOUNTS = _call(
    "ListAccountsForParent", "the accounts, where they stand and whether active", "once for every parent"
)
LIST_ATTACHED = _call(
    "ListPoliciesForTarget",
    "which control policies are attached to what",
    "once for every root, unit and account, and each enabled type of SCP and RCP",
)
LIST_DELEGATED = _call("ListDelegatedAdministrators", "the accounts that act for the management account", "once")
LIST_DELEGATED_SERVICES = _call(
    "ListDelegatedServicesForAccount", "in which services they do", "once for every such account"
)
CALLS = (
    DESCRIBE_ORGANIZATION,
    LIST_ROOTS,
    LIST_UNITS,
    LIST_ACCOUNTS,
    LIST_ATTACHED,
    LIST_DELEGATED,
    LIST_DELEGATED_SERVICES,
)

UPPER_BOUND = "SCPs unknown: every privilege is an upper bound"


class _About(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="Id")
    arn: str = msgspec.field(name="Arn")
    management_account_id: str = msgspec.field(name="MasterAccountId")


class _PolicyType(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="Type", default="")
    status: str = msgspec.field(name="Status", default="")


class _Node(msgspec.Struct, frozen=True):
    """A root, a unit or an account as a listing gives it. Since 2025 an account's State tells more than its Status."""

    id: str = msgspec.field(name="Id")
    name: str = msgspec.field(name="Name", default="")
    status: str = msgspec.field(name="Status", default="")
    state: str = msgspec.field(name="State", default="")
    policy_types: tuple[_PolicyType, ...] = msgspec.field(name="PolicyTypes", default=())


def collect(run: Run) -> Collected:
    """Read the organization as far as the account may. One that is in none has an empty record, and no gap."""
    questions = Questions(run)
    try:
        about = msgspec.convert(
            questions.one(DESCRIBE_ORGANIZATION, _about_complaint, lambda answer: answer["Organization"]), _About
        )
    except CallError as error:
        if error.failure.reason is GapReason.NOT_APPLICABLE:
            return _collected(Organization(), 1, ())
        return Collected(content=None, gaps=(_gap(run, error.failure),))
    run.progress.start(FILE.source, None)
    tree = _Tree(run, questions)
    organization = tree.read(about)
    run.progress.finish(FILE.source)
    return _collected(organization, questions.api_calls, tuple(tree.gaps))


def _collected(organization: Organization, api_calls: int, gaps: tuple[Gap, ...]) -> Collected:
    # The policies are a file of their own.
    record = {name: value for name, value in msgspec.to_builtins(organization).items() if name != "policies"}
    rows = len(organization.nodes or ())
    return Collected(content=[canonical(record), b"\n"], rows=rows, api_calls=api_calls, gaps=gaps)


class _Tree:
    """One reading of the tree, with what is missing from it."""

    def __init__(self, run: Run, questions: Questions) -> None:
        self.gaps: list[Gap] = []
        self._run = run
        self._ask = questions

    def read(self, about: _About) -> Organization:
        named = Organization(id=about.id, arn=about.arn, management_account_id=about.management_account_id)
        try:
            roots = self._nodes(LIST_ROOTS, "Roots")
        except CallError as error:
            self.gaps.append(_gap(self._run, error.failure, "the tree"))
            return named
        nodes = list(self._below(roots))
        enabled = {each.type for root in roots for each in root.policy_types if each.status == "ENABLED"}
        attached = self._attached([node.id for node in nodes], [kind for kind in (SCP, RCP) if kind in enabled])
        nodes = [
            msgspec.structs.replace(
                node, scp_ids=attached.get((node.id, SCP), ()), rcp_ids=attached.get((node.id, RCP), ())
            )
            for node in nodes
        ]
        return msgspec.structs.replace(
            named,
            nodes=tuple(sorted(nodes, key=lambda node: node.id)),
            scps_enabled=SCP in enabled,
            rcps_enabled=RCP in enabled,
            delegated_administrators=tuple(self._delegated()),
        )

    def _below(self, roots: list[_Node]) -> Iterator[OrganizationNode]:
        """Yield the roots and all that stands below them; what of a parent cannot be listed is a gap."""
        yield from (OrganizationNode(id=root.id, type=NodeType.ROOT, name=root.name) for root in roots)
        parents = [root.id for root in roots]
        seen = set(parents)
        while parents:
            parent = parents.pop()
            self._run.progress.advance(FILE.source)
            for node in self._children(parent, LIST_ACCOUNTS, "Accounts"):
                yield _account(node, parent)
            for node in self._children(parent, LIST_UNITS, "OrganizationalUnits"):
                if node.id not in seen:
                    seen.add(node.id)
                    parents.append(node.id)
                    yield OrganizationNode(id=node.id, type=NodeType.OU, name=node.name, parent_id=parent)

    def _children(self, parent: str, call: ApiCall, member: str) -> list[_Node]:
        try:
            return self._nodes(call, member, ParentId=parent)
        except CallError as error:
            self.gaps.append(_gap(self._run, error.failure, f"{member} of {parent}"))
            return []

    def _nodes(self, call: ApiCall, member: str, **parameters: object) -> list[_Node]:
        complaint = _account_complaint if call is LIST_ACCOUNTS else _node_complaint
        rows = self._ask.all(call, ORGANIZATIONS, member, complaint, _transform, **parameters)
        # A row that moved to the next page while the list was read is there twice.
        return list({node.id: node for node in msgspec.convert(rows, list[_Node])}.values())

    def _attached(self, targets: list[str], kinds: list[str]) -> dict[tuple[str, str], tuple[str, ...]]:
        """The ids of the policies attached to each target, by type; where they cannot be had, `NOT_READ` is one."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        wanted = [(target, kind) for target in targets for kind in kinds]
        with closing(self._run.each(wanted, self._attached_to)) as outcomes:
            for (target, kind), ids in outcomes:
                if isinstance(ids, Failure):
                    self.gaps.append(_gap(self._run, ids, f"{kind} of {target}"))
                    found[target, kind] = (NOT_READ,)
                else:
                    found[target, kind] = ids
                self._run.progress.advance(FILE.source)
        return found

    def _attached_to(self, wanted: tuple[str, str]) -> tuple[str, ...] | Failure:
        target, kind = wanted
        try:
            ids = self._ask.all(
                LIST_ATTACHED,
                ORGANIZATIONS,
                "Policies",
                _node_complaint,
                lambda row: row["Id"],
                TargetId=target,
                Filter=kind,
            )
        except CallError as error:
            return error.failure
        return tuple(sorted(set(ids)))

    def _delegated(self) -> Iterator[DelegatedAdministrator]:
        try:
            accounts = self._nodes(LIST_DELEGATED, "DelegatedAdministrators")
        except CallError as error:
            self.gaps.append(_gap(self._run, error.failure, "delegated administrators", bounds=False))
            return
        for account in sorted(accounts, key=lambda each: each.id):
            try:
                services = self._ask.all(
                    LIST_DELEGATED_SERVICES,
                    ORGANIZATIONS,
                    "DelegatedServices",
                    _service_complaint,
                    lambda row: row["ServicePrincipal"],
                    AccountId=account.id,
                )
            except CallError as error:
                item = f"the services of the delegated administrator {account.id}"
                self.gaps.append(_gap(self._run, error.failure, item, bounds=False))
                services = []
            for service in sorted(set(services)):
                yield DelegatedAdministrator(account_id=account.id, service_principal=service)


def _gap(run: Run, failure: Failure, item: str = "", *, bounds: bool = True) -> Gap:
    """The gap that a failure leaves; where it `bounds` accounts, with what that means."""
    detail = f"{failure.detail}; {UPPER_BOUND}" if bounds else failure.detail
    return missing(FILE, run.account_id, msgspec.structs.replace(failure, detail=detail), item)


def _account(node: _Node, parent: str) -> OrganizationNode:
    return OrganizationNode(
        id=node.id, type=NodeType.ACCOUNT, name=node.name, parent_id=parent, status=node.state or node.status
    )


_KEPT = ("Id", "Name", "Status", "State", "PolicyTypes")


def _transform(row: Answer) -> dict[str, Any]:
    """Keep what the tree needs; the e-mail addresses of accounts are nobody's business here."""
    return {name: row[name] for name in _KEPT if name in row}


def _about_complaint(answer: Answer) -> str | None:
    return _convertible(answer.get("Organization"), _About, "an answer without an organization")


def _node_complaint(row: Answer) -> str | None:
    return _convertible(row, _Node, "a row without an Id")


def _account_complaint(row: Answer) -> str | None:
    wrong = _node_complaint(row)
    return wrong or (None if is_account_id(row["Id"]) else "an account whose Id is not twelve digits")


def _service_complaint(row: Answer) -> str | None:
    return None if isinstance(row.get("ServicePrincipal"), str) else "a delegated service without its name"


def _convertible(value: object, kind: Callable[..., object], wrong: str) -> str | None:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return wrong
    return None
