"""What `report` adds to an audit from a review: the last review's evidence, exceptions, decisions, the chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from audit.cli.options import ReportOptions
from audit.cli.terminal import Terminal
from audit.model.access_model import AccessModel
from audit.model.result import InputFile
from audit.model.threshold import Thresholds
from audit.review.compare_evidence import Side
from audit.review.exceptions_file import ExceptionsFile
from audit.review.folder import ReviewFolder

if TYPE_CHECKING:
    from audit.model.result import AuditHeader, AuditResult
    from audit.render.output_file import OutputFile
    from audit.snapshot.content import Snapshot


class ReviewMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """What was given, read and checked before anything is evaluated for it."""

    baselines: tuple[Path, ...]
    access: AccessModel | None
    exceptions: ExceptionsFile | None
    review: ReviewFolder | None
    previous: InputFile | None


def read_review_material(options: ReportOptions) -> ReviewMaterial:
    """Read the small files first, so that what is wrong with them is told at once. Raises InputError."""
    from audit.catalog.load import load_profile
    from audit.cli.review_inputs import read_exceptions_file
    from audit.review.access_file import read_access_model
    from audit.review.chain import last_review
    from audit.review.folder import read_review

    exceptions, review, previous = options["exceptions"], options["review"], options["previous"]
    access = options["access"]
    return ReviewMaterial(
        baselines=options["baseline"],
        access=None if access is None else read_access_model(access, load_profile()),
        exceptions=None if exceptions is None else read_exceptions_file(exceptions),
        review=None if review is None else read_review(review),
        previous=None if previous is None else last_review(previous),
    )


def with_review_material(
    terminal: Terminal, snapshot: Snapshot, result: AuditResult, material: ReviewMaterial, thresholds: Thresholds
) -> AuditResult:
    """Add what was given to a result, and name all that it is made of."""
    from audit.review.attach import with_exceptions, with_inputs, with_review

    inputs: list[InputFile] = []
    if material.access is not None:
        inputs.append(InputFile(kind="access model", name=material.access.name, sha256=material.access.sha256))
    if material.exceptions is not None:
        result = with_exceptions(result, material.exceptions)
        inputs.append(InputFile(kind="exceptions", name=material.exceptions.name, sha256=material.exceptions.sha256))
    if material.review is not None:
        result = with_review(result, material.review, material.exceptions.sha256 if material.exceptions else "")
        inputs += material.review.inputs
    if material.baselines:
        # After the review, whose own findings are compared too.
        result, baselines = _compared(terminal, Side(result=result, snapshot=snapshot), material.baselines, thresholds)
        inputs = [*baselines, *inputs]
    if material.previous is not None:
        inputs.append(material.previous)
    return with_inputs(result, inputs)


def _compared(
    terminal: Terminal, now: Side, paths: tuple[Path, ...], thresholds: Thresholds
) -> tuple[AuditResult, list[InputFile]]:
    """Compare with the youngest of the earlier audits; the others tell what is reopened."""
    from audit.cli.diff import side_of
    from audit.review.attach import with_comparison
    from audit.review.compare import compare

    sides = []
    for path in paths:
        terminal.note(f"comparing with {path}")
        sides.append(side_of(path, fallback=now, thresholds=thresholds))
    sides.sort(key=lambda side: side.result.header.as_of, reverse=True)
    comparison = compare(now, sides[0], [side.result for side in sides[1:]])
    headers = [side.result.header for side in sides]
    inputs = [InputFile(kind="baseline", name=each.input_name, sha256=each.input_sha256) for each in headers]
    return with_comparison(now.result, comparison), inputs


def with_manifest(files: Iterator[OutputFile], header: AuditHeader) -> Iterator[OutputFile]:
    """The files, and last the manifest that holds the hash of each."""
    from audit.render.output_file import OutputFile
    from audit.review.proof import REPORT_MANIFEST, artefact, report_manifest, written

    outputs = []
    for file in files:
        outputs.append(artefact(file.name, file.content))
        yield file
    content = written(report_manifest(header, tuple(outputs)))
    yield OutputFile(name=REPORT_MANIFEST, content=content, holds="the hash of every input and output")
