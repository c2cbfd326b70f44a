"""The actions that reach asks about: assuming roles, and all that known escalations need."""

from __future__ import annotations

from functools import cache

from audit.catalog.escalations import load_escalations
from audit.catalog.services import load_services
from audit.evaluate.actions import ActionIndex

ASSUME_ROLE = "sts:AssumeRole"


@cache
def reach_index() -> ActionIndex:
    """The actions, each with the resources that it can be limited to."""
    actions = sorted({ASSUME_ROLE, *(action for row in load_escalations() for action in row.needs)})
    services = load_services(sorted({action.partition(":")[0] for action in actions}))
    formats = {each.action: each.formats for each in services if each.action in actions}
    return ActionIndex(actions, formats=formats)
