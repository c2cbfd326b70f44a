"""Findings, their rules and their causes as the page carries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.model.finding import Confidence, Finding, RuleInfo
from audit.render.html_access import StatementCodec, hex_mask
from audit.render.html_codec import Budget, Interner, runs
from audit.render.html_records import PageFinding, PageRule
from audit.render.view_causes import CauseGroup
from audit.render.view_finding import control_words
from audit.render.view_index import Index

CONFIDENCE_RANKS = {Confidence.HIGH: 3, Confidence.MEDIUM: 2, Confidence.LOW: 1}


class FindingCodec:
    """Writes findings with the places of everything that they name."""

    def __init__(
        self,
        index: Index,
        strings: Interner[str],
        statements: StatementCodec,
        accounts: Mapping[str, int],
        budget: Budget,
    ) -> None:
        self._index = index
        self._text = strings.place
        self._statements = statements
        self._accounts = accounts
        self._budget = budget
        self._principals = {arn: place for place, arn in enumerate(index.principals)}
        self._rules = {rule: place for place, rule in enumerate(index.rules)}
        self._fixes: dict[str, int | None] = {"": self._text("")}

    def finding(self, finding: Finding) -> PageFinding:
        """One finding."""
        known = [self._principals[arn] for arn in finding.subjects if arn in self._principals]
        return PageFinding(
            rule=self._rules.get(finding.rule, -1),
            title=finding.title,
            severity=finding.severity.rank,
            confidence=CONFIDENCE_RANKS[finding.confidence],
            confidence_reason=self._text(finding.confidence_reason),
            account=self._accounts.get(finding.account_id, -1),
            subjects=runs(known),
            other_subjects=tuple(arn for arn in finding.subjects if arn not in self._principals),
            mask=hex_mask(finding.privileges, self._index),
            other_privileges=tuple(
                self._text(action) for action in finding.privileges if action not in self._index.bits
            ),
            causes=self._statements.places(finding.causes),
            considered=tuple(map(self._text, finding.considered)),
            facts=tuple(self._text(part) for fact in finding.facts for part in fact),
            fix=self._fix(finding.fix),
            fingerprint=finding.fingerprint,
        )

    def _fix(self, fix: str) -> int | None:
        if fix not in self._fixes:
            self._fixes[fix] = self._text(fix) if self._budget.admits(fix) else None
        return self._fixes[fix]


def page_rules(rules: Sequence[RuleInfo]) -> tuple[PageRule, ...]:
    """What is the same for all findings of a rule."""
    return tuple(
        PageRule(
            rule.id,
            rule.title,
            rule.severity.rank,
            rule.description,
            rule.remediation,
            rule.false_positive,
            tuple(control_words(control) for control in sorted(rule.controls)),
        )
        for rule in rules
    )


def page_causes(groups: Sequence[CauseGroup], findings: Sequence[Finding]) -> tuple[list[int], ...]:
    """The places of the findings of each cause, as runs, in the order of the groups."""
    places = {id(finding): place for place, finding in enumerate(findings)}
    return tuple(runs(places[id(finding)] for finding in group.findings) for group in groups)
