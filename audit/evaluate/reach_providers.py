"""What makes a trust in somebody outside wider than it need be: the audience and subject that a trust policy asks for.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

from __future__ import annotations

from collections.abc import Iterator

from audit.evaluate.reach_trust import ASSUME_ROLE_WITH_SAML, EntryType, TrustStatement
from audit.policy.operators import parse_operator

GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.com"
COGNITO = "cognito-identity.amazonaws.com"
_EKS = "oidc.eks."
_PUBLIC = {"accounts.google.com": "aud", "www.amazon.com": "app_id", "graph.facebook.com": "app_id"}
_DEPUTIES = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        "apigateway",
        "backup",
        "bedrock",
        "bedrock-agentcore",
        "cloudtrail",
        "config",
        "events",
        "firehose",
        "glue",
        "iot",
        "logs",
        "pipes",
        "s3",
        "sagemaker",
        "scheduler",
        "ses",
        "sns",
        "ssm",
        "states",
        "transfer",
    )
)
"""Services that call with the role for whoever asks them, of any account, unless the trust policy says for whom."""


def issuer_of(provider: str) -> str:
    """The issuer of an identity provider: what its condition keys begin with."""
    return provider.partition(":oidc-provider/")[2] or provider


def weaknesses(statement: TrustStatement, kind: EntryType, value: str, action: str, *, known: bool) -> tuple[str, ...]:
    """What is too wide in a statement for one of its entries, one sentence each."""
    if kind is EntryType.PROVIDER:
        if action == ASSUME_ROLE_WITH_SAML:
            return tuple(_saml(statement))
        return tuple(_web_identity(statement, issuer_of(value)))
    if kind is EntryType.SERVICE:
        return tuple(_deputy(statement, value))
    return tuple(_accounts(statement, kind, known=known))


def _accounts(statement: TrustStatement, kind: EntryType, *, known: bool) -> Iterator[str]:
    narrowed = {key for key in statement.keys if key.startswith("aws:principal")}
    if kind is EntryType.EVERYBODY and not narrowed:
        yield "The trust policy lets every principal of every AWS account in."
    elif kind is EntryType.ACCOUNT and not narrowed and not known and "sts:externalid" not in statement.keys:
        yield "The whole account is trusted, and not the one role that needs it."
    if kind is not EntryType.EVERYBODY and not known and "sts:externalid" not in statement.keys:
        yield "No ExternalId is asked for, so that a service of that account can be made to use the role for others."


def _saml(statement: TrustStatement) -> Iterator[str]:
    if not _values(statement, "saml:aud") and not _values(statement, "saml:sub"):
        yield "The audience (SAML:aud) is not asked for."


def _deputy(statement: TrustStatement, service: str) -> Iterator[str]:
    if service in _DEPUTIES and not statement.keys & {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid"}:
        yield (
            f"Neither aws:SourceArn nor aws:SourceAccount is asked for, so that {service} may be made to use the role "
            "for another account (confused deputy)."
        )


def _web_identity(statement: TrustStatement, issuer: str) -> Iterator[str]:
    if issuer in _PUBLIC:
        if not _values(statement, f"{issuer}:{_PUBLIC[issuer]}"):
            yield f"Anybody with an account of {issuer} is let in: no application is asked for."
        return
    audience, subjects = _values(statement, f"{issuer}:aud"), _values(statement, f"{issuer}:sub")
    if issuer == COGNITO:
        if not audience:
            yield "Any identity pool of anybody is let in: the pool (aud) is not asked for."
        if "unauthenticated" in _values(statement, f"{issuer}:amr") or not _values(statement, f"{issuer}:amr"):
            yield "Guests who did not sign in are let in, or not kept out (amr)."
        return
    if not audience:
        yield "The audience (aud) is not asked for."
    if not subjects:
        yield f"The subject (sub) is not asked for: whoever {issuer} vouches for is let in."
        return
    yield from (words for subject in subjects if (words := _subject(subject, issuer)))


def _subject(subject: str, issuer: str) -> str:
    """What a subject leaves open; empty: nothing that matters."""
    if not subject.strip("*?"):
        return f"Any subject is let in: whoever {issuer} vouches for."
    if issuer == GITHUB:
        return _repository(subject, "repo:", "repository", "owner")
    if issuer == GITLAB or issuer.startswith("gitlab."):
        return _repository(subject, "project_path:", "project", "group")
    if issuer.startswith(_EKS) and subject.startswith("system:serviceaccount:"):
        namespace, _, name = subject.removeprefix("system:serviceaccount:").partition(":")
        if _wild(namespace):
            return f"Service accounts of any namespace that fits `{namespace}` are let in."
        if _wild(name) or not name:
            return f"Any service account of the namespace {namespace} that fits `{name}` is let in."
    elif "*" in subject:
        return f"Any subject that fits `{subject}` is let in."
    return ""


def _repository(subject: str, prefix: str, what: str, owner_word: str) -> str:
    path, _, rest = subject.removeprefix(prefix).partition(":")
    owner, _, name = path.partition("/")
    if not subject.startswith(prefix) or _wild(owner):
        return f"Any {what} of any {owner_word} that fits `{subject}` is let in."
    if _wild(name) or not name:
        return f"Any {what} of the {owner_word} {owner} that fits `{path}` is let in."
    if not rest.strip("*"):
        return f"Any branch, tag and pull request of the {what} {path} is let in."
    return ""


def _wild(text: str) -> bool:
    return "*" in text or "?" in text


def _values(statement: TrustStatement, key: str) -> tuple[str, ...]:
    """What the statement asks a key to be."""
    return tuple(
        value
        for term in statement.condition
        if term.key == key.lower() and (operator := parse_operator(term.clause.operator)) and not operator.negated
        for value in term.clause.values
    )
