"""The first screen and the first page, as records: HTML and PDF show the same sentences and the same numbers.

Pure: everything comes from the audit result, nothing from the clock or the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from audit.model.finding import Finding
from audit.model.privilege import Severity
from audit.model.result import AuditHeader, AuditResult, CoverageState
from audit.render.view_causes import CauseGroup, cause_groups
from audit.render.view_counts import Masks, RiskRow, principal_masks, risk_rows
from audit.render.view_cuts import unbroken_sentences
from audit.render.view_index import Index, index_result
from audit.render.view_open import OpenCause
from audit.render.view_unanswered import OPEN, by_part, unanswered, unanswered_causes
from audit.render.view_verdict import lifecycle_sentences, verdict_sentences
from audit.render.view_words import count, listing, moment, number, period, span
from audit.review.words import against_last_review, decisions_sentence, exceptions_sentence

NO_LAST_REVIEW = "No earlier review was given, so nothing is compared."
NO_DECISIONS = "No decisions are recorded yet: every entitlement is pending."


class Fact(msgspec.Struct, frozen=True):
    """One line of the summary."""

    name: str
    value: str
    alarming: bool = False
    """Whether it keeps the report from being called complete."""


class SeverityCount(msgspec.Struct, frozen=True):
    severity: Severity
    findings: int


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """The summary, and the look-ups that the other views build on."""

    title: str
    subtitle: str
    verdict_sentences: tuple[str, ...]
    """What opens the report: the verdict, and what was paid."""
    lifecycle: tuple[str, ...]
    """What the service's closing means; empty where nothing is known of one."""
    population: tuple[Fact, ...]
    origin: tuple[Fact, ...]
    """Window, times, collector and versions: what the first screen tells of the evidence."""
    provenance: tuple[Fact, ...]
    """The same in full, with hashes and the command."""
    unanswered: tuple[str, ...]
    """For each part of the question that has no or only half an answer: which, where, and what that means."""
    unanswered_causes: tuple[OpenCause, ...]
    """The same by what kept it from being answered."""
    untracked: tuple[str, ...]
    """The same as `unanswered` for each part that no source of this report tells of."""
    unbroken: tuple[str, ...]
    """Of how many who can come to pay it is not said what would end that."""
    last_review: str
    decisions: str
    severities: tuple[SeverityCount, ...]
    risks: tuple[RiskRow, ...]
    causes: tuple[CauseGroup, ...]
    findings: tuple[Finding, ...]
    """The most severe first."""
    index: Index
    masks: Mapping[str, Masks]

    @property
    def verdict(self) -> str:
        """The same where it is one text."""
        return " ".join(self.verdict_sentences)


def build_view(result: AuditResult) -> ReportView:
    """Turn a result into what the first screen shows."""
    index = index_result(result)
    masks = principal_masks(result, index)
    risks = risk_rows(result, index, masks)
    severities = Counter(finding.severity for finding in result.findings)
    return ReportView(
        title=f"{result.profile.name}: access review",
        subtitle=_subtitle(result),
        verdict_sentences=verdict_sentences(result, risks),
        lifecycle=lifecycle_sentences(result, masks),
        population=_population(result, index),
        origin=_origin(result.header),
        provenance=_provenance(result.header),
        unanswered=unanswered(result, index),
        unanswered_causes=unanswered_causes(result, index),
        untracked=by_part(result, (row for row in result.coverage if row.state is CoverageState.NOT_TRACKED), index),
        unbroken=unbroken_sentences(result.reach) if result.reach else (),
        last_review=against_last_review(result.comparison) if result.comparison else NO_LAST_REVIEW,
        decisions=" ".join(filter(None, (decisions_sentence(result) or NO_DECISIONS, exceptions_sentence(result)))),
        severities=tuple(SeverityCount(severity, severities[severity]) for severity in Severity),
        risks=risks,
        causes=cause_groups(result.findings, index),
        findings=result.findings,
        index=index,
        masks=masks,
    )


def _subtitle(result: AuditResult) -> str:
    window = period(result.header.window) if result.header.window else "no window"
    return " · ".join((window, count(len(result.header.accounts), "account"), f"as of {moment(result.header.as_of)}"))


def _population(result: AuditResult, index: Index) -> tuple[Fact, ...]:
    lacking = sum(1 for row in result.coverage if row.state in OPEN)
    asked = sum(1 for row in result.coverage if row.state is not CoverageState.NOT_APPLICABLE)
    accounts = listing([index.account(account.account_id) for account in result.header.accounts], limit=6)
    return (
        Fact("Accounts", accounts or "none", not accounts),
        Fact("Principals", index.who(principal.arn for principal in result.principals) or "none"),
        Fact("Privileges", f"{number(len(index.columns))} of {result.profile.name}"),
        Fact(
            "Not fully evaluated",
            f"{number(len(result.not_evaluated))} of {count(len(result.principals), 'principal')}",
            bool(result.not_evaluated),
        ),
        Fact("Policy defects", f"{number(len(result.defects))} found", bool(result.defects)),
        Fact(
            "Evidence missing",
            f"{number(lacking)} of {count(asked, 'part')}; {count(len(result.gaps), 'gap')} listed",
            bool(lacking),
        ),
    )


def _times(header: AuditHeader) -> tuple[Fact, ...]:
    started, ended = moment(header.collection_started_at), moment(header.collection_ended_at)
    window = header.window
    return (
        Fact("Window", f"{window.label + ': ' if window.label else ''}{span(window)}" if window else "none given"),
        Fact("Answer as of", moment(header.as_of)),
        Fact("Collected", _between(started, ended) if started else "time not told by the evidence"),
        Fact("Collected by", header.collected_by or "not told by the evidence"),
    )


def _between(started: str, ended: str) -> str:
    return started if started == ended else f"{started} to {ended or 'an unknown time'}"


def _origin(header: AuditHeader) -> tuple[Fact, ...]:
    versions = f"mturk-audit {header.tool_version}, catalog {header.catalog_version}, rules {header.ruleset_version}"
    return (
        *_times(header),
        Fact(
            "Evidence",
            f"{header.input_name} ({header.environment}{_elsewhere(header)}; worker ids as {header.worker_ids})",
        ),
        Fact("Versions", versions),
    )


def _elsewhere(header: AuditHeader) -> str:
    return f", asked at {', '.join(header.endpoints)}" if header.endpoints else ""


def _provenance(header: AuditHeader) -> tuple[Fact, ...]:
    return (
        *_times(header),
        Fact("Evidence", f"{header.input_name}, SHA-256 {header.input_sha256}"),
        Fact("Environment", f"{header.environment}; worker ids as {header.worker_ids}"),
        *([Fact("Asked at", f"{', '.join(header.endpoints)}, not AWS's own endpoints")] if header.endpoints else []),
        Fact("Tool", f"mturk-audit {header.tool_version}"),
        Fact("Catalog", f"{header.catalog_version}, SHA-256 {header.catalog_sha256}"),
        Fact("Rules", f"{header.ruleset_version}, SHA-256 {header.ruleset_sha256}"),
        Fact("Command", header.command),
        *(Fact(f"Made from {each.kind}", f"{each.name}, SHA-256 {each.sha256}") for each in header.inputs[1:]),
        *(
            (Fact("Root", f"SHA-256 {header.root_sha256} over inputs, versions and command"),)
            if header.root_sha256
            else ()
        ),
    )
