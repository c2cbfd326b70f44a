"""What a SARIF log says of the tool: its rules, each with the help that a reader of an alert sees."""

from __future__ import annotations

from audit.model.finding import RuleInfo
from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.render.sarif_message import message
from audit.render.view_finding import control_words

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_SECURITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}
"""GitHub's number: above 9.0 is critical, from 7.0 high, from 4.0 medium, below low."""
NOTICES = {
    "not-evaluated": "Something could not be evaluated, and nothing clean is said of it",
    "cut": "The file does not hold everything",
    "resolved": "Findings of the earlier review that are gone",
}

Json = dict[str, object]


def driver(result: AuditResult) -> Json:
    """The tool component, with all rules that ran, also those that found nothing."""
    header = result.header
    return {
        "name": "mturk-audit",
        "version": header.tool_version,
        "rules": [_rule(rule) for rule in result.rules],
        "notifications": [{"id": name, "shortDescription": {"text": words}} for name, words in NOTICES.items()],
        "properties": {
            "catalogVersion": header.catalog_version,
            "rulesetVersion": header.ruleset_version,
            "rulesetSha256": header.ruleset_sha256,
        },
    }


def _rule(rule: RuleInfo) -> Json:
    controls = [control_words(control) for control in sorted(rule.controls)]
    parts = (
        ("Why it matters", rule.description),
        ("What to do", rule.remediation),
        ("How to tell that it does not apply", rule.false_positive),
        ("Controls", ", ".join(controls)),
    )
    told = [(head, words) for head, words in parts if words]
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": message(rule.title),
        "fullDescription": message(rule.description),
        "help": {
            **message("\n\n".join(f"{head}: {words}" for head, words in told)),
            "markdown": "\n\n".join(f"**{head}.** {words}" for head, words in told),
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"security-severity": _SECURITY[rule.severity], "tags": ["security", "access-review", *controls]},
    }
