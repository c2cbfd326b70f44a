"""All users, groups, roles and policies with their documents: iam:GetAccountAuthorizationDetails, its pages merged.

Managed policies that something refers to and the listing leaves out, as it does with AWS managed policies that serve
only as a permissions boundary, are fetched one by one.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from audit.collect.interface import Answer, Api, ApiCall, CallError, Collected, Run, missing
from audit.collect.journal import Journal
from audit.collect.listing import Listing
from audit.collect.paging import IAM
from audit.model.snapshot import Gap
from audit.snapshot.layout import AUTHORIZATION_DETAILS
from audit.snapshot.writer import canonical

FILE = AUTHORIZATION_DETAILS
GET_ACCOUNT_AUTHORIZATION_DETAILS = ApiCall(
    service="iam",
    operation="GetAccountAuthorizationDetails",
    permission="iam:GetAccountAuthorizationDetails",
    reason="every user, group, role and policy of the account: what the audit evaluates",
    how_often="once, and once more for every page of at most 1,000 entries",
)
GET_POLICY = ApiCall(
    service="iam",
    operation="GetPolicy",
    permission="iam:GetPolicy",
    reason="a managed policy that is attached or a boundary, and that the listing left out",
    how_often="once for every such policy; often never",
)
GET_POLICY_VERSION = ApiCall(
    service="iam",
    operation="GetPolicyVersion",
    permission="iam:GetPolicyVersion",
    reason="the document of such a policy",
    how_often="once for every such policy; often never",
)
CALLS = (GET_ACCOUNT_AUTHORIZATION_DETAILS, GET_POLICY, GET_POLICY_VERSION)

_FILTER = ("User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy")
_POLICIES = "Policies"
_LISTS = ("GroupDetailList", _POLICIES, "RoleDetailList", "UserDetailList")
_MEMBERS = sorted((*_LISTS, "IsTruncated"))
"""In the order of the file."""


class _Attached(msgspec.Struct, frozen=True):
    arn: str = msgspec.field(name="PolicyArn", default="")


class _Boundary(msgspec.Struct, frozen=True):
    arn: str = msgspec.field(name="PermissionsBoundaryArn", default="")


class _Entry(msgspec.Struct, frozen=True):
    """What is read of a user, group, role or policy in order to merge the pages."""

    arn: str = msgspec.field(name="Arn")
    attached: tuple[_Attached, ...] = msgspec.field(name="AttachedManagedPolicies", default=())
    boundary: _Boundary | None = msgspec.field(name="PermissionsBoundary", default=None)


def collect(run: Run) -> Collected:
    """Follow the listing to its end, then fetch what it refers to and does not hold."""
    listing = Listing(
        run.api,
        GET_ACCOUNT_AUTHORIZATION_DETAILS,
        IAM,
        _complaint,
        rows_of=_LISTS,
        transform=_transform,
        journal=run.journal(),
        Filter=list(_FILTER),
    )
    run.progress.start(FILE.source, None)
    for page in listing.pages():
        run.progress.advance(FILE.source, sum(len(page.get(name, ())) for name in _LISTS))
    if not listing.api_calls:
        run.progress.finish(FILE.source)
        return Collected(content=None, gaps=listing.gaps(FILE, run.account_id))
    entries, references = _merge(listing.raw_values())
    gaps = [*listing.gaps(FILE, run.account_id)]
    policies = run.journal("-policies")
    for arn in sorted(references - entries[_POLICIES].keys()):
        gaps += _fetch(run.api, policies, run.account_id, arn)
        run.progress.advance(FILE.source)
    run.progress.finish(FILE.source)
    entries[_POLICIES].update(policies.entries)
    return Collected(
        content=_content(entries, is_truncated=listing.failure is not None),
        rows=sum(len(each) for each in entries.values()),
        api_calls=listing.api_calls + 2 * len(policies),
        gaps=tuple(gaps),
    )


def _fetch(api: Api, policies: Journal, account_id: str, arn: str) -> tuple[Gap, ...]:
    """Get one managed policy in the shape that the listing would have given it."""
    if arn in policies:
        return ()
    try:
        policy = api.ask(GET_POLICY, _policy_complaint, PolicyArn=arn)["Policy"]
        version_id = policy["DefaultVersionId"]
        answer = api.ask(GET_POLICY_VERSION, _version_complaint, PolicyArn=arn, VersionId=version_id)
    except CallError as error:
        return (missing(FILE, account_id, error.failure, arn),)
    policies.add(arn, {**policy, "PolicyVersionList": [answer["PolicyVersion"]]})
    return ()


def _transform(answer: Answer) -> dict[str, Any]:
    """Keep the four lists. A document that boto3 could not decode is a string, and stays one."""
    return {name: answer.get(name, []) for name in _LISTS}


def _merge(values: Iterator[msgspec.Raw]) -> tuple[dict[str, dict[str, bytes]], set[str]]:
    """Bring the pages together, by list and ARN, and collect the managed policies that they refer to.

    An entry that is on two pages, as happens when the account changes meanwhile, counts as the later page has it.
    """
    entries: dict[str, dict[str, bytes]] = {name: {} for name in _LISTS}
    references: set[str] = set()
    pages = msgspec.json.Decoder(dict[str, list[msgspec.Raw]])
    decoder = msgspec.json.Decoder(_Entry)
    for value in values:
        for name, raws in pages.decode(value).items():
            for raw in raws:
                entry = decoder.decode(raw)
                entries[name][entry.arn] = bytes(raw)
                references.update(attached.arn for attached in entry.attached if attached.arn)
                if entry.boundary is not None and entry.boundary.arn:
                    references.add(entry.boundary.arn)
    return entries, references


def _content(entries: Mapping[str, Mapping[str, bytes]], *, is_truncated: bool) -> Iterator[bytes]:
    """Write the answer as one JSON object, an entry a line, by ARN: equal accounts give equal bytes."""
    separator = b"{"
    for name in _MEMBERS:
        yield separator + canonical(name) + b":"
        if name in entries:
            yield b"[\n" + b",\n".join(raw for _, raw in sorted(entries[name].items())) + b"]"
        else:
            yield canonical(is_truncated)
        separator = b",\n"
    yield b"}\n"


def _complaint(answer: Answer) -> str | None:
    if not isinstance(answer.get("IsTruncated"), bool):
        return "a page without IsTruncated, as a damaged body looks"
    for name in _LISTS:
        rows = answer.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("Arn") for row in rows):
            return f"a page whose {name} holds entries without an Arn"
    return None


def _policy_complaint(answer: Answer) -> str | None:
    policy = answer.get("Policy", {})
    return None if policy.get("Arn") and policy.get("DefaultVersionId") else "a policy without its default version"


def _version_complaint(answer: Answer) -> str | None:
    return None if answer.get("PolicyVersion", {}).get("Document") else "a policy version without its document"
