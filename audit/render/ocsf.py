"""OCSF Compliance Findings (class 2003) of version 1.5.0, as a JSON array, for security lakes and SIEMs.

https://schema.ocsf.io/1.5.0/classes/compliance_finding, with the profile `cloud`. Beside the findings stands one event
for every account of which not all was evaluated, with the compliance status Unknown: it is none that passed.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from audit.model.arn import parse_arn
from audit.model.finding import Confidence, Finding, RuleInfo, fingerprint
from audit.model.privilege import Severity
from audit.model.result import AuditResult
from audit.model.review import Change, FindingChange
from audit.render.doubts import Doubt, doubts
from audit.render.sarif_artifacts import policy_path
from audit.render.standing import Standing, standings
from audit.render.view_finding import control_words
from audit.render.view_index import Index, index_result
from audit.render.view_words import visible

VERSION = "1.5.0"
CLASS = 2003
_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_UNKNOWN, _PASS, _FAIL = (0, "Unknown"), (1, "Pass"), (3, "Fail")
_SEVERITY = {
    Severity.CRITICAL: (5, "Critical"),
    Severity.HIGH: (4, "High"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.LOW: (2, "Low"),
}
_INFORMATIONAL = (1, "Informational")
_CONFIDENCE = {Confidence.HIGH: (3, "High"), Confidence.MEDIUM: (2, "Medium"), Confidence.LOW: (1, "Low")}
_TYPES = {"user": "AwsIamUser", "role": "AwsIamRole", "group": "AwsIamGroup", "policy": "AwsIamPolicy"}

Json = dict[str, object]
Named = tuple[int, str]


def render_ocsf(result: AuditResult) -> bytes:
    """Render the findings, what is resolved since the earlier review, and what could not be evaluated."""
    index, stand = index_result(result), standings(result)
    events = [
        *(_finding(result, finding, stand.of(finding), index) for finding in result.findings),
        *(_resolved(result, change, index) for change in stand.resolved),
        *(_doubt(result, doubt, index) for doubt in doubts(result)),
    ]
    lines = b",\n".join(map(msgspec.json.encode, events))
    return b"[\n" + lines + b"\n]\n" if lines else b"[]\n"


def resource_type(arn: str) -> str:
    """What AWS's finding formats call a principal or policy; `Other` for anything else."""
    parsed = parse_arn(arn)
    return _TYPES.get(parsed.resource.partition("/")[0], "Other") if parsed else "Other"


def _finding(result: AuditResult, finding: Finding, standing: Standing, index: Index) -> Json:
    rule = index.rules.get(finding.rule)
    known = standing.change is not None and standing.change.change not in (Change.NEW, Change.REOPENED)
    event = _event(
        result,
        finding.account_id,
        index,
        activity=_UPDATE if known else _CREATE,
        status=_SUPPRESSED if standing.excepted else _NEW,
        severity=_SEVERITY[finding.severity],
        message=finding.title,
    )
    confidence, word = _CONFIDENCE[finding.confidence]
    return {
        **event,
        "confidence_id": confidence,
        "confidence": word,
        "compliance": _compliance(finding.rule, rule, _FAIL, finding.confidence_reason),
        "finding_info": _info(result, finding.fingerprint, finding.title, finding.rule, rule),
        **({"remediation": {"desc": rule.remediation}} if rule else {}),
        "resources": [_resource(arn) for arn in finding.subjects] or [_account(finding.account_id)],
        "unmapped": {
            "privileges": list(finding.privileges),
            "causes": [
                {"policy": visible(policy_path(cause.policy)), "statement": visible(cause.label)}
                for cause in finding.causes
            ],
            "considered": [visible(words) for words in finding.considered],
            "facts": {visible(name): visible(value) for name, value in finding.facts},
            "exceptions": [visible(row.exception.id) for row in standing.exceptions],
        },
    }


def _resolved(result: AuditResult, change: FindingChange, index: Index) -> Json:
    rule = index.rules.get(change.rule)
    event = _event(
        result,
        change.account_id,
        index,
        activity=_CLOSE,
        status=_RESOLVED,
        severity=_SEVERITY[change.severity],
        message=change.title,
    )
    return {
        **event,
        "compliance": _compliance(change.rule, rule, _PASS, change.because),
        "finding_info": _info(result, change.fingerprint, change.title, change.rule, rule),
        "resources": [_account(change.account_id)],
    }


def _doubt(result: AuditResult, doubt: Doubt, index: Index) -> Json:
    event = _event(
        result,
        doubt.account_id,
        index,
        activity=_CREATE,
        status=_NEW,
        severity=_INFORMATIONAL,
        message=doubt.words,
    )
    uid = fingerprint("not-evaluated", (("account", doubt.account_id),))
    return {
        **event,
        "compliance": _compliance("not-evaluated", None, _UNKNOWN, doubt.words),
        "finding_info": _info(result, uid, "Not all of the account could be evaluated", "not-evaluated", None),
        "resources": [_resource(arn) for arn in doubt.principals] or [_account(doubt.account_id)],
    }


def _event(
    result: AuditResult,
    account_id: str,
    index: Index,
    *,
    activity: Named,
    status: Named,
    severity: Named,
    message: str,
) -> Json:
    header = result.header
    return {
        "activity_id": activity[0],
        "activity_name": activity[1],
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity[0],
        "type_name": f"Compliance Finding: {activity[1]}",
        "time": _milliseconds(header.as_of),
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": status[0],
        "status": status[1],
        "message": visible(message),
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "product": {"name": "mturk-audit", "vendor_name": "mturk-audit", "version": header.tool_version},
            "labels": [f"catalog {header.catalog_version}", f"ruleset {header.ruleset_version}"],
        },
        "cloud": {
            "provider": "AWS",
            "account": {"uid": visible(account_id), "name": visible(index.account(account_id)), "type_id": 10},
        },
    }


def _compliance(rule_id: str, rule: RuleInfo | None, status: Named, detail: str) -> Json:
    controls = sorted(rule.controls) if rule else []
    frameworks = sorted({f"{control.framework} {control.version}" for control in controls})
    return {
        "control": rule_id,
        "standards": frameworks or ["mturk-audit"],
        "requirements": [control_words(control) for control in controls],
        "status_id": status[0],
        "status": status[1],
        "status_detail": visible(detail),
    }


def _info(result: AuditResult, uid: str, title: str, rule_id: str, rule: RuleInfo | None) -> Json:
    return {
        "uid": uid,
        "title": visible(title),
        **({"desc": rule.description} if rule else {}),
        "analytic": {"uid": rule_id, "name": rule.title if rule else rule_id, "type_id": 1, "type": "Rule"},
        "last_seen_time": _milliseconds(result.header.as_of),
    }


def _resource(arn: str) -> Json:
    parsed = parse_arn(arn)
    return {
        "uid": visible(arn),
        "name": visible(parsed.name if parsed else arn),
        "type": resource_type(arn),
        **({"cloud_partition": visible(parsed.partition)} if parsed else {}),
    }


def _account(account_id: str) -> Json:
    return {"uid": visible(f"AWS::::Account:{account_id}"), "name": visible(account_id), "type": "AwsAccount"}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
