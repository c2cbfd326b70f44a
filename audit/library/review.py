"""One audit as an object: its tables, findings, explanations and charts, for programs and notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from audit.frames.frames import Frames
from audit.library.answer import Answer
from audit.library.changes import Changes
from audit.library.findings import Findings
from audit.library.way import Way, find_way
from audit.model.error import InputError
from audit.model.result import AuditResult
from audit.pipeline import AuditOptions, audit_snapshot
from audit.rules.interface import Rule
from audit.rules.registry import RULES
from audit.snapshot.content import Snapshot
from audit.snapshot.reader import open_input
from audit.snapshot.window import parse_window

if TYPE_CHECKING:
    from audit.render.chart_canvas import Chart


def load_review(
    path: str | PathLike[str],
    *,
    as_of: datetime | None = None,
    window: str | None = None,
    cloudtrail: str | PathLike[str] | None = None,
    plain_worker_ids: bool = False,
    pseudonym_key: bytes | None = None,
    rules: Sequence[Rule] = (),
) -> Review:
    """Read and audit evidence; `audit.load` tells what the arguments mean."""
    options = AuditOptions(
        now=datetime.now(UTC).replace(microsecond=0),
        as_of=as_of,
        window=parse_window(window) if window else None,
        plain_worker_ids=plain_worker_ids,
        pseudonym_key=pseudonym_key,
    )
    snapshot = open_input(Path(path))
    if cloudtrail is not None:
        from audit.snapshot.trail import with_trail

        snapshot = with_trail(snapshot, Path(cloudtrail), options.window, as_of or options.now)
    return Review(snapshot, options, rules)


class Review:
    """One audit of one snapshot or saved file."""

    def __init__(self, snapshot: Snapshot, options: AuditOptions, rules: Sequence[Rule] = ()) -> None:
        self._snapshot = snapshot
        self._options = options
        self.result: AuditResult = audit_snapshot(snapshot, options, (*RULES, *rules))
        """Everything, as frozen records."""

    @cached_property
    def frames(self) -> Frames:
        """All tables as pandas DataFrames, by name or as attributes."""
        return Frames(self.result)

    @cached_property
    def findings(self) -> Findings:
        """What must be looked at, the most severe first."""
        return Findings(self.result, self.result.findings)

    @cached_property
    def verdict(self) -> str:
        """The sentence that opens the report."""
        from audit.render.view import build_view

        return build_view(self.result).verdict

    @cached_property
    def charts(self) -> Mapping[str, Chart]:
        """The report's charts by name; each draws itself."""
        from audit.render.charts import draw_charts

        return draw_charts(self.result)

    def explain(self, principal: str, action: str) -> Answer:
        """Tell why a principal may or may not use a privilege.

        `principal` is an ARN, a unique id or a name, `action` a name of the catalog, each also in part. Raises
        InputError where none or several fit.
        """
        from audit.evaluate.actions import ActionIndex
        from audit.evaluate.explain import explain
        from audit.evaluate.names import find_action, find_holder

        profile = self.result.profile
        name = find_action(profile, action)
        policies, holder = find_holder(self._snapshot, principal)
        index = ActionIndex((privilege.action for privilege in profile.privileges), regions=profile.regions)
        return Answer(explain(policies, holder.arn, name, self.result.header.as_of, index))

    def path(self, start: str, end: str) -> Way:
        """The shortest way in which `start` can become `end`, a principal that can pay, by role or otherwise.

        Raises InputError where an end is not known, or reach was not worked out.
        """
        if self.result.reach is None:
            raise InputError("who can become whom was not worked out; give evidence that holds trust policies")
        return find_way(self.result.reach, start, end)

    def compare(self, earlier: Review, history: Sequence[Review] = ()) -> Changes:
        """What changed since `earlier`; still earlier audits tell which findings were reopened.

        What this evidence does not show is never called resolved.
        """
        from audit.review.compare import compare
        from audit.review.compare_evidence import Side

        now, then = (Side(result=each.result, snapshot=each._snapshot) for each in (self, earlier))
        return Changes(compare(now, then, [each.result for each in history]))

    def check(self, rule: Rule) -> Findings:
        """What one rule finds, yours or the product's: it has `INFO` and `check(context)`."""
        result = audit_snapshot(self._snapshot, self._options, (rule,))
        return Findings(result, result.findings)

    def render(self, format: str) -> dict[str, bytes]:  # noqa: A002 - the option's name
        """The files of one format of the report, by name: `html`, `sarif`, …

        Raises KeyError for a name that is no format, and MissingLibraryError where a library is not installed.
        """
        from audit.render.formats import FORMATS

        return {file.name: file.content for file in FORMATS[format].render(self.result)}

    def __repr__(self) -> str:
        return f"review of {self.result.header.input_name}: {self.verdict}"

    def _repr_html_(self) -> str:
        from audit.render.notebook import summary_html

        return summary_html(self.result)
