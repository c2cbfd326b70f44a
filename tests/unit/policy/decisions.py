"""Requests with the decision that AWS documents, beyond the one service of the cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from audit.model.entitlement import PolicyRef, PolicyType, Verdict
from audit.policy.condition import Value, context_of
from audit.policy.decision import Decision, Policy, PolicySet, Request, decide
from audit.policy.parse import parse_document

Json = dict[str, Any]

ACCOUNT, OTHER = "111122223333", "444455556666"
USER = f"arn:aws:iam::{ACCOUNT}:user/jane"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/jane"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/jane"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
STRANGER = f"arn:aws:iam::{OTHER}:user/eve"
LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
TARGET = f"arn:aws:iam::{ACCOUNT}:role/target"

ALLOW, CONDITIONAL = Verdict.ALLOW, Verdict.CONDITIONAL
IMPLICIT, EXPLICIT = Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY
IDENTITY, RESOURCE, BOUNDARY = PolicyType.MANAGED, PolicyType.RESOURCE, PolicyType.BOUNDARY


def statement(effect: str, action: str, resource: object = "*", **elements: object) -> Json:
    return {"Effect": effect, "Action": action, "Resource": resource, **elements}


def allow(action: str, resource: object = "*", **elements: object) -> Json:
    return statement("Allow", action, resource, **elements)


def deny(action: str, resource: object = "*", **elements: object) -> Json:
    return statement("Deny", action, resource, **elements)


def trust(principal: object, effect: str = "Allow", action: str = "sts:AssumeRole", **elements: object) -> Json:
    """A statement of a role's trust policy, or of a bucket's policy."""
    return {"Effect": effect, "Principal": principal, "Action": action, **elements}


def aws(*values: str) -> Json:
    return {"AWS": list(values)}


class Decided(NamedTuple):
    """One request, the policies that bear on it, and the decision."""

    why: str
    verdict: Verdict
    blocked_by: tuple[PolicyType, ...] = ()
    principal: str = USER
    action: str = "s3:GetObject"
    resource: str = "arn:aws:s3:::b/x"
    account: str = ""
    context: Mapping[str, Value] = {}
    identity: tuple[Json, ...] = ()
    boundary: tuple[Json, ...] | None = None
    session: tuple[Json, ...] | None = None
    policy: tuple[Json, ...] | None = None
    scp: tuple[tuple[Json, ...], ...] | None = None
    rcp: tuple[tuple[Json, ...], ...] | None = None
    version: str = "2012-10-17"
    undecided: int = 0

    def decision(self) -> Decision:
        """What the product decides."""
        return decide(
            Request(
                principal_arn=self.principal,
                action=self.action,
                resource=self.resource,
                resource_account=self.account,
                context=context_of(self.context),
            ),
            PolicySet(
                identity=(self._policy(PolicyType.INLINE, self.identity),),
                boundaries=None if self.boundary is None else (self._policy(BOUNDARY, self.boundary),),
                sessions=() if self.session is None else (self._policy(PolicyType.SESSION, self.session),),
                resource=None if self.policy is None else self._policy(RESOURCE, self.policy),
                scps=self._levels(PolicyType.SCP, self.scp),
                rcps=self._levels(PolicyType.RCP, self.rcp),
            ),
        )

    def agrees(self) -> bool:
        """Whether that is what the row says."""
        found = self.decision()
        return (found.verdict, found.blocked_by, len(found.undecided)) == (
            self.verdict,
            self.blocked_by,
            self.undecided,
        )

    def _levels(
        self, kind: PolicyType, levels: tuple[tuple[Json, ...], ...] | None
    ) -> tuple[tuple[Policy, ...], ...] | None:
        return None if levels is None else tuple((self._policy(kind, level),) for level in levels)

    def _policy(self, kind: PolicyType, statements: tuple[Json, ...]) -> Policy:
        raw = json.dumps({"Version": self.version, "Statement": list(statements)}).encode()
        return Policy(
            ref=PolicyRef(type=kind, name=kind),
            document=parse_document(raw, resource_based=kind in (RESOURCE, PolicyType.RCP)),
        )


TO_ROLE: Json = {"action": "sts:AssumeRole", "resource": TARGET}
GIVEN = (allow("sts:*"),)
READ = (allow("s3:Get*"),)
NOTHING = (allow("sqs:*"),)
BUCKET = trust(aws(USER), action="s3:Get*", Resource="*")
