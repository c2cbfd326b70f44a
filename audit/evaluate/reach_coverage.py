"""How far the question who can become whom was answered, account by account."""

from __future__ import annotations

from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_population import Population
from audit.model.result import CoverageRow, CoverageState

PART = "reach through roles"


def reach_coverage(account_id: str, population: Population, decisions: Decisions) -> CoverageRow:
    """The row of one account: its roles, and those whose trust policy cannot be read in part or whole."""
    roles = [actor for actor in population.of_account(account_id) if actor.role is not None]
    unread = sum(decisions.trust(role).undecided for role in roles)
    if not population.of_account(account_id):
        detail = "The evidence holds no users and roles of the account, so that nobody's reach is known."
        return CoverageRow(account_id=account_id, part=PART, state=CoverageState.NOT_COLLECTED, detail=detail)
    unsaid = f"The trust policies of {unread} of {len(roles)} roles cannot be evaluated in part or whole."
    return CoverageRow(
        account_id=account_id,
        part=PART,
        state=CoverageState.PARTIAL if unread else CoverageState.COMPLETE,
        answered=len(roles) - unread,
        total=len(roles),
        detail=unsaid if unread else "",
    )
