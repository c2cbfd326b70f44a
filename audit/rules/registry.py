"""All rules, and what it takes to run them. A rule that is not listed here does not exist."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from audit.catalog.escalations import load_escalations
from audit.catalog.separation_of_duties import load_conflicts
from audit.catalog.watched import PERMISSION_WRITING, SPREAD, SPREAD_QUORUM
from audit.model.finding import Finding, RuleInfo
from audit.rules import (
    administrator_in_effect,
    block_without_event,
    bonus_above_threshold,
    can_pay_but_nothing_was_paid,
    can_pay_money,
    contradictory_payment,
    denied_payment_attempt,
    deny_on_retired_action_name,
    deny_without_effect,
    destroys_evidence,
    entrance_from_outside,
    escalation_to_money,
    exposes_worker_data,
    grant_on_retired_service,
    grant_without_effect,
    lifted_block_still_listed,
    only_conditional_access,
    outside_access_model,
    paid_by_root_or_outsider,
    paid_without_privilege,
    payment_without_event,
    reaches_money_through_roles,
    refused_role_assumption,
    retired_action_name,
    role_chain_to_administrator,
    separation_of_duties,
    separation_of_duties_by_reach,
    several_payers_of_a_worker,
    trust_in_deleted_principal,
    uncatalogued_action,
    unused_access_entry,
    unused_principal,
    unused_privilege,
    wildcard_grant,
)
from audit.rules.interface import Rule, RuleContext

RULESET_VERSION = "2"
"""Raised with every change that makes a rule find something else."""

RULES: tuple[Rule, ...] = (
    administrator_in_effect,
    block_without_event,
    bonus_above_threshold,
    can_pay_but_nothing_was_paid,
    can_pay_money,
    contradictory_payment,
    denied_payment_attempt,
    deny_on_retired_action_name,
    deny_without_effect,
    destroys_evidence,
    entrance_from_outside,
    escalation_to_money,
    exposes_worker_data,
    grant_on_retired_service,
    grant_without_effect,
    lifted_block_still_listed,
    only_conditional_access,
    outside_access_model,
    paid_by_root_or_outsider,
    paid_without_privilege,
    payment_without_event,
    reaches_money_through_roles,
    refused_role_assumption,
    retired_action_name,
    role_chain_to_administrator,
    separation_of_duties,
    separation_of_duties_by_reach,
    several_payers_of_a_worker,
    trust_in_deleted_principal,
    uncatalogued_action,
    unused_access_entry,
    unused_principal,
    unused_privilege,
    wildcard_grant,
)
"""By id."""


def run_rules(context: RuleContext, rules: Sequence[Rule] | None = None) -> tuple[Finding, ...]:
    """The findings of one account: the most severe first, then by rule and fingerprint."""
    findings = [finding for rule in _or_all(rules) for finding in rule.check(context)]
    return sort_findings(findings)


def sort_findings(findings: list[Finding]) -> tuple[Finding, ...]:
    """The order of every report."""
    return tuple(sorted(findings, key=lambda finding: (-finding.severity.rank, finding.rule, finding.fingerprint)))


def rule_infos(rules: Sequence[Rule] | None = None) -> tuple[RuleInfo, ...]:
    """What every rule says of itself, by id."""
    return tuple(sorted((rule.INFO for rule in _or_all(rules)), key=lambda info: info.id))


def ruleset_sha256(rules: Sequence[Rule] | None = None) -> str:
    """Hash of what the rules say and of the data that they go by, so that a report can name its ruleset."""
    data = (load_conflicts(), load_escalations(), PERMISSION_WRITING, SPREAD, SPREAD_QUORUM)
    content = [RULESET_VERSION, rule_infos(rules), *data]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _or_all(rules: Sequence[Rule] | None) -> Sequence[Rule]:
    return RULES if rules is None else rules
