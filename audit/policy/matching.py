"""Whether a statement is about an action, a resource and a principal, conditions aside."""

from __future__ import annotations

from audit.model.arn import parse_arn
from audit.policy.condition import Context, expand_value
from audit.policy.document import Statement
from audit.policy.wildcard import compile_tokens, is_everything, matches_action, tokenize, tokenize_arn


def action_matches(statement: Statement, action: str) -> bool:
    """Whether the Action or NotAction element takes the action in.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    if statement.actions is not None:
        return any(matches_action(pattern, action) for pattern in statement.actions)
    return not any(matches_action(pattern, action) for pattern in statement.not_actions or ())


def resource_matches(statement: Statement, resource: str, version: str, context: Context) -> bool:
    """Whether the Resource or NotResource element takes the resource in; a statement with neither takes all in.

    An action without resource types is asked with the resource `*`, which nothing but `*` matches.
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    if statement.resources is not None:
        return any(_resource_pattern_matches(pattern, resource, version, context) for pattern in statement.resources)
    if statement.not_resources is not None:
        return not any(
            _resource_pattern_matches(pattern, resource, version, context) for pattern in statement.not_resources
        )
    return True


def _resource_pattern_matches(pattern: str, resource: str, version: str, context: Context) -> bool:
    if resource == "*" or is_everything(pattern):
        return is_everything(pattern)
    parts = expand_value(pattern, version, context)
    if parts is None:
        return False
    tokens = tokenize_arn(parts) or tokenize(parts)
    return compile_tokens(tokens).fullmatch(resource) is not None


def names_principal(statement: Statement, principal_arn: str) -> str | None:
    """The entry of Principal that names the principal or its account; None where none does, or NotPrincipal bars it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    if statement.not_principals is not None:
        barred = any(_entry_names(kind, value, principal_arn) for kind, value in statement.not_principals)
        return None if barred else "*"
    named = [value for kind, value in statement.principals or () if _entry_names(kind, value, principal_arn)]
    # The most exact one decides whether a boundary is gone past and whether the account's policies are asked.
    return max(named, key=_exactness, default=None)


def _entry_names(kind: str, value: str, principal_arn: str) -> bool:
    if kind != "AWS":
        return False
    if value in ("*", principal_arn):
        return True
    arn = parse_arn(principal_arn)
    if arn is None:
        return False
    role = _role_of_session(principal_arn)
    return value in (arn.account_id, f"arn:{arn.partition}:iam::{arn.account_id}:root", role)


def _role_of_session(principal_arn: str) -> str | None:
    """The role behind an assumed-role session's ARN, whose path the session does not tell; None for others."""
    arn = parse_arn(principal_arn)
    if arn is None or not arn.resource.startswith("assumed-role/"):
        return None
    name = arn.resource.split("/")[1]
    return f"arn:{arn.partition}:iam::{arn.account_id}:role/{name}"


def _exactness(value: str) -> int:
    """A principal's own ARN, then everybody, who is named without a detour, then its account."""
    if value == "*":
        return 1
    arn = parse_arn(value)
    return 0 if arn is None or arn.resource == "root" else 2
