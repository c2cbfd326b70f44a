"""An audit result with the review's part filled in: the order in which its pieces depend on one another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from audit.model.result import AuditHeader, AuditResult, InputFile
from audit.model.review import Comparison
from audit.review.closing_plan import closing_plan
from audit.review.controls import control_results
from audit.review.decisions import decision_rows
from audit.review.exceptions import exception_rows
from audit.review.exceptions_file import ExceptionsFile
from audit.review.folder import ReviewFolder
from audit.review.progress import review_progress
from audit.review.revoked_but_present import INFO as REVOKED_BUT_PRESENT
from audit.review.revoked_but_present import revoked_but_present
from audit.review.signing import signature_rows


def with_standing(result: AuditResult) -> AuditResult:
    """The result with what follows from it alone: the controls, and the plan for closing the service down."""
    return msgspec.structs.replace(result, controls=control_results(result), closing_plan=closing_plan(result))


def with_exceptions(result: AuditResult, file: ExceptionsFile) -> AuditResult:
    """The result with each exception held against its findings; the controls count the excepted ones anew."""
    rows = exception_rows(file.exceptions, result.findings, result.header.as_of.date())
    marked = msgspec.structs.replace(result, exceptions=rows)
    return msgspec.structs.replace(marked, controls=control_results(marked))


def with_review(result: AuditResult, folder: ReviewFolder, exceptions_sha256: str = "") -> AuditResult:
    """The result with the folder's decisions and sign-offs held against it. Exceptions must be in it already."""
    decisions = decision_rows(result, folder.decisions)
    reviewed = msgspec.structs.replace(
        result,
        decisions=decisions,
        progress=review_progress(result, decisions),
        signatures=signature_rows(folder, result.header.input_sha256, exceptions_sha256),
        rules=tuple(sorted((*result.rules, REVOKED_BUT_PRESENT), key=lambda rule: rule.id)),
        # What a review itself finds goes before what its rules find.
        findings=(*revoked_but_present(result, decisions), *result.findings),
    )
    return msgspec.structs.replace(reviewed, controls=control_results(reviewed))


def with_comparison(result: AuditResult, comparison: Comparison) -> AuditResult:
    """The result with what changed since the last review."""
    return msgspec.structs.replace(result, comparison=comparison)


def with_inputs(result: AuditResult, inputs: Iterable[InputFile]) -> AuditResult:
    """The result that names all that it is made from, with one hash over it and the command: it comes last."""
    evidence = InputFile(kind="evidence", name=result.header.input_name, sha256=result.header.input_sha256)
    header = msgspec.structs.replace(result.header, inputs=(evidence, *inputs))
    return msgspec.structs.replace(result, header=msgspec.structs.replace(header, root_sha256=root_sha256(header)))


def root_sha256(header: AuditHeader) -> str:
    """Hash over everything that decides a report: its inputs, the versions, the moment and the command."""
    content = (
        header.inputs,
        header.tool_version,
        header.catalog_sha256,
        header.ruleset_sha256,
        header.as_of,
        header.command,
    )
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()
