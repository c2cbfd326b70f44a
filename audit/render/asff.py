"""AWS Security Finding Format, as the JSON array that Security Hub's BatchImportFindings takes, 100 at a time.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html, schema 2018-10-08. What the
earlier review had and this one has not comes as archived. An account of which not all was evaluated has a finding that
says so, with the compliance status NOT_AVAILABLE.
"""

from __future__ import annotations

import msgspec

from audit.frames.table import format_time
from audit.model.arn import parse_arn
from audit.model.finding import Confidence, Finding, fingerprint
from audit.model.result import AuditResult
from audit.model.review import FindingChange
from audit.render.doubts import Doubt, doubts
from audit.render.ocsf import resource_type
from audit.render.sarif_artifacts import policy_path
from audit.render.standing import Standing, standings
from audit.render.view_finding import control_words
from audit.render.view_index import Index, index_result
from audit.render.view_words import number, visible

SCHEMA_VERSION = "2018-10-08"
MOST_TITLE, MOST_DESCRIPTION, MOST_ADVICE, MOST_FIELD = 256, 1024, 512, 2048
"""Characters."""
MOST_RESOURCES = 32
MOST_REQUIREMENTS = 32
MOST_ID = 512
TYPE = "Software and Configuration Checks/AWS Security Best Practices"
REGION = "us-east-1"
"""IAM is the same in every region; Mechanical Turk is in this one alone."""

_CONFIDENCE = {Confidence.HIGH: 90, Confidence.MEDIUM: 60, Confidence.LOW: 30}
_NO_ACCOUNT = "000000000000"

Json = dict[str, object]


def render_asff(result: AuditResult) -> bytes:
    """Render the findings, what is resolved since the earlier review, and what could not be evaluated."""
    index, stand = index_result(result), standings(result)
    findings = [
        *(_finding(result, finding, stand.of(finding), index) for finding in result.findings),
        *(_resolved(result, change) for change in stand.resolved),
        *(_doubt(result, doubt) for doubt in doubts(result)),
    ]
    lines = b",\n".join(map(msgspec.json.encode, findings))
    return b"[\n" + lines + b"\n]\n" if lines else b"[]\n"


def _finding(result: AuditResult, finding: Finding, standing: Standing, index: Index) -> Json:
    rule = index.rules.get(finding.rule)
    total, shown = len(finding.subjects), finding.subjects[:MOST_RESOURCES]
    more = f" {number(len(shown))} of {number(total)} principals are named here." if total > len(shown) else ""
    told = f"{finding.title.rstrip('.')}. {finding.confidence_reason}"
    controls = [control_words(control) for control in sorted(rule.controls)] if rule else []
    cause = finding.causes[0] if finding.causes else None
    fields = {
        "mturk-audit/Fingerprint": finding.fingerprint,
        "mturk-audit/Rule": finding.rule,
        "mturk-audit/PrincipalCount": str(total),
        "mturk-audit/Privileges": ", ".join(finding.privileges),
        "mturk-audit/Policy": policy_path(cause.policy) if cause else "",
        "mturk-audit/Statement": cause.label if cause else "",
        "mturk-audit/Exceptions": ", ".join(row.exception.id for row in standing.exceptions),
        "mturk-audit/EvidenceSha256": result.header.input_sha256,
    }
    made = _record(
        result,
        finding.account_id,
        finding.fingerprint,
        finding.rule,
        title=finding.title,
        description=_cut(told, MOST_DESCRIPTION - len(more)) + more,
        severity=finding.severity.value.upper(),
        resources=[_resource(arn) for arn in shown] or [_account(finding.account_id)],
    )
    return {
        **made,
        "Confidence": _CONFIDENCE[finding.confidence],
        "ProductFields": {name: _cut(value, MOST_FIELD) for name, value in fields.items() if value},
        "Compliance": {
            "Status": "FAILED",
            **({"RelatedRequirements": controls[:MOST_REQUIREMENTS]} if controls else {}),
        },
        "Workflow": {"Status": "SUPPRESSED" if standing.excepted else "NEW"},
        **({"Remediation": {"Recommendation": {"Text": _cut(rule.remediation, MOST_ADVICE)}}} if rule else {}),
    }


def _resolved(result: AuditResult, change: FindingChange) -> Json:
    made = _record(
        result,
        change.account_id,
        change.fingerprint,
        change.rule,
        title=change.title,
        description=change.because or "No longer found.",
        severity=change.severity.value.upper(),
        resources=[_account(change.account_id)],
    )
    return {**made, "RecordState": "ARCHIVED", "Compliance": {"Status": "PASSED"}, "Workflow": {"Status": "RESOLVED"}}


def _doubt(result: AuditResult, doubt: Doubt) -> Json:
    made = _record(
        result,
        doubt.account_id,
        fingerprint("not-evaluated", (("account", doubt.account_id),)),
        "not-evaluated",
        title="Not all of the account could be evaluated",
        description=doubt.words,
        severity="INFORMATIONAL",
        resources=[_resource(arn) for arn in doubt.principals[:MOST_RESOURCES]] or [_account(doubt.account_id)],
    )
    return {**made, "Compliance": {"Status": "NOT_AVAILABLE"}, "Workflow": {"Status": "NEW"}}


def _record(
    result: AuditResult,
    account_id: str,
    mark: str,
    rule: str,
    *,
    title: str,
    description: str,
    severity: str,
    resources: list[Json],
) -> Json:
    account, at = visible(account_id) or _NO_ACCOUNT, format_time(result.header.as_of)
    partition = next((parsed.partition for each in result.principals if (parsed := parse_arn(each.arn))), "aws")
    rating = {"Label": severity, "Original": severity.lower()}
    return {
        "SchemaVersion": SCHEMA_VERSION,
        "Id": _cut(f"mturk-audit/{account}/{mark}", MOST_ID),
        "ProductArn": visible(f"arn:{partition}:securityhub:{REGION}:{account}:product/{account}/default"),
        "GeneratorId": f"mturk-audit/{rule}",
        "AwsAccountId": account,
        "Types": [TYPE],
        "CreatedAt": at,
        "UpdatedAt": at,
        "Severity": rating,
        "FindingProviderFields": {"Severity": rating, "Types": [TYPE]},
        "Title": _cut(title, MOST_TITLE),
        "Description": _cut(description, MOST_DESCRIPTION),
        "Resources": resources,
        "RecordState": "ACTIVE",
    }


def _resource(arn: str) -> Json:
    parsed = parse_arn(arn)
    known = {"Partition": parsed.partition} if parsed and parsed.partition in PARTITIONS else {}
    return {"Type": resource_type(arn), "Id": _cut(arn, MOST_ID), "Region": REGION, **known}


PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov"})


def _account(account_id: str) -> Json:
    return {"Type": "AwsAccount", "Id": _cut(f"AWS::::Account:{account_id or _NO_ACCOUNT}", MOST_ID), "Region": REGION}


def _cut(text: str, most: int) -> str:
    """What cannot be seen spelt out, and never empty; a longer text ends in a sign that says so."""
    shown = visible(text).strip() or "-"
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
