"""The files that a SARIF log points into: each policy of the evidence under a path that stays the same.

The text is the indented document that every output shows, so that a line number means the same everywhere; what cannot
be seen in it is spelt out.
"""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from audit.model.arn import parse_arn
from audit.model.entitlement import PolicyRef, StatementRef
from audit.model.finding import Finding
from audit.model.result import AuditResult
from audit.render.view_words import visible

Json = dict[str, object]


class Artifacts:
    """Gives every policy its place in the run's list, in the order in which they are first met."""

    def __init__(self, result: AuditResult) -> None:
        self._result = result
        self._places: dict[str, int] = {}
        self._listed: list[Json] = []

    def lines(self, cause: StatementRef) -> Json:
        """The physical location of a statement."""
        policy, documents = cause.policy, self._result.documents
        document = documents[policy.document_id] if 0 <= policy.document_id < len(documents) else None
        spans = document.statement_lines if document else ()
        first, last = spans[cause.index] if 0 <= cause.index < len(spans) else (1, 1)
        place = self._place(policy_path(policy), document.text if document else None)
        return {**place, "region": {"startLine": first, "endLine": last}}

    def evidence(self, finding: Finding) -> Json:
        """Where a finding without a statement stands: the evidence itself, and the principals as logical places."""
        known = {file.path for file in self._result.files}
        own = f"{finding.account_id}/iam/authorization-details.json"
        path = own if own in known else self._result.header.input_name
        return {
            "physicalLocation": {**self._place(_quoted(path), None), "region": {"startLine": 1}},
            "logicalLocations": [{"fullyQualifiedName": visible(arn)} for arn in finding.subjects[:1]],
        }

    def listed(self) -> list[Json]:
        """The artifacts of the run."""
        return self._listed

    def _place(self, uri: str, text: str | None) -> Json:
        if uri not in self._places:
            self._places[uri] = len(self._listed)
            self._listed.append(_artifact(uri, text))
        return {"artifactLocation": {"uri": uri, "index": self._places[uri]}}


def policy_path(policy: PolicyRef) -> str:
    """A policy's relative path: `iam/111122223333/policy/pay-workers.json`, or below its owner where it is inline."""
    arn = parse_arn(policy.arn or policy.owner_arn)
    if arn is None:
        return _quoted(f"iam/{policy.arn or policy.owner_arn}/{policy.name}.json")
    inline = "" if policy.arn else f"/inline/{policy.name}"
    return _quoted(f"iam/{arn.account_id}/{arn.resource}{inline}.json")


def _quoted(path: str) -> str:
    """A relative reference whatever stands in a name: no scheme, no step up, no empty step."""
    steps = (step if step.strip(".") else f"_{step}" for step in path.split("/") if step)
    return "/".join(quote(step, safe="", errors="replace") for step in steps)


def _artifact(uri: str, text: str | None) -> Json:
    if text is None:
        return {"location": {"uri": uri}}
    content = visible(text).encode()
    return {
        "location": {"uri": uri},
        "mimeType": "application/json",
        "length": len(content),
        "hashes": {"sha-256": hashlib.sha256(content).hexdigest()},
        "contents": {"text": content.decode()},
    }
