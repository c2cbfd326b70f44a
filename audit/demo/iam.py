"""What moto's IAM does not answer, or not whole: GetAccountAuthorizationDetails, permissions boundaries of users, jobs.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from audit.demo.aws_managed import PREFIX
from audit.demo.credential_report import CredentialReports
from audit.demo.faults import Fault
from audit.demo.last_accessed import LastAccessed
from audit.demo.moto_iam import backend_of
from audit.demo.pages import BadTokenError, cut_page
from audit.demo.service import Perform
from audit.demo.shapes import to_xml
from audit.demo.wire import Call, Reply, ServiceError

if TYPE_CHECKING:
    from moto.iam.models import Group, ManagedPolicy, Role, User

_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_PAGE = 100
"""Items of a page where the caller does not say."""
_MOST = 1000


class Iam:
    """Answers the calls of the service `iam` that moto cannot."""

    def __init__(
        self, boundaries: Mapping[str, dict[str, str]], last_accessed: LastAccessed, reports: CredentialReports
    ) -> None:
        """`boundaries`: by account id, the permissions boundaries of users by the user's name."""
        self._boundaries = boundaries
        self._operations: Mapping[str, Perform] = {
            "DeleteUserPermissionsBoundary": self._delete_user_boundary,
            "GenerateCredentialReport": reports.generate,
            "GenerateServiceLastAccessedDetails": last_accessed.generate,
            "GetAccountAuthorizationDetails": self._account_authorization_details,
            "GetCredentialReport": reports.get,
            "GetServiceLastAccessedDetails": last_accessed.get,
            "PutUserPermissionsBoundary": self._put_user_boundary,
        }

    def answers(self, call: Call) -> bool:
        """Whether the call is answered here; moto answers the others."""
        return call.operation in self._operations

    def answer(self, call: Call, fault: Fault | None = None) -> Reply:
        """Perform the call. Raises ServiceError where IAM would refuse it."""
        result = self._operations[call.operation](call, fault)
        body = to_xml("iam", call.operation, result, call.request_id)
        return Reply(status=200, body=body, content_type="text/xml")

    def _account_authorization_details(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        wanted = {value for name, value in call.parameters.items() if name.startswith("Filter.member.")}
        boundaries = self._boundaries[call.account_id]
        rows = [row for kind, row in _details(call.account_id, boundaries) if not wanted or kind in wanted]
        try:
            page = cut_page(rows, call.parameters.get("Marker"), _size(call), call, fault)
        except BadTokenError as error:
            raise ServiceError("ValidationError", "Invalid Marker") from error
        lists = {name: [item for owner, item in page.rows if owner == name] for name in _LISTS}
        return {**lists, "IsTruncated": page.token is not None, "Marker": page.token}

    def _put_user_boundary(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        user = _user(call)
        arn = str(call.parameters.get("PermissionsBoundary", ""))
        if arn not in backend_of(call.account_id).managed_policies:
            raise ServiceError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", status=404)
        self._boundaries[call.account_id][user] = arn
        return {}

    def _delete_user_boundary(self, call: Call, fault: Fault | None) -> Mapping[str, Any]:
        self._boundaries[call.account_id].pop(_user(call), None)
        return {}


def _user(call: Call) -> str:
    name = str(call.parameters.get("UserName", ""))
    if name not in backend_of(call.account_id).users:
        raise ServiceError("NoSuchEntity", f"The user with name {name} cannot be found.", status=404)
    return name


def _size(call: Call) -> int:
    text = str(call.parameters.get("MaxItems", _PAGE))
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        message = f"Value '{text}' at 'maxItems' failed to satisfy constraint: Member must be between 1 and {_MOST}"
        raise ServiceError("ValidationError", f"1 validation error detected: {message}")
    return int(text)


def _details(account_id: str, boundaries: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    """Filter value, list and item of everything in the account. Only attached policies are told, as AWS does."""
    backend = backend_of(account_id)  # other threads may write to it: hence the copies
    for user in list(backend.users.values()):
        yield "User", ("UserDetailList", _user_detail(user, boundaries.get(user.name)))
    for group in list(backend.groups.values()):
        yield "Group", ("GroupDetailList", _group_detail(group))
    for role in list(backend.roles.values()):
        yield "Role", ("RoleDetailList", _role_detail(role))
    uses = [role.permissions_boundary_arn for role in list(backend.roles.values())] + list(boundaries.values())
    for arn, policy in list(backend.managed_policies.items()):
        if not arn.startswith(PREFIX):
            yield "LocalManagedPolicy", ("Policies", _policy_detail(policy, uses.count(arn)))
        elif policy.attachment_count:
            yield "AWSManagedPolicy", ("Policies", _policy_detail(policy, uses.count(arn)))


def _user_detail(user: User, boundary: str | None) -> dict[str, Any]:
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": user.create_date,
        "UserPolicyList": _inline(user.policies),
        "GroupList": user.group_list,
        "AttachedManagedPolicies": user.attached_managed_policies,
        "PermissionsBoundary": _boundary(boundary),
        "Tags": user.tags or [],
    }


def _group_detail(group: Group) -> dict[str, Any]:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": group.arn,
        "CreateDate": group.create_date,
        "GroupPolicyList": _inline(group.policies),
        "AttachedManagedPolicies": group.attached_managed_policies,
    }


def _role_detail(role: Role) -> dict[str, Any]:
    used = {"LastUsedDate": role.last_used, "Region": "us-east-1"} if role.last_used else {}
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.create_date,
        "AssumeRolePolicyDocument": quote(role.assume_role_policy_document, safe=""),
        "InstanceProfileList": [],
        "RolePolicyList": _inline(role.policies),
        "AttachedManagedPolicies": role.attached_managed_policies,
        "PermissionsBoundary": _boundary(role.permissions_boundary_arn),
        "Tags": role.tags,
        "RoleLastUsed": used,
    }


def _policy_detail(policy: ManagedPolicy, boundary_uses: int) -> dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version_id,
        "AttachmentCount": policy.attachment_count,
        "PermissionsBoundaryUsageCount": boundary_uses,
        "IsAttachable": True,
        "CreateDate": policy.create_date,
        "UpdateDate": policy.update_date,
        "PolicyVersionList": [
            {
                "Document": quote(version.document, safe=""),
                "VersionId": version.version_id,
                "IsDefaultVersion": version.is_default,
                "CreateDate": version.create_date,
            }
            for version in policy.versions
        ],
    }


def _inline(policies: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"PolicyName": name, "PolicyDocument": quote(text, safe="")} for name, text in policies.items()]


def _boundary(arn: str | None) -> dict[str, str] | None:
    # "Policy" is the one type that exists; the API says PermissionsBoundaryPolicy and the documentation Policy.
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None
