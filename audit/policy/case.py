"""Evaluation cases: one JSON object a line, with policies, a request and, where known, the verdict that AWS gives.

The format is this project's own; people use it to test their policies before they attach them.

`identity_policies`, `permissions_boundaries`, `session_policies`: lists of policy documents; `resource_policy`: a
document or null; `scps`, `rcps`: null outside an organization (or exempt), else `[{target, policies: [document]}]`
from the root to the account. `request`: `principal` (ARN), `action`, `resource`, `resource_account`, `context`: keys
with a text or a list of texts; a key that is missing is absent from the request, and `null` asks the audit's own
question, in which nothing is known of the request beyond its principal.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.model.arn import parse_arn
from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.condition import Value, context_of
from audit.policy.decision import Policy, PolicySet, Request
from audit.policy.known import Known
from audit.policy.open_decision import Question
from audit.policy.parse import parse_document


class CaseLevel(msgspec.Struct, frozen=True):
    """One level of an organization: the root, an organizational unit or the account."""

    policies: tuple[msgspec.Raw, ...]
    target: str = ""


class CaseRequest(msgspec.Struct, frozen=True):
    """Who wants to do what, and the context, null where it is open."""

    principal: str
    action: str
    context: dict[str, str | tuple[str, ...]] | None
    resource: str = "*"
    resource_account: str | None = None


class CaseExpectation(msgspec.Struct, frozen=True):
    verdict: Verdict


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case as it stands in a file; members that it does not know are left alone."""

    id: str
    request: CaseRequest
    identity_policies: tuple[msgspec.Raw, ...] = ()
    permissions_boundaries: tuple[msgspec.Raw, ...] = ()
    session_policies: tuple[msgspec.Raw, ...] = ()
    resource_policy: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    scps: tuple[CaseLevel, ...] | None = None
    rcps: tuple[CaseLevel, ...] | None = None
    expected: CaseExpectation | None = None
    name: str | None = None
    why: str | None = None
    cites: str | None = None
    """The AWS page that the expected verdict rests on."""


_decoder = msgspec.json.Decoder(Case)


def decode_case(line: bytes | str) -> Case:
    """Read one line. Raises msgspec.DecodeError (msgspec.ValidationError is one) where it is no case."""
    return _decoder.decode(line)


def case_policies(case: Case) -> PolicySet:
    """The policies of a case. What is wrong with a document is the document's matter, and never raises."""
    resource = case.resource_policy
    stated = isinstance(resource, msgspec.Raw) and bytes(resource) != b"null"
    return PolicySet(
        identity=_named(case.identity_policies, PolicyType.MANAGED, "identity policy"),
        boundaries=_named(case.permissions_boundaries, PolicyType.BOUNDARY, "permissions boundary") or None,
        sessions=_named(case.session_policies, PolicyType.SESSION, "session policy"),
        resource=_named((resource,), PolicyType.RESOURCE, "resource policy")[0]
        if stated and isinstance(resource, msgspec.Raw)
        else None,
        scps=_levels(case.scps, PolicyType.SCP),
        rcps=_levels(case.rcps, PolicyType.RCP),
    )


_NAMING_PRINCIPALS = (PolicyType.RESOURCE, PolicyType.RCP)
"""Types of policy whose statements have a Principal element."""


def _named(documents: tuple[msgspec.Raw, ...], kind: PolicyType, name: str) -> tuple[Policy, ...]:
    return tuple(
        Policy(
            ref=PolicyRef(type=kind, name=f"{name} {number}"),
            document=parse_document(bytes(raw), resource_based=kind in _NAMING_PRINCIPALS),
        )
        for number, raw in enumerate(documents, start=1)
    )


def _levels(levels: tuple[CaseLevel, ...] | None, kind: PolicyType) -> tuple[tuple[Policy, ...], ...] | None:
    if levels is None:
        return None
    return tuple(_named(level.policies, kind, level.target or f"level {at}") for at, level in enumerate(levels, 1))


def case_request(case: Case) -> Request:
    """The request of a case whose context is given."""
    asked = case.request
    context: dict[str, Value] = dict(asked.context or {})
    return Request(
        principal_arn=asked.principal,
        action=asked.action,
        resource=asked.resource,
        resource_account=asked.resource_account or "",
        context=context_of(context),
    )


def case_question(case: Case) -> Question:
    """The question of a case whose context is open."""
    asked = case.request
    return Question(
        principal_arn=asked.principal,
        action=asked.action,
        resource=asked.resource,
        resource_account=asked.resource_account or "",
    )


_ONE_REGION = {"mechanicalturk": "us-east-1"}
"""Services that answer in one region only."""


def case_known(case: Case, as_of: datetime | None) -> Known:
    """What an ARN and an action tell of a request whose context is open."""
    asked = case.request
    values: dict[str, Value] = {"aws:principalarn": asked.principal}
    absent: set[str] = set()
    arn = parse_arn(asked.principal)
    kind, _, name = arn.resource.partition("/") if arn else ("", "", "")
    if arn:
        values["aws:principalaccount"] = arn.account_id
    if kind == "user":
        values |= {"aws:principaltype": "User", "aws:username": name.rpartition("/")[2]}
    elif kind in ("role", "assumed-role"):
        values["aws:principaltype"] = "AssumedRole"
        absent.add("aws:username")
    service = asked.action.partition(":")[0].lower()
    if service in _ONE_REGION:
        values["aws:requestedregion"] = _ONE_REGION[service]
    prefixes = ("aws:resourcetag/",) if asked.resource == "*" else ()
    return Known(
        values=tuple(sorted(values.items())),
        absent=frozenset(absent),
        absent_prefixes=prefixes,
        not_before=as_of,
    )
