"""Findings, their rules and their causes as the page carries them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from audit.model.entitlement import StatementRef
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.render.html_access import StatementCodec, hex_mask
from audit.render.html_codec import Budget, Interner, runs
from audit.render.html_records import PageFinding, PageRule
from audit.render.view_causes import CauseGroup, cause_words
from audit.render.view_finding import control_words
from audit.render.view_index import Index

# Signs for private use, which no text of a policy has reason to hold; a title that does is marked as literal.
_FIRST_SIGN, _LAST_SIGN, _LITERAL = "\ue000", "\ue007", "\ue008"
_SIGNS = re.compile(f"[{_FIRST_SIGN}-{_LITERAL}]")

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
        self._lists = Interner[tuple[int, ...]]()
        self._statements = statements
        self._accounts = accounts
        self._budget = budget
        self._principals = {arn: place for place, arn in enumerate(index.principals)}
        self._rules = {rule: place for place, rule in enumerate(index.rules)}
        self._fixes: dict[str, int | None] = {"": self._text("")}
        self._masks: dict[tuple[str, ...], tuple[str, tuple[int, ...]]] = {}
        self._words: dict[StatementRef, str] = {}

    def finding(self, finding: Finding) -> PageFinding:
        """One finding."""
        known = [self._principals[arn] for arn in finding.subjects if arn in self._principals]
        mask, other_privileges = self._privileges(finding.privileges)
        return PageFinding(
            rule=self._rules.get(finding.rule, -1),
            title=self._text(self._pattern(finding)),
            severity=finding.severity.rank,
            confidence=CONFIDENCE_RANKS[finding.confidence],
            confidence_reason=self._text(finding.confidence_reason),
            account=self._accounts.get(finding.account_id, -1),
            subjects=runs(known),
            other_subjects=tuple(arn for arn in finding.subjects if arn not in self._principals),
            mask=mask,
            other_privileges=other_privileges,
            causes=self._statements.places(finding.causes),
            considered=self._list(finding.considered),
            facts=self._list(chain.from_iterable(finding.facts)),
            fix=self._fix(finding.fix),
            fingerprint=finding.fingerprint,
        )

    def lists(self) -> tuple[tuple[int, ...], ...]:
        """All lists of texts that findings share."""
        return tuple(self._lists.values())

    def _list(self, texts: Iterable[str]) -> int:
        return self._lists.place(tuple(map(self._text, texts)))

    def _pattern(self, finding: Finding) -> str:
        """The title with a sign in place of each cause's words, since the page knows the causes."""
        title = finding.title
        if _SIGNS.search(title):
            return _LITERAL + title
        for place, cause in enumerate(finding.causes[: ord(_LAST_SIGN) - ord(_FIRST_SIGN) + 1]):
            if cause not in self._words:
                self._words[cause] = cause_words(cause, self._index)
            title = title.replace(self._words[cause], chr(ord(_FIRST_SIGN) + place))
        return title

    def _privileges(self, actions: tuple[str, ...]) -> tuple[str, tuple[int, ...]]:
        """The mask of privileges, and the places of those that have no column."""
        if actions not in self._masks:
            others = tuple(self._text(action) for action in actions if action not in self._index.bits)
            self._masks[actions] = (hex_mask(actions, self._index), others)
        return self._masks[actions]

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
