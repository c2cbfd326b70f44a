"""Answers held to what was asked: every problem named by row, and decisions only where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec

from audit.model.finding import Finding
from audit.model.result import AuditResult
from audit.model.review import Choice, Decision
from audit.review.answers import Answer, AnswerFile, ProblemsError
from audit.review.decisions import Standing, decided_order
from audit.review.folder import ReviewFolder
from audit.review.independence import Dependence, dependences, same_person
from audit.review.sheet import PRINCIPAL, PRIVILEGE, UNIQUE_ID, identity, written
from audit.review.work_rows import By, WorkRow, work_rows
from audit.review.worksheet_read import same_text

LONGEST = 4000
"""Characters of a justification."""
REFUSED = (Dependence.SUBJECT, Dependence.COLLECTOR)
"""Who must not decide; an owner may, with a warning in the report."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is taken."""

    applied_at: datetime
    """UTC; no decision may be of a later day."""
    self_review: bool = False
    """Whether decisions of the principal itself or of the collector are taken; the report marks them."""
    overrule: bool = False
    """Whether a decision may differ from another reviewer's in the same quarter."""


class AnswerCheck:
    """Checks a file's answers against the audit that it was exported from."""

    def __init__(self, result: AuditResult, terms: Terms) -> None:
        self._terms = terms
        self._standing = Standing(result)
        self._findings = {finding.fingerprint: finding for finding in result.findings}
        self._rows = {row.id: row for by in By for row in work_rows(result, by)}
        self._header = result.header
        started_at = result.header.collection_started_at
        self._collected_on = started_at.date() if started_at else None

    def decisions(self, file: AnswerFile, present: ReviewFolder) -> tuple[Decision, ...]:
        """The decisions of the file. Raises ProblemsError with every problem where there is any."""
        answers = [answer for answer in file.answers if not answer.empty]
        problems = [*file.wrong]
        decisions: list[tuple[Answer, Decision]] = []
        seen: dict[tuple[str, ...], str] = {}
        for answer in answers:
            found = [*self._problems(answer), *_twice(answer, seen)]
            problems += [f"{answer.place}: {problem}" for problem in found]
            if not found:
                decisions += [(answer, decision) for decision in self._decisions(answer)]
        problems += self._disagreements(decisions, present)
        if problems:
            raise ProblemsError(file.name, tuple(problems))
        return tuple(decision for _, decision in decisions)

    def _problems(self, answer: Answer) -> Iterator[str]:
        yield from answer.wrong
        yield from self._of_another(answer)
        yield from self._unlike(answer)
        yield from self._unanswered(answer)
        yield from self._dependent(answer)

    def _of_another(self, answer: Answer) -> Iterator[str]:
        # A saved file tells no window: there the quarter is what a report was asked about, and the hash decides.
        if self._header.window is not None and answer.quarter != self._standing.quarter:
            given = _shown(answer.quarter) if answer.quarter else "no quarter"
            yield f"it is of {given}, and the evidence given is of {self._standing.quarter}"
        elif answer.evidence_sha256 != self._header.input_sha256:
            yield (
                f"it was exported from other evidence ({answer.evidence_sha256[:12] or 'none named'}…) than the one "
                f"given ({self._header.input_sha256[:12]}…)"
            )

    def _unlike(self, answer: Answer) -> Iterator[str]:
        """What the answer says of its subject against what the evidence says."""
        if answer.row_id is not None:
            row = self._rows.get(answer.row_id)
            if row is None:
                yield f"the row {_shown(answer.row_id)} is not known: it was not exported from this evidence"
                return
            texts = identity(row)
            given = {PRINCIPAL: answer.principal, PRIVILEGE: answer.privilege, UNIQUE_ID: answer.unique_id}
            for head, text in texts.items():
                if not same_text(written(text), given[head]):
                    yield f"`{head}` was changed to {_shown(given[head])} from {_shown(text)}"
        else:
            yield from self._unlike_entry(answer)

    def _unlike_entry(self, answer: Answer) -> Iterator[str]:
        principal = self._standing.principals.get(answer.unique_id)
        if principal is None:
            yield f"there is no principal with the unique id {_shown(answer.unique_id)} in this evidence"
            return
        if principal.arn != answer.principal:
            yield f"{_shown(answer.unique_id)} is {principal.arn}, and not {_shown(answer.principal)}"
        actions = answer.privilege.split("\n") if answer.privilege else []
        if not actions:
            yield "it names no privilege"
        finding = self._findings.get(answer.fingerprint)
        if answer.fingerprint and finding is None:
            yield f"there is no finding {_shown(answer.fingerprint)} in this evidence"
        elif finding is not None:
            yield from _unlike_finding(finding, principal.arn, actions)
        else:
            held = self._standing.entitlements
            lacking = [action for action in actions if (answer.unique_id, action) not in held]
            if lacking:
                yield f"{principal.arn} does not hold {_shown(', '.join(lacking))}"

    def _unanswered(self, answer: Answer) -> Iterator[str]:
        if not answer.choice:
            yield f"it has no decision; write one of {', '.join(Choice)}, or empty the row's answers"
        elif answer.choice not in set(Choice):
            yield f"{_shown(answer.choice)} is no decision; write one of {', '.join(Choice)}"
        elif answer.choice != Choice.KEEP and not answer.justification:
            yield f"the decision `{answer.choice}` needs a justification"
        if len(answer.justification) > LONGEST:
            yield f"its justification has {len(answer.justification)} characters, and {LONGEST} are taken"
        if not answer.reviewer:
            yield "it names no reviewer"
        if answer.decided_on is None:
            yield "it has no day; write it like 2026-10-05"
        elif isinstance(answer.decided_on, str):
            yield f"{_shown(answer.decided_on)} is no day that can be told for certain; write it like 2026-10-05"
        elif answer.decided_on > self._terms.applied_at.date():
            yield f"it was decided on {answer.decided_on}, which is still to come"
        elif self._collected_on is not None and answer.decided_on < self._collected_on:
            yield f"it was decided on {answer.decided_on}, before the evidence was collected ({self._collected_on})"

    def _dependent(self, answer: Answer) -> Iterator[str]:
        if self._terms.self_review:
            return
        for unique_id, _, _ in self._members(answer):
            principal = self._standing.principals.get(unique_id)
            for why in dependences(answer.reviewer, principal, self._header.collected_by):
                if why in REFUSED:
                    who = f" ({principal.arn})" if principal and why is Dependence.SUBJECT else ""
                    yield f"{why.value}{who}; let somebody else decide, or give --accept-self-review"
                    return

    def _members(self, answer: Answer) -> tuple[tuple[str, str, str], ...]:
        if answer.row_id is not None:
            row: WorkRow | None = self._rows.get(answer.row_id)
            return row.members if row else ()
        return tuple((answer.unique_id, answer.principal, action) for action in answer.privilege.split("\n") if action)

    def _decisions(self, answer: Answer) -> Iterator[Decision]:
        """A decision for each principal that the answer is about."""
        if not isinstance(answer.decided_on, date):
            return
        actions: dict[tuple[str, str], list[str]] = {}
        for unique_id, arn, action in self._members(answer):
            actions.setdefault((unique_id, arn), []).append(action)
        for (unique_id, arn), own in actions.items():
            yield Decision(
                principal_arn=arn,
                unique_id=unique_id,
                actions=tuple(sorted(own)),
                fingerprint=answer.fingerprint,
                choice=Choice(answer.choice),
                reviewer=answer.reviewer,
                role=answer.role,
                decided_on=answer.decided_on,
                justification=answer.justification,
                ticket=answer.ticket,
                snapshot_sha256=self._header.input_sha256,
                quarter=self._standing.quarter,
                basis=self._standing.basis(unique_id, own),
                recorded_at=self._terms.applied_at,
            )

    def _disagreements(self, decisions: list[tuple[Answer, Decision]], present: ReviewFolder) -> Iterator[str]:
        """Where two reviewers decided differently in this quarter: in the file, or in it and on record."""
        latest: dict[tuple[str, str, str], list[tuple[str, Decision]]] = {}
        if not self._terms.overrule:
            for decision in sorted(present.decisions, key=decided_order):
                if self._standing.is_of_now(decision):
                    _put(latest, "on record", decision)
        for answer, decision in decisions:
            told = set()
            for action in decision.actions:
                for where, other in latest.get((decision.unique_id, action, decision.fingerprint), ()):
                    if other.choice is not decision.choice and not same_person(other.reviewer, decision.reviewer):
                        told.add(
                            f"{answer.place}: {_shown(decision.reviewer)} decided {decision.choice.value} on "
                            f"{decision.principal_arn}, and {_shown(other.reviewer)} {other.choice.value} ({where}); "
                            "agree first, or give --overrule for what is on record"
                        )
            yield from sorted(told)
            _put(latest, answer.place, decision)


