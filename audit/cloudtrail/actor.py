"""Who made a call: the role behind a session, the user, the root user, a service, somebody of another account.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import msgspec

from audit.cloudtrail.record import UserIdentity
from audit.model.arn import parse_arn
from audit.model.event import Actor, ActorType

_TYPES = {
    "Root": ActorType.ROOT,
    "IAMUser": ActorType.USER,
    "AssumedRole": ActorType.ROLE,
    "Role": ActorType.ROLE,
    "FederatedUser": ActorType.FEDERATED,
    "SAMLUser": ActorType.FEDERATED,
    "WebIdentityUser": ActorType.FEDERATED,
    "IdentityCenterUser": ActorType.FEDERATED,
    "Directory": ActorType.FEDERATED,
    "AWSService": ActorType.SERVICE,
    "AWSAccount": ActorType.OTHER_ACCOUNT,
}
"""CloudTrail's own types; any other one is unknown."""


def actor_of(identity: UserIdentity, account_id: str) -> Actor:
    """Tell who acted in the account `account_id`. What the record does not tell is empty."""
    actor = _of_type(identity, _TYPES.get(identity.type, ActorType.UNKNOWN))
    if account_id and actor.account_id not in ("", account_id):
        return msgspec.structs.replace(actor, type=ActorType.OTHER_ACCOUNT)
    return actor


def _of_type(identity: UserIdentity, type_: ActorType) -> Actor:
    issuer = identity.session_context.session_issuer
    actor = Actor(
        type=type_,
        principal_arn=identity.arn,
        account_id=identity.account_id,
        unique_id=identity.principal_id.partition(":")[0],
        source_identity=identity.session_context.source_identity,
        access_key_id=identity.access_key_id,
        invoked_by=identity.invoked_by,
    )
    match identity.type:
        case "AssumedRole":
            return msgspec.structs.replace(
                actor,
                # The issuer's has the role's path, which the session's ARN has not.
                principal_arn=issuer.arn or _role_of_session(identity.arn),
                account_id=identity.account_id or issuer.account_id,
                unique_id=issuer.principal_id or actor.unique_id,
                session_name=_session_name(identity),
            )
        case "FederatedUser":
            # GetFederationToken: the session has at most what the user who asked for it has.
            return msgspec.structs.replace(
                actor,
                principal_arn=issuer.arn,
                account_id=identity.account_id or issuer.account_id,
                unique_id=issuer.principal_id or actor.unique_id,
                session_name=_session_name(identity),
            )
        case "SAMLUser" | "WebIdentityUser" | "IdentityCenterUser" | "Directory":
            # Their ids are the identity provider's: nothing that IAM could know.
            return msgspec.structs.replace(actor, unique_id="", session_name=identity.user_name)
        case _:
            return actor


def _session_name(identity: UserIdentity) -> str:
    """`arn:aws:sts::111122223333:assumed-role/payroll/maria@example.com` ends in it, and so does the principal id."""
    arn = parse_arn(identity.arn)
    if arn is not None and arn.service == "sts" and "/" in arn.resource:
        return arn.resource.rpartition("/")[2]
    return identity.principal_id.partition(":")[2]


def _role_of_session(text: str) -> str:
    """The role's ARN as far as that of its session tells: without the path, as names are unique in an account."""
    arn = parse_arn(text)
    parts = arn.resource.split("/") if arn is not None else []
    if arn is None or len(parts) < 2 or parts[0] != "assumed-role":
        return ""
    return f"arn:{arn.partition}:iam::{arn.account_id}:role/{parts[1]}"
