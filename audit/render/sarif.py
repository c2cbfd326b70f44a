"""SARIF 2.1.0, for code scanning: rules with their help, and findings at the lines of the policies that cause them.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub takes of it:
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

What the last review had and this one has not is no result here, since GitHub would show it as an open alert: an alert
that a run no longer has is closed by that. A notification tells how many they are.
"""

from __future__ import annotations

import msgspec

from audit.frames.table import format_time
from audit.model.entitlement import StatementRef
from audit.model.finding import Confidence, Finding
from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.model.review import Change, ExceptionRow
from audit.render.excerpt import excerpt
from audit.render.sarif_artifacts import Artifacts
from audit.render.sarif_driver import LEVELS, driver
from audit.render.sarif_message import message
from audit.render.sarif_notices import notices
from audit.render.standing import HOLDS, Standing, Standings, standings
from audit.render.view_words import listing, visible

MOST_RESULTS = 5_000
"""GitHub keeps no more than this of a run; the most severe come first."""
MOST_LOCATIONS = 1_000
"""GitHub refuses a result with more; the first one is the primary one."""
SUBJECTS_SHOWN = 100
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_BASELINE = {
    Change.NEW: "new",
    Change.REOPENED: "new",
    Change.UNCHANGED: "unchanged",
    Change.SEVERITY: "updated",
}
_RANK = {Severity.CRITICAL: 100.0, Severity.HIGH: 75.0, Severity.MEDIUM: 50.0, Severity.LOW: 25.0}
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}

Json = dict[str, object]


def render_sarif(result: AuditResult) -> bytes:
    """Render the findings as one SARIF run."""
    stand, artifacts = standings(result), Artifacts(result)
    places = {rule.id: place for place, rule in enumerate(result.rules)}
    shown = result.findings[:MOST_RESULTS]
    results = [
        {**_result(finding, places, artifacts), **_review(stand, stand.of(finding), excepting=bool(result.exceptions))}
        for finding in shown
    ]
    as_of = format_time(result.header.as_of)
    crowded = sum(len(finding.causes) > MOST_LOCATIONS for finding in shown)
    run = {
        "tool": {"driver": driver(result)},
        "automationDetails": {
            "id": visible(f"mturk-audit/{result.header.input_name}/{format_time(result.header.as_of)}")
        },
        "invocations": [
            {
                "commandLine": visible(result.header.command),
                "executionSuccessful": True,
                "toolExecutionNotifications": notices(result, stand, len(shown), crowded),
            }
        ],
        "artifacts": artifacts.listed(),
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {"inputSha256": result.header.input_sha256, "asOf": as_of},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1) + b"\n"


def _result(finding: Finding, places: dict[str, int], artifacts: Artifacts) -> Json:
    subjects = excerpt(finding.subjects, SUBJECTS_SHOWN, "finding-subjects.csv")
    causes = finding.causes[:MOST_LOCATIONS]
    words = (f"{finding.title.rstrip('.')}.", _who(finding), finding.confidence_reason)
    return {
        "ruleId": finding.rule,
        **({"ruleIndex": places[finding.rule]} if finding.rule in places else {}),
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "rank": _RANK[finding.severity],
        "message": message(" ".join(filter(None, words))),
        "locations": [_location(causes[0], artifacts) if causes else artifacts.evidence(finding)],
        "relatedLocations": [
            {"id": place, **_location(cause, artifacts)} for place, cause in enumerate(causes[1:], start=1)
        ],
        "fingerprints": {"mturk-audit/v1": finding.fingerprint},
        # The name that GitHub tells alerts apart by.
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1"},
        "properties": {
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "precision": _PRECISION[finding.confidence],
            "accountId": visible(finding.account_id),
            "subjectCount": len(finding.subjects),
            "subjects": [visible(arn) for arn in subjects.shown],
            "subjectsNote": subjects.banner,
            "privileges": list(finding.privileges),
            "considered": [visible(words) for words in finding.considered],
            "facts": [f"{visible(name)}: {visible(value)}" for name, value in finding.facts],
            "fix": visible(finding.fix),
        },
    }


def _review(stand: Standings, standing: Standing, *, excepting: bool) -> Json:
    """What the review adds to a result; each property stands on every result of a run or on none."""
    state = _BASELINE.get(standing.change.change, "new") if standing.change else "new"
    return {
        **({"baselineState": state} if stand.compared else {}),
        **({"suppressions": [_suppression(row) for row in standing.exceptions]} if excepting else {}),
    }


def _who(finding: Finding) -> str:
    """Names where they are few; a list of many is in the properties."""
    names = [arn.rpartition("/")[2] or arn for arn in finding.subjects]
    return f"Concerns {listing(names, limit=5)}." if names else ""


def _location(cause: StatementRef, artifacts: Artifacts) -> Json:
    policy = cause.policy
    owner = policy.arn or f"{policy.owner_arn} {policy.name}"
    return {
        "physicalLocation": artifacts.lines(cause),
        "logicalLocations": [
            {
                "name": visible(cause.label),
                "fullyQualifiedName": visible(f"{owner} {cause.label}"),
                "kind": "declaration",
            }
        ],
    }


def _suppression(row: ExceptionRow) -> Json:
    """An expired exception is one that was refused: the result counts again."""
    exception = row.exception
    return {
        "kind": "external",
        "status": "accepted" if row.state in HOLDS else "rejected",
        "justification": visible(exception.reason),
        "properties": {
            "id": visible(exception.id),
            "state": row.state.value,
            "owner": visible(exception.owner),
            "approver": visible(exception.approver),
            "ticket": visible(exception.ticket),
            "expires": exception.expires.isoformat(),
        },
    }
