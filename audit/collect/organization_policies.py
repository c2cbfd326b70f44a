"""The service and resource control policies of the organization, each document as AWS's text.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

import msgspec

from audit.collect.interface import Answer, ApiCall, CallError, Collected, Failure, Run, missing
from audit.collect.organization_tree import UPPER_BOUND
from audit.collect.paging import ORGANIZATIONS
from audit.collect.questions import Questions
from audit.model.organization import RCP, SCP, ControlPolicy
from audit.model.snapshot import Gap
from audit.snapshot.layout import ORGANIZATION_POLICIES, ORGANIZATION_TREE
from audit.snapshot.organization import decode_tree
from audit.snapshot.writer import canonical

FILE = ORGANIZATION_POLICIES
LIST_POLICIES = ApiCall(
    service="organizations",
    operation="ListPolicies",
    permission="organizations:ListPolicies",
    reason="which service and resource control policies there are",
    how_often="once for each type that is enabled, and once more for every 20 policies",
    management_only=True,
)
DESCRIBE_POLICY = ApiCall(
    service="organizations",
    operation="DescribePolicy",
    permission="organizations:DescribePolicy",
    reason="what a control policy says",
    how_often="once for every control policy",
    management_only=True,
)
CALLS = (LIST_POLICIES, DESCRIBE_POLICY)


class _Summary(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="Id")
    arn: str = msgspec.field(name="Arn", default="")
    name: str = msgspec.field(name="Name", default="")
    type: str = msgspec.field(name="Type", default="")
    aws_managed: bool = msgspec.field(name="AwsManaged", default=False)


def collect(run: Run) -> Collected:
    """Read every policy of the types that are enabled at the root."""
    raw = run.read(ORGANIZATION_TREE)
    tree = None if raw is None else decode_tree(raw)
    if tree is None or (tree.in_use and tree.nodes is None):
        # Whoever may not read the tree may not read this; the tree's gap says why.
        gaps = run.gaps(ORGANIZATION_TREE)
        return Collected(
            content=None, gaps=tuple(msgspec.structs.replace(gap, source=FILE.source, item="") for gap in gaps[:1])
        )
    questions = Questions(run)
    run.progress.start(FILE.source, None)
    reading = _Policies(run, questions)
    kinds = [kind for kind, enabled in ((SCP, tree.scps_enabled), (RCP, tree.rcps_enabled)) if enabled]
    policies = [policy for kind in kinds for policy in reading.of_type(kind)]
    run.progress.finish(FILE.source)
    if reading.gaps and not policies:
        return Collected(content=None, gaps=tuple(reading.gaps))
    return Collected(
        content=[canonical(msgspec.to_builtins(sorted(policies, key=lambda each: each.id))), b"\n"],
        rows=len(policies),
        api_calls=questions.api_calls,
        gaps=tuple(reading.gaps),
    )


class _Policies:
    def __init__(self, run: Run, questions: Questions) -> None:
        self.gaps: list[Gap] = []
        self._run = run
        self._ask = questions

    def of_type(self, kind: str) -> list[ControlPolicy]:
        """The policies of one type; a document that could not be had is None, and a gap."""
        try:
            rows = self._ask.all(LIST_POLICIES, ORGANIZATIONS, "Policies", _complaint, _transform, Filter=kind)
        except CallError as error:
            self._miss(error.failure, kind)
            return []
        summaries = {summary.id: summary for summary in msgspec.convert(rows, list[_Summary])}
        policies = []
        with closing(self._run.each(summaries, self._document)) as outcomes:
            for policy_id, document in outcomes:
                if isinstance(document, Failure):
                    self._miss(document, policy_id)
                policies.append(_policy(summaries[policy_id], kind, document))
                self._run.progress.advance(FILE.source)
        return policies

    def _document(self, policy_id: str) -> str | Failure:
        try:
            document: str = self._ask.one(
                DESCRIBE_POLICY, _policy_complaint, lambda answer: answer["Policy"]["Content"], PolicyId=policy_id
            )
        except CallError as error:
            return error.failure
        return document

    def _miss(self, failure: Failure, item: str) -> None:
        told = msgspec.structs.replace(failure, detail=f"{failure.detail}; {UPPER_BOUND}")
        self.gaps.append(missing(FILE, self._run.account_id, told, item))


def _policy(summary: _Summary, kind: str, document: str | Failure) -> ControlPolicy:
    return ControlPolicy(
        id=summary.id,
        arn=summary.arn,
        name=summary.name,
        type=summary.type or kind,
        document=None if isinstance(document, Failure) else document,
        aws_managed=summary.aws_managed,
    )


_KEPT = ("Id", "Arn", "Name", "Type", "AwsManaged")


def _transform(row: Answer) -> dict[str, Any]:
    return {name: row[name] for name in _KEPT if name in row}


def _complaint(row: Answer) -> str | None:
    try:
        msgspec.convert(row, _Summary)
    except msgspec.ValidationError:
        return "a policy without an Id"
    return None


def _policy_complaint(answer: Answer) -> str | None:
    policy = answer.get("Policy", {})
    return None if isinstance(policy.get("Content"), str) and policy["Content"] else "a policy without its document"
