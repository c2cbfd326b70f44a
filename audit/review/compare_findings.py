"""What became of each finding, by fingerprint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from audit.model.finding import Finding
from audit.model.result import AuditResult
from audit.model.review import Change, FindingChange
from audit.review.compare_evidence import Side
from audit.review.compare_policies import PolicyHistory

Reasons = Mapping[tuple[str, str], str]
"""By principal ARN and action, or nothing: the change of a policy behind it."""

_ORDER = (Change.REOPENED, Change.NEW, Change.SEVERITY, Change.UNKNOWN, Change.RESOLVED, Change.UNCHANGED)


def finding_changes(
    now: Side, then: Side, history: Sequence[AuditResult], policies: PolicyHistory, reasons: Reasons
) -> tuple[FindingChange, ...]:
    """A row for every finding of either side: the reopened and new ones first, the most severe first among each."""
    present = {finding.fingerprint: finding for finding in now.result.findings}
    earlier = {finding.fingerprint: finding for finding in then.result.findings}
    ever = {finding.fingerprint for result in history for finding in result.findings}
    judge = _Judge(now, then, policies, reasons)
    changes = [judge.present(finding, earlier.get(key), reopened=key in ever) for key, finding in present.items()]
    changes += [judge.absent(finding) for key, finding in earlier.items() if key not in present]
    return tuple(sorted(changes, key=_place))


def _place(change: FindingChange) -> tuple[int, int, str, str]:
    return _ORDER.index(change.change), -change.severity.rank, change.rule, change.fingerprint


class _Judge:
    """Says what a finding is against the other side."""

    def __init__(self, now: Side, then: Side, policies: PolicyHistory, reasons: Reasons) -> None:
        self._now, self._then = now, then
        self._policies = policies
        self._reasons = reasons
        self._incomplete = frozenset(now.result.not_evaluated)
        self._ids = [
            {principal.arn: principal.unique_id for principal in side.result.principals} for side in (then, now)
        ]

    def present(self, finding: Finding, earlier: Finding | None, *, reopened: bool) -> FindingChange:
        if earlier is None:
            change = Change.REOPENED if reopened else Change.NEW
            return self._row(finding, change, because=self._why_new(finding))
        joined, left = self._subjects(finding, earlier)
        other = earlier.severity is not finding.severity
        return self._row(
            finding,
            Change.SEVERITY if other else Change.UNCHANGED,
            earlier=earlier,
            because=self._reason(finding) if other or joined or left else "",
            joined=joined,
            left=left,
        )

    def absent(self, finding: Finding) -> FindingChange:
        unknown = self._why_unknown(finding)
        if unknown:
            return self._row(finding, Change.UNKNOWN, earlier=finding, because=unknown)
        return self._row(finding, Change.RESOLVED, earlier=finding, because=self._why_gone(finding))

    def _row(
        self,
        finding: Finding,
        change: Change,
        *,
        because: str,
        earlier: Finding | None = None,
        joined: tuple[str, ...] = (),
        left: tuple[str, ...] = (),
    ) -> FindingChange:
        return FindingChange(
            fingerprint=finding.fingerprint,
            rule=finding.rule,
            title=finding.title,
            change=change,
            severity=finding.severity,
            earlier_severity=earlier.severity if earlier else None,
            account_id=finding.account_id,
            because=because,
            joined=joined,
            left=left,
        )

    def _subjects(self, finding: Finding, earlier: Finding) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who is concerned now and was not then, and the reverse; one that was made again is both."""
        then, now = self._ids
        before = {(arn, then.get(arn, "")) for arn in earlier.subjects}
        after = {(arn, now.get(arn, "")) for arn in finding.subjects}
        return tuple(sorted(arn for arn, _ in after - before)), tuple(sorted(arn for arn, _ in before - after))

    def _why_unknown(self, finding: Finding) -> str:
        if finding.account_id not in self._now.accounts:
            return "The policies of its account are not in this evidence."
        if self._incomplete.intersection(finding.subjects):
            return "A principal that it concerns could not be fully evaluated this time."
        lost = self._now.lost_parts(self._then, finding.account_id)
        if lost and self._policies.still_stands(finding):
            return f"Its statements still stand, and this evidence lacks what it had then: {', '.join(lost)}."
        return ""

    def _why_new(self, finding: Finding) -> str:
        if finding.account_id not in self._then.accounts:
            return "The policies of its account were not in the earlier evidence."
        return self._reason(finding) or self._closed_between()

    def _closed_between(self) -> str:
        lifecycle = self._now.result.profile.lifecycle
        then, now = (side.result.header.as_of.date() for side in (self._then, self._now))
        closed = lifecycle.closed(now) and not lifecycle.closed(then)
        return f"The service closed on {lifecycle.closes_on}, between the two reviews." if closed else ""

    def _why_gone(self, finding: Finding) -> str:
        gone = [arn for arn in finding.subjects if arn in self._ids[0] and arn not in self._ids[1]]
        if gone and len(gone) == len(finding.subjects):
            return f"{gone[0]} no longer exists." if len(gone) == 1 else f"All {len(gone)} principals no longer exist."
        return self._reason(finding)

    def _reason(self, finding: Finding) -> str:
        """The change that explains most of it: of its own policies first, then of what its principals hold."""
        own = [
            sentence for cause in finding.causes if (sentence := self._policies.of_policy(finding.account_id, cause))
        ]
        if own:
            return own[0]
        counts: Counter[str] = Counter()
        for arn in finding.subjects:
            for action in finding.privileges:
                counts[self._reasons.get((arn, action), "")] += 1
            if not finding.privileges:
                counts[self._reasons.get((arn, ""), "")] += 1
        counts.pop("", None)
        return min(counts, key=lambda why: (-counts[why], why)) if counts else ""
