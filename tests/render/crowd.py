"""Ten thousand principals with more of everything than one page has room for."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from audit.model.entitlement import Verdict
from audit.model.reach import Entrance, NodeType, Reach, ReachNode, ReachPath, ReachStep, StepType
from audit.model.result import AuditResult
from tests.render.factory import sized_result
from tests.render.quarter import quarter_result
from tests.render.records import BONUS

WAYS, ENTRANCES, ROWS = 2_600, 2_500, 5_000


def crowded_result(size: int = 10_000) -> AuditResult:
    """`size` principals, with reach, use, payments and decisions of many of them."""
    result, quarter = sized_result(size), quarter_result()
    arns = [principal.arn for principal in result.principals]
    replace = msgspec.structs.replace
    return replace(
        result,
        usage=tuple(replace(quarter.usage[0], principal_arn=arns[place % size]) for place in range(ROWS)),
        reconciliation=tuple(
            replace(quarter.reconciliation[0], assignment_id=f"3{place:029d}", event_id=f"event-{place}")
            for place in range(ROWS)
        ),
        reconciliation_totals=quarter.reconciliation_totals,
        principal_payments=quarter.principal_payments,
        comparison=quarter.comparison,
        decisions=tuple(
            replace(quarter.decisions[0], decision=replace(quarter.decisions[0].decision, principal_arn=arn))
            for arn in arns[:ROWS]
        ),
        exceptions=quarter.exceptions,
        controls=quarter.controls,
        closing_plan=quarter.closing_plan,
        reach=_reach(result, arns),
    )


def _reach(result: AuditResult, arns: list[str]) -> Reach:
    holders = arns[:40]
    paths = tuple(_way(result, arns[40 + place], holders[place % 40]) for place in range(WAYS))
    entrances = tuple(_entrances(result, arns))
    nodes = tuple(ReachNode(id=arn, type=NodeType.PRINCIPAL, label=arn, inside=True) for arn in arns)
    return Reach(actions=(BONUS,), nodes=nodes, steps=(), paths=paths, entrances=entrances)


def _way(result: AuditResult, start: str, holder: str) -> ReachPath:
    return ReachPath(
        start=start,
        holder=holder,
        actions=(BONUS,),
        verdict=Verdict.ALLOW,
        steps=(_step(result, start, holder, StepType.ASSUME_ROLE),),
    )


def _step(result: AuditResult, source: str, target: str, kind: StepType) -> ReachStep:
    cause = next(finding.causes[0] for finding in result.findings if finding.causes)
    return ReachStep(
        source=source, target=target, type=kind, verdict=Verdict.ALLOW, statements=(cause,), reason="Its trust lets it."
    )


def _entrances(result: AuditResult, arns: list[str]) -> Iterator[Entrance]:
    for place in range(ENTRANCES):
        account, role = f"{900_000_000_000 + place}", arns[place % len(arns)]
        yield Entrance(
            outside=account,
            label=f"the account {account}",
            outside_type=NodeType.ACCOUNT,
            role_arn=role,
            step=_step(result, account, role, StepType.ASSUME_ROLE),
            weaknesses=("No ExternalId is asked for.",),
        )
