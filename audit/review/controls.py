"""What an audit can say of each control: what was checked, on how many, with which result, and what it leaves out."""

from __future__ import annotations

from collections import Counter

from audit.catalog.controls import ControlEntry, load_controls
from audit.model.finding import RuleInfo
from audit.model.principal import PrincipalType
from audit.model.result import AuditResult
from audit.model.review import ControlResult
from audit.review.exceptions import excepted


def control_results(result: AuditResult) -> tuple[ControlResult, ...]:
    """A row for every control of the catalog, also for those that no finding bears on; by framework, version and id."""
    rules = {rule.id: rule for rule in result.rules}
    settled = excepted(result)
    findings: Counter[str] = Counter(finding.rule for finding in result.findings)
    answered: Counter[str] = Counter(finding.rule for finding in result.findings if finding.fingerprint in settled)
    acting = {principal.arn for principal in result.principals if principal.type is not PrincipalType.GROUP}
    unknown = len(acting.intersection(result.not_evaluated))

    def row(entry: ControlEntry) -> ControlResult:
        bearing = [rule for rule in rules.values() if entry.control in rule.controls]
        return ControlResult(
            control=entry.control,
            title=entry.title,
            checked=_checked(bearing),
            population=len(acting),
            findings=sum(findings[rule.id] for rule in bearing),
            excepted=sum(answered[rule.id] for rule in bearing),
            not_evaluated=unknown,
            not_covered=entry.not_covered,
        )

    return tuple(row(entry) for entry in sorted(load_controls(), key=lambda entry: entry.control))


def _checked(rules: list[RuleInfo]) -> str:
    if not rules:
        return "No rule that ran bears on it: nothing was checked."
    titles = "; ".join(rule.title for rule in rules)
    return f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'}: {titles}."
