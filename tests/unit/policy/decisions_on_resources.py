"""What resources, principals and accounts have to do with a decision."""

from __future__ import annotations

from tests.unit.policy.decisions import (
    ACCOUNT,
    ALLOW,
    BUCKET,
    EXPLICIT,
    GIVEN,
    IDENTITY,
    IMPLICIT,
    OTHER,
    READ,
    RESOURCE,
    ROLE,
    ROOT,
    SESSION,
    STRANGER,
    TARGET,
    TO_ROLE,
    USER,
    Decided,
    Json,
    allow,
    aws,
    deny,
    trust,
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
RESOURCES = (
    Decided("a resource is named", ALLOW, identity=(allow("s3:*", "arn:aws:s3:::b/x"),)),
    Decided("another is", IMPLICIT, (IDENTITY,), identity=(allow("s3:*", "arn:aws:s3:::b/y"),)),
    Decided("one of several", ALLOW, identity=(allow("s3:*", ["arn:aws:s3:::a", "arn:aws:s3:::b/*"]),)),
    Decided("none of several", IMPLICIT, (IDENTITY,), identity=(allow("s3:*", ["arn:aws:s3:::a", "arn:aws:s3:::c"]),)),
    Decided("everything", ALLOW, identity=(allow("s3:*", "*"),)),
    Decided("everything, and nothing more is asked", ALLOW, resource="*", identity=(allow("s3:*", "**"),)),
    Decided("a name is not everything", IMPLICIT, (IDENTITY,), resource="*", identity=(allow("s3:*", "arn:*"),)),
    Decided("names have case", IMPLICIT, (IDENTITY,), identity=(allow("s3:*", "arn:aws:s3:::B/x"),)),
    Decided("? is one character", ALLOW, identity=(allow("s3:*", "arn:aws:s3:::?/?"),)),
    Decided(
        "* may be several segments of a path",
        ALLOW,
        resource="arn:aws:s3:::b/x/y:z",
        identity=(allow("s3:*", "arn:aws:s3:::b/*"),),
    ),
    Decided(
        "* crosses no colon",
        IMPLICIT,
        (IDENTITY,),
        action="sqs:SendMessage",
        resource="arn:aws:sqs:a:b:1:q",
        identity=(allow("sqs:*", "arn:aws:sqs:*:1:q"),),
    ),
    Decided("nor is one character", IMPLICIT, (IDENTITY,), resource="*", identity=(allow("s3:*", "?"),)),
    Decided("a Deny of another resource", ALLOW, identity=(allow("s3:*"), deny("s3:*", "arn:aws:s3:::c"))),
    Decided(
        "a Deny of the resource", EXPLICIT, (IDENTITY,), identity=(allow("s3:*"), deny("s3:*", "arn:aws:s3:::b/*"))
    ),
    Decided(
        "a variable that the request fills",
        ALLOW,
        context={"aws:username": "x"},
        identity=(allow("s3:*", "arn:aws:s3:::b/${aws:username}"),),
    ),
    Decided(
        "a variable that it does not",
        IMPLICIT,
        (IDENTITY,),
        identity=(allow("s3:*", "arn:aws:s3:::b/${aws:username}"),),
    ),
    Decided(
        "a variable's wildcard is none",
        IMPLICIT,
        (IDENTITY,),
        context={"aws:username": "*"},
        identity=(allow("s3:*", "arn:aws:s3:::b/${aws:username}"),),
    ),
    Decided(
        "no variables in the older version",
        IMPLICIT,
        (IDENTITY,),
        version="2008-10-17",
        context={"aws:username": "x"},
        identity=(allow("s3:*", "arn:aws:s3:::b/${aws:username}"),),
    ),
)

_TWO: Json = {"Effect": "Allow", "Action": ["iam:*", "s3:*"], "Resource": "*"}
_BUT_TWO: Json = {"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
OTHER_ACTIONS = (
    Decided("one of several actions", ALLOW, identity=(_TWO,)),
    Decided("none of several actions", IMPLICIT, (IDENTITY,), action="sqs:SendMessage", identity=(_TWO,)),
    Decided("all but this action and others", IMPLICIT, (IDENTITY,), identity=(_BUT_TWO,)),
    Decided("all but others", ALLOW, action="sqs:SendMessage", identity=(_BUT_TWO,)),
)

_BUT_C: Json = {"Effect": "Allow", "Action": "s3:*", "NotResource": ["arn:aws:s3:::c/*", "arn:aws:s3:::d/*"]}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
ALL_BUT = (
    Decided("all but others", ALLOW, identity=(_BUT_C,)),
    Decided("all but this and another", IMPLICIT, (IDENTITY,), resource="arn:aws:s3:::c/x", identity=(_BUT_C,)),
    Decided("all but another and this", IMPLICIT, (IDENTITY,), resource="arn:aws:s3:::d/x", identity=(_BUT_C,)),
    Decided("all but nothing", ALLOW, identity=({"Effect": "Allow", "Action": "s3:*", "NotResource": []},)),
    Decided("all but one takes in `*`", ALLOW, resource="*", identity=(_BUT_C,)),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
TRUST = (
    Decided("it names the user: enough", ALLOW, **TO_ROLE, policy=(trust(aws(USER)),)),
    Decided("it names the user among others", ALLOW, **TO_ROLE, policy=(trust(aws(STRANGER, USER)),)),
    Decided("it names the role", ALLOW, **TO_ROLE, principal=ROLE, policy=(trust(aws(ROLE)),)),
    Decided("it names the session's role", ALLOW, **TO_ROLE, principal=SESSION, policy=(trust(aws(ROLE)),)),
    Decided("it names the session", ALLOW, **TO_ROLE, principal=SESSION, policy=(trust(aws(SESSION)),)),
    Decided(
        "it names another role",
        IMPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        principal=SESSION,
        identity=GIVEN,
        policy=(trust(aws(TARGET)),),
    ),
    Decided("it names another user", IMPLICIT, (RESOURCE,), **TO_ROLE, identity=GIVEN, policy=(trust(aws(STRANGER)),)),
    Decided(
        "it names a service",
        IMPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        identity=GIVEN,
        policy=(trust({"Service": "lambda.amazonaws.com"}),),
    ),
    Decided(
        "it names the user as another kind",
        IMPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        identity=GIVEN,
        policy=(trust({"Federated": USER}),),
    ),
    Decided(
        "it names the account: the user needs a grant", IMPLICIT, (IDENTITY,), **TO_ROLE, policy=(trust(aws(ROOT)),)
    ),
    Decided("it names the account, and the user has one", ALLOW, **TO_ROLE, identity=GIVEN, policy=(trust(aws(ROOT)),)),
    Decided("it names the account by number", IMPLICIT, (IDENTITY,), **TO_ROLE, policy=(trust(aws(ACCOUNT)),)),
    Decided("by number, with a grant", ALLOW, **TO_ROLE, identity=GIVEN, policy=(trust(aws(ACCOUNT)),)),
    Decided("it names another account", IMPLICIT, (RESOURCE,), **TO_ROLE, identity=GIVEN, policy=(trust(aws(OTHER)),)),
    Decided(
        "the account, and in another statement the user", ALLOW, **TO_ROLE, policy=(trust(aws(ROOT)), trust(aws(USER)))
    ),
    Decided("the account and the user in one", ALLOW, **TO_ROLE, policy=(trust(aws(ROOT, USER)),)),
    Decided(
        "action names have no case",
        IMPLICIT,
        (IDENTITY,),
        action="STS:assumerole",
        resource=TARGET,
        policy=(trust(aws(ROOT)),),
    ),
    Decided(
        "tagging the session is asked the same way",
        IMPLICIT,
        (RESOURCE,),
        action="sts:TagSession",
        resource=TARGET,
        identity=GIVEN,
        policy=(trust(aws(USER)),),
    ),
    Decided("it names everybody", ALLOW, **TO_ROLE, policy=(trust("*"),)),
    Decided("everybody and the account", ALLOW, **TO_ROLE, policy=(trust(aws(ROOT, "*")),)),
    Decided("everybody and the user", ALLOW, **TO_ROLE, policy=(trust(aws("*", USER)),)),
    Decided("it names nobody", IMPLICIT, (RESOURCE,), **TO_ROLE, identity=GIVEN, policy=(trust(aws("")),)),
    Decided(
        "it names a role of the user's name",
        IMPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        identity=GIVEN,
        policy=(trust(aws(f"arn:aws:iam::{ACCOUNT}:role/jane")),),
    ),
    Decided(
        "who asks is no ARN",
        IMPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        principal="jane",
        identity=GIVEN,
        policy=(trust(aws(ROOT)),),
    ),
    Decided("no trust", IMPLICIT, (RESOURCE,), **TO_ROLE, identity=GIVEN, policy=()),
    Decided(
        "it denies the user",
        EXPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        identity=GIVEN,
        policy=(trust(aws(USER)), trust(aws(USER), "Deny")),
    ),
    Decided(
        "the user's own policy denies",
        EXPLICIT,
        (IDENTITY,),
        **TO_ROLE,
        identity=(deny("sts:*"),),
        policy=(trust(aws(USER)),),
    ),
    Decided(
        "its condition holds",
        ALLOW,
        **TO_ROLE,
        context={"sts:ExternalId": "e"},
        policy=(trust(aws(USER), Condition={"StringEquals": {"sts:ExternalId": "e"}}),),
    ),
    Decided(
        "its condition does not",
        IMPLICIT,
        (RESOURCE,),
        **TO_ROLE,
        policy=(trust(aws(USER), Condition={"StringEquals": {"sts:ExternalId": "e"}}),),
    ),
)

_NOT_JANE = {"Effect": "Deny", "NotPrincipal": aws(USER), "Action": "s3:*", "Resource": "*"}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
NOT_PRINCIPALS = (
    Decided("everybody but her is denied: she is not", ALLOW, identity=(allow("s3:*"),), policy=(_NOT_JANE,)),
    Decided("and others are", EXPLICIT, (RESOURCE,), principal=ROLE, identity=(allow("s3:*"),), policy=(_NOT_JANE,)),
    Decided(
        "everybody but several",
        ALLOW,
        identity=(allow("s3:*"),),
        policy=({**_NOT_JANE, "NotPrincipal": aws(ROLE, USER)},),
    ),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
ACCOUNTS = (
    Decided("in one account the resource's policy is enough", ALLOW, policy=(BUCKET,)),
    Decided("or the identity's", ALLOW, identity=READ, policy=(trust(aws(ROLE), action="s3:*", Resource="*"),)),
    Decided("one of them is needed", IMPLICIT, (IDENTITY,), policy=(trust(aws(ROLE), action="s3:*", Resource="*"),)),
    Decided("the account's own number changes nothing", ALLOW, account=ACCOUNT, policy=(BUCKET,)),
    Decided("across accounts both are: allowed", ALLOW, account=OTHER, identity=READ, policy=(BUCKET,)),
    Decided("across accounts: no identity policy", IMPLICIT, (IDENTITY,), account=OTHER, policy=(BUCKET,)),
    Decided("across accounts: no resource policy", IMPLICIT, (RESOURCE,), account=OTHER, identity=READ),
    Decided("across accounts: neither", IMPLICIT, (IDENTITY, RESOURCE), account=OTHER),
    Decided(
        "everybody is she too", ALLOW, account=OTHER, identity=READ, policy=(trust("*", action="s3:*", Resource="*"),)
    ),
    Decided(
        "her account is she too",
        ALLOW,
        account=OTHER,
        identity=READ,
        policy=(trust(aws(ROOT), action="s3:*", Resource="*"),),
    ),
    Decided(
        "a role of another account",
        ALLOW,
        principal=STRANGER,
        account=ACCOUNT,
        action="sts:AssumeRole",
        resource=TARGET,
        identity=GIVEN,
        policy=(trust(aws(f"arn:aws:iam::{OTHER}:root")),),
    ),
)


GRANTED = (*RESOURCES, *OTHER_ACTIONS, *ALL_BUT, *TRUST, *NOT_PRINCIPALS, *ACCOUNTS)