def _put(latest: dict[tuple[str, str, str], list[tuple[str, Decision]]], where: str, decision: Decision) -> None:
    """Let a decision stand for its reviewer's last word on each of its privileges."""
    for action in decision.actions:
        key = (decision.unique_id, action, decision.fingerprint)
        others = [each for each in latest.get(key, []) if not same_person(each[1].reviewer, decision.reviewer)]
        latest[key] = [*others, (where, decision)]


def _unlike_finding(finding: Finding, arn: str, actions: Iterable[str]) -> Iterator[str]:
    if arn not in finding.subjects:
        yield f"{arn} is not concerned by the finding {finding.fingerprint}"
    strange = sorted(set(actions) - set(finding.privileges))
    if strange:
        yield f"the finding {finding.fingerprint} is not about {_shown(', '.join(strange))}"


def _twice(answer: Answer, seen: dict[tuple[str, ...], str]) -> Iterator[str]:
    key = (
        (answer.row_id,)
        if answer.row_id is not None
        else (answer.unique_id, answer.privilege, answer.fingerprint, answer.reviewer)
    )
    if key in seen:
        yield f"it stands twice, first in {seen[key]}; keep one of them"
    seen.setdefault(key, answer.place)


def _shown(text: str) -> str:
    """A text of others in a message: on one line, and not all of it."""
    line = " ".join(text.split())
    return f"`{line[:100]}{'…' if len(line) > 100 else ''}`"
