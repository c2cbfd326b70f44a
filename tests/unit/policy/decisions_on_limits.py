"""What limits a grant: boundaries, sessions, organizations, and what cannot be read."""

from __future__ import annotations

from audit.model.entitlement import PolicyType
from tests.unit.policy.decisions import (
    ALLOW,
    BOUNDARY,
    BUCKET,
    CONDITIONAL,
    EXPLICIT,
    FEDERATED,
    IDENTITY,
    IMPLICIT,
    LINKED,
    NOTHING,
    OTHER,
    READ,
    RESOURCE,
    ROLE,
    ROOT,
    SESSION,
    TO_ROLE,
    Decided,
    Json,
    allow,
    aws,
    deny,
    trust,
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
BOUNDARIES = (
    Decided("a boundary that does not allow", IMPLICIT, (BOUNDARY,), identity=READ, boundary=NOTHING),
    Decided("one that does", ALLOW, identity=READ, boundary=(allow("s3:*"),)),
    Decided("an empty one", IMPLICIT, (BOUNDARY,), identity=READ, boundary=()),
    Decided("alone it grants nothing", IMPLICIT, (IDENTITY,), boundary=(allow("*"),)),
    Decided("neither", IMPLICIT, (BOUNDARY, IDENTITY), boundary=NOTHING),
    Decided("a resource policy that names the user goes past it", ALLOW, boundary=NOTHING, policy=(BUCKET,)),
    Decided("but not past its Deny", EXPLICIT, (BOUNDARY,), boundary=(deny("s3:*"),), policy=(BUCKET,)),
    Decided(
        "one that names the account does not",
        IMPLICIT,
        (BOUNDARY,),
        boundary=NOTHING,
        policy=(trust(aws(ROOT), action="s3:*", Resource="*"),),
    ),
    Decided(
        "one that names everybody does not",
        IMPLICIT,
        (BOUNDARY,),
        boundary=NOTHING,
        policy=(trust("*", action="s3:*", Resource="*"),),
    ),
    Decided(
        "one that names a role does not",
        IMPLICIT,
        (BOUNDARY,),
        principal=ROLE,
        boundary=NOTHING,
        policy=(trust(aws(ROLE), action="s3:*", Resource="*"),),
    ),
    Decided(
        "one that names the session's role does not",
        IMPLICIT,
        (BOUNDARY,),
        principal=SESSION,
        boundary=NOTHING,
        policy=(trust(aws(ROLE), action="s3:*", Resource="*"),),
    ),
    Decided(
        "one that names the session does",
        ALLOW,
        principal=SESSION,
        boundary=NOTHING,
        policy=(trust(aws(SESSION), action="s3:*", Resource="*"),),
    ),
    Decided(
        "one that names the federated user does",
        ALLOW,
        principal=FEDERATED,
        boundary=NOTHING,
        policy=(trust(aws(FEDERATED), action="s3:*", Resource="*"),),
    ),
    Decided(
        "not across accounts", IMPLICIT, (BOUNDARY,), account=OTHER, identity=READ, boundary=NOTHING, policy=(BUCKET,)
    ),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
SESSIONS = (
    Decided(
        "a session policy that does not allow",
        IMPLICIT,
        (PolicyType.SESSION,),
        principal=SESSION,
        identity=READ,
        session=NOTHING,
    ),
    Decided("one that does", ALLOW, principal=SESSION, identity=READ, session=(allow("s3:*"),)),
    Decided(
        "one that denies", EXPLICIT, (PolicyType.SESSION,), principal=SESSION, identity=READ, session=(deny("s3:*"),)
    ),
    Decided(
        "a resource policy that names the session goes past it",
        ALLOW,
        principal=SESSION,
        session=NOTHING,
        policy=(trust(aws(SESSION), action="s3:*", Resource="*"),),
    ),
    Decided(
        "one that names the role does not",
        IMPLICIT,
        (PolicyType.SESSION,),
        principal=SESSION,
        session=NOTHING,
        policy=(trust(aws(ROLE), action="s3:*", Resource="*"),),
    ),
)

_ALL = (allow("*"),)
_CROWD: Json = {"action": "mechanicalturk:SendBonus", "resource": "*", "identity": (allow("*"),)}


def _for_all(statement: Json) -> Json:
    """As an RCP says it: of every principal."""
    return {**statement, "Principal": "*"}


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
ORGANIZATIONS = (
    Decided("every level must allow", ALLOW, identity=READ, scp=(_ALL, _ALL)),
    Decided("one level does not", IMPLICIT, (PolicyType.SCP,), identity=READ, scp=(_ALL, NOTHING, _ALL)),
    Decided("one level is empty", IMPLICIT, (PolicyType.SCP,), identity=READ, scp=(_ALL, ())),
    Decided("one level denies", EXPLICIT, (PolicyType.SCP,), identity=READ, scp=(_ALL, (*_ALL, deny("s3:*")))),
    Decided("it grants nothing", IMPLICIT, (IDENTITY,), scp=(_ALL,)),
    Decided("a service-linked role is exempt", ALLOW, principal=LINKED, identity=READ, scp=((deny("*"),),)),
    Decided("also from an RCP", ALLOW, principal=LINKED, identity=READ, rcp=((_for_all(deny("*")),),)),
    Decided("an RCP denies", EXPLICIT, (PolicyType.RCP,), identity=READ, rcp=((_for_all(deny("s3:*")),),)),
    Decided(
        "in any case",
        EXPLICIT,
        (PolicyType.RCP,),
        action="S3:GETOBJECT",
        identity=READ,
        rcp=((_for_all(deny("s3:*")),),),
    ),
    Decided("an RCP does not bear on this service", ALLOW, rcp=((_for_all(deny("*")),),), **_CROWD),
    Decided("an SCP does", EXPLICIT, (PolicyType.SCP,), scp=((deny("*"),),), **_CROWD),
    Decided(
        "an SCP that allows all actions but some",
        IMPLICIT,
        (PolicyType.SCP,),
        scp=(_ALL, ({"Effect": "Allow", "NotAction": "mechanicalturk:*", "Resource": "*"},)),
        **_CROWD,
    ),
    Decided(
        "an SCP that allows under a condition that does not hold",
        IMPLICIT,
        (PolicyType.SCP,),
        scp=((allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),),),
        context={"aws:RequestedRegion": "us-east-1"},
        **_CROWD,
    ),
    Decided("one on a resource does not", ALLOW, scp=((*_ALL, deny("*", "arn:aws:s3:::*")),), **_CROWD),
    Decided(
        "a path that looks like a service-linked role's is none",
        EXPLICIT,
        (PolicyType.SCP,),
        principal="arn:aws:iam::111122223333:role/team-role/aws-service-role/x",
        identity=READ,
        scp=((deny("*"),),),
    ),
    Decided(
        "and neither is what is no ARN",
        EXPLICIT,
        (PolicyType.SCP,),
        principal="role/aws-service-role/x",
        identity=READ,
        scp=((deny("*"),),),
    ),
    Decided("an RCP need not allow", ALLOW, identity=READ, rcp=((),)),
    Decided("a resource policy does not go past an SCP", IMPLICIT, (PolicyType.SCP,), policy=(BUCKET,), scp=(NOTHING,)),
    Decided(
        "all that refuse are named",
        EXPLICIT,
        (IDENTITY, BOUNDARY, PolicyType.SCP),
        identity=(deny("s3:*"),),
        boundary=(deny("*"),),
        scp=((deny("*"),),),
    ),
)

_ODD = {"Sounds": {"aws:username": "x"}}
_NEITHER: Json = {"Effect": "Maybe", "Action": "s3:*", "Resource": "*"}
"""Whether it allows or denies is not known, so nothing of its document is."""
# What cannot be evaluated is no allow, and never nothing.
UNREADABLE = (
    Decided("an Allow that may hold", IMPLICIT, (IDENTITY,), undecided=1, identity=(allow("s3:*", Condition=_ODD),)),
    Decided("beside one that does", ALLOW, identity=(allow("s3:*", Condition=_ODD), allow("s3:*"))),
    Decided(
        "where a boundary refuses anyway",
        IMPLICIT,
        (BOUNDARY, IDENTITY),
        identity=(allow("s3:*", Condition=_ODD),),
        boundary=NOTHING,
    ),
    Decided(
        "a boundary that may allow",
        IMPLICIT,
        (BOUNDARY,),
        undecided=1,
        identity=READ,
        boundary=(allow("*", Condition=_ODD),),
    ),
    Decided("a Deny that may hold", CONDITIONAL, undecided=1, identity=(*READ, deny("s3:*", Condition=_ODD))),
    Decided(
        "beside one that does",
        EXPLICIT,
        (IDENTITY,),
        undecided=1,
        identity=(*READ, deny("s3:*", Condition=_ODD), deny("s3:*")),
    ),
    Decided(
        "a broken Allow",
        IMPLICIT,
        (IDENTITY,),
        undecided=1,
        identity=({"Effect": "Allow", "Action": 5, "Resource": "*"},),
    ),
    Decided(
        "a broken Deny", CONDITIONAL, undecided=1, identity=(*READ, {"Effect": "Deny", "Action": 5, "Resource": "*"})
    ),
    Decided(
        "a broken trust",
        IMPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        undecided=1,
        policy=({"Effect": "Allow", "Action": 5, "Principal": "*"},),
    ),
    Decided("a whole policy", IMPLICIT, (IDENTITY,), undecided=1, identity=(_NEITHER,)),
    Decided("a whole boundary", IMPLICIT, (BOUNDARY,), undecided=1, identity=READ, boundary=(_NEITHER,)),
    Decided("a whole resource policy", CONDITIONAL, undecided=1, identity=READ, policy=(_NEITHER,)),
    Decided("beside a boundary that refuses", IMPLICIT, (BOUNDARY, IDENTITY), boundary=NOTHING, policy=(_NEITHER,)),
    Decided(
        "a session policy, and a Deny", EXPLICIT, (IDENTITY,), undecided=1, identity=(deny("*"),), session=(_NEITHER,)
    ),
    Decided("of another action", IMPLICIT, (IDENTITY,), identity=(allow("sqs:*", Condition=_ODD),)),
)


LIMITED = (*BOUNDARIES, *SESSIONS, *ORGANIZATIONS, *UNREADABLE)
