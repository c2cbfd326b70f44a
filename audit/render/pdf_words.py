"""The fixed words of the printed report: its sections, its signs, its method and its glossary."""

from __future__ import annotations

from audit.model.privilege import Severity
from audit.model.result import AuditHeader, AuditResult, CoverageState
from audit.render.excerpt import clip
from audit.render.view import Fact, ReportView
from audit.render.view_glossary import (
    CONFIDENCES,
    COVERAGE_STATES,
    OBSERVATIONS,
    REACH_METHOD,
    RISK_CLASSES,
    SEVERITIES,
    VERDICTS,
)
from audit.render.view_words import moment, number, span

SHAPES = {Severity.CRITICAL: "◆", Severity.HIGH: "▲", Severity.MEDIUM: "●", Severity.LOW: "○"}
"""So that severity is told by shape and word, not by colour."""

TITLES = {
    "exercised": "Granted and exercised",
    "findings": "Findings",
    "causes": "Causes, one by one",
    "rules": "Rules and controls",
    "holders": "Who holds what",
    "activity": "Activity in the window",
    "use": "Who did it, and payments against calls",
    "reach": "Who can come to pay",
    "review": "Last review, decisions and exceptions",
    "closing": "Closing the service down",
    "sign-off": "Sign-off",
    "privileges": "Appendix A. Who holds each privilege",
    "coverage": "Appendix B. Coverage, gaps and defects",
    "evidence": "Appendix C. Evidence, configuration and files",
    "method": "Appendix D. Method",
    "glossary": "Appendix E. Glossary",
}

ACCOUNTS_NAMED = 4
OPEN_STATES = (CoverageState.PARTIAL, CoverageState.NOT_COLLECTED)

METHOD = (
    "The answer is computed from saved evidence alone: the IAM policies of each account as AWS returned them, and what "
    "Mechanical Turk's own API told of HITs, bonuses and blocked workers. Nothing was asked of AWS while this report "
    "was made, and the same evidence gives the same report, byte for byte.",
    "For every user, group and role and every privilege of the catalog, the statements of its identity-based policies "
    "are matched as AWS matches them: managed policies in their default version, inline policies, and for users those "
    "of their groups. An explicit deny overrides every allow, and a permissions boundary limits what the policies "
    "offer. Mechanical Turk's actions have no resource types, so only a statement on every resource can match them.",
    "An audit has no request to decide conditions on. What is known of a principal decides a condition; where that "
    "leaves it open, the verdict is “conditional”, and the condition is named. A policy that is missing or cannot be "
    "read makes the verdict “not evaluated”. Which other policy types were taken into account is told by the coverage "
    "table, row by row.",
    "Use is told apart from permission. “Observed” is what a source shows; “not observed” is a source that covers the "
    "window and shows nothing; “not tracked” is what no source tells of; “not collected” is what a source would tell "
    "and the evidence lacks. The lists of bonuses and blocks name no caller, so they speak of the account, not of a "
    "principal. Actions on the requester website use an Amazon login that is not an IAM principal.",
    *REACH_METHOD,
    "A finding is one rule and one cause with all the principals it concerns. Its fingerprint is a hash of the rule "
    "and of what makes it the same finding next quarter, so it can be followed from review to review.",
)


def no_findings(result: AuditResult) -> str:
    """What stands in place of findings: clean is said of what was evaluated, and of nothing else."""
    if not result.rules:
        return "No rule ran, so nothing is said about findings."
    if not result.principals:
        return f"{number(len(result.rules))} rules ran, and found nothing: no principal is known to them."
    if result.not_evaluated or any(row.state in OPEN_STATES for row in result.coverage):
        return (
            f"{number(len(result.rules))} rules ran and found nothing in what could be evaluated. Part of the evidence "
            "could not be: this is no statement that nothing is wrong."
        )
    return f"{number(len(result.rules))} rules ran and found nothing."


def population(view: ReportView, header: AuditHeader) -> tuple[Fact, ...]:
    """The population as the first page has it: many accounts are counted there, and listed in appendix C."""
    if len(header.accounts) <= ACCOUNTS_NAMED:
        return view.population
    many = Fact("Accounts", f"{number(len(header.accounts))}, listed in appendix C")
    return tuple(many if fact.name == many.name else fact for fact in view.population)


def first_facts(header: AuditHeader) -> tuple[Fact, ...]:
    """Where the evidence comes from, short enough for the first page; appendix C has it in full."""
    window = header.window
    started, ended = moment(header.collection_started_at), moment(header.collection_ended_at)
    return (
        Fact("Window", f"{window.label + ': ' if window.label else ''}{span(window)}" if window else "none given"),
        Fact("Collected", f"{started} to {ended or 'an unknown time'}" if started else "time not told by the evidence"),
        Fact("Collected by", clip(header.collected_by, 110) or "not told by the evidence"),
        Fact("Evidence", f"{clip(header.input_name, 60)}, SHA-256 {header.input_sha256[:16]}…"),
        Fact("Tool", f"mturk-audit {header.tool_version}"),
        Fact("Catalog, rules", f"{header.catalog_version}; {header.ruleset_version}"),
    )


def signed_facts(view: ReportView, header: AuditHeader, result_sha256: str) -> tuple[Fact, ...]:
    """What exactly a signature is under."""
    return (
        Fact("Report", f"{view.title}, {view.subtitle}"),
        Fact("Verdict", view.verdict),
        Fact("Evidence", f"{header.input_name}, SHA-256 {header.input_sha256}"),
        Fact("Result", f"report.json, SHA-256 {result_sha256}"),
        *((Fact("Root of all inputs", f"SHA-256 {header.root_sha256}"),) if header.root_sha256 else ()),
    )


def glossary() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The words of the report, under headings."""
    return (
        ("Verdicts", tuple((term.word, term.meaning) for term in VERDICTS)),
        ("Observations", tuple((term.word, term.meaning) for term in OBSERVATIONS)),
        ("Severities", tuple((severity.value, words) for severity, words in SEVERITIES.items())),
        ("Confidence", tuple((confidence.value, words) for confidence, words in CONFIDENCES.items())),
        ("Risk classes", tuple((risk.value, words) for risk, words in RISK_CLASSES.items())),
        ("Coverage", tuple((term.word, term.meaning) for term in COVERAGE_STATES)),
    )
