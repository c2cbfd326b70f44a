"""The tables of who may do what: principals, privileges, entitlements and the grants behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter

from audit.frames.table import Column, Kind, Row, Table, join
from audit.model.entitlement import KIND, Entitlement, Verdict
from audit.model.principal import PrincipalType
from audit.model.privilege import Privilege, Severity
from audit.model.result import AuditResult

SEVERITY = Column("severity", Kind.CATEGORY, tuple(severity.value for severity in reversed(Severity)))


def _principal_rows(result: AuditResult) -> Iterator[Row]:
    counts = Counter(map(attrgetter("principal_arn", "verdict"), result.entitlements))
    incomplete = set(result.not_evaluated)
    for principal in result.principals:
        yield (
            principal.arn,
            _TYPES[principal.type],
            principal.account_id,
            principal.name,
            principal.unique_id,
            principal.path,
            principal.created_at,
            principal.last_used_at,
            principal.last_used_known,
            principal.boundary_arn or "",
            join(principal.groups),
            len(principal.members),
            counts.get((principal.arn, Verdict.ALLOW), 0),
            counts.get((principal.arn, Verdict.CONDITIONAL), 0),
            counts.get((principal.arn, Verdict.NOT_EVALUATED), 0),
            principal.arn not in incomplete,
        )


PRINCIPALS = Table(
    name="principals",
    holds="one user, group or role",
    columns=(
        Column("principal_arn"),
        Column("principal_type", Kind.CATEGORY),
        Column("account_id", Kind.CATEGORY),
        Column("principal_name"),
        Column("principal_id"),
        Column("path", Kind.CATEGORY),
        Column("created_at", Kind.TIME),
        Column("last_used_at", Kind.TIME),
        Column("last_used_known", Kind.FLAG),
        Column("boundary", Kind.CATEGORY),
        Column("groups"),
        Column("members", Kind.COUNT),
        Column("allowed", Kind.COUNT),
        Column("conditional", Kind.COUNT),
        Column("not_evaluated", Kind.COUNT),
        Column("complete", Kind.FLAG),
    ),
    rows=_principal_rows,
)


def _privilege_rows(result: AuditResult) -> Iterator[Row]:
    counts = Counter(map(attrgetter("action", "verdict"), result.entitlements))
    for privilege in result.profile.privileges:
        yield (
            privilege.action,
            privilege.access_level.value,
            risk_class(privilege),
            join(risk.value for risk in privilege.risk_classes[1:]),
            privilege.severity.value,
            privilege.description,
            privilege.why,
            join(resource.name or "*" for resource in privilege.resource_types),
            privilege.wildcard_only,
            counts[privilege.action, Verdict.ALLOW],
            counts[privilege.action, Verdict.CONDITIONAL],
            counts[privilege.action, Verdict.NOT_EVALUATED],
        )


def risk_class(privilege: Privilege | None) -> str:
    """Name the risk class that a privilege stands in; empty for an action that is in no profile."""
    return privilege.risk_classes[0].value if privilege and privilege.risk_classes else ""


PRIVILEGES = Table(
    name="privileges",
    holds="one privilege of the catalog, and how many principals have it",
    columns=(
        Column("action"),
        Column("access_level", Kind.CATEGORY),
        Column("risk_class", Kind.CATEGORY),
        Column("other_risk_classes", Kind.CATEGORY),
        SEVERITY,
        Column("description"),
        Column("why"),
        Column("resource_types"),
        Column("wildcard_only", Kind.FLAG),
        Column("allowed", Kind.COUNT),
        Column("conditional", Kind.COUNT),
        Column("not_evaluated", Kind.COUNT),
    ),
    rows=_privilege_rows,
)


def _allowed_rows(result: AuditResult) -> Iterator[Row]:
    return _entitlement_rows(result, (Verdict.ALLOW, Verdict.CONDITIONAL))


def _not_evaluated_rows(result: AuditResult) -> Iterator[Row]:
    return _entitlement_rows(result, (Verdict.NOT_EVALUATED,))


def _entitlement_rows(result: AuditResult, verdicts: tuple[Verdict, ...]) -> Iterator[Row]:
    principals = {principal.arn: principal for principal in result.principals}
    privileges = {privilege.action: _privilege_cells(privilege) for privilege in result.profile.privileges}
    kinds: dict[tuple[object, ...], _KindCells] = {}
    for entitlement in result.entitlements:
        if entitlement.verdict not in verdicts:
            continue
        # Ten thousand principals have some hundred kinds of entitlement: the cells of each are made once.
        kind = KIND(entitlement)
        if kind not in kinds:
            kinds[kind] = _kind_cells(entitlement)
        use, limits, calls = kinds[kind]
        principal = principals[entitlement.principal_arn]
        yield (
            principal.arn,
            _TYPES[principal.type],
            principal.account_id,
            entitlement.action,
            *use,
            *privileges.get(entitlement.action, _UNKNOWN_PRIVILEGE),
            *limits,
            principal.unique_id,
            principal.name,
            *calls,
        )


_KindCells = tuple[Row, Row, Row]
_TYPES = {type_: type_.value for type_ in PrincipalType}
_UNKNOWN_PRIVILEGE: Row = ("", "", "")


def _kind_cells(entitlement: Entitlement) -> _KindCells:
    """From the verdict to the number of grants; from the conditions to the source; and from the count on."""
    deciding = entitlement.grants[0] if entitlement.grants else None
    return (
        (
            entitlement.verdict.value,
            entitlement.observation.value,
            entitlement.last_used_at,
            deciding.policy.label if deciding else "",
            deciding.label if deciding else "",
            len(entitlement.grants),
        ),
        (
            join(entitlement.conditions),
            join(f"{statement.policy.label} {statement.label}" for statement in entitlement.limited_by),
            entitlement.source,
        ),
        (entitlement.count, entitlement.first_used_at, entitlement.note),
    )


def _privilege_cells(privilege: Privilege) -> Row:
    """From the access level to the severity."""
    return (privilege.access_level.value, risk_class(privilege), privilege.severity.value)


_ENTITLEMENT_COLUMNS = (
    Column("principal_arn", Kind.CATEGORY),
    Column("principal_type", Kind.CATEGORY),
    Column("account_id", Kind.CATEGORY),
    Column("action", Kind.CATEGORY),
    Column("verdict", Kind.CATEGORY),
    Column("used", Kind.CATEGORY),
    Column("last_used_at", Kind.TIME),
    Column("policy", Kind.CATEGORY),
    Column("statement", Kind.CATEGORY),
    Column("grants", Kind.COUNT),
    Column("access_level", Kind.CATEGORY),
    Column("risk_class", Kind.CATEGORY),
    SEVERITY,
    Column("conditions", Kind.CATEGORY),
    Column("limited_by", Kind.CATEGORY),
    Column("source", Kind.CATEGORY),
    Column("principal_id", Kind.CATEGORY),
    Column("principal_name", Kind.CATEGORY),
    Column("count", Kind.COUNT),
    Column("first_used_at", Kind.TIME),
    Column("note", Kind.CATEGORY),
)

ENTITLEMENTS = Table(
    name="entitlements",
    holds="one principal and one privilege that it is allowed, wholly or under conditions",
    columns=_ENTITLEMENT_COLUMNS,
    rows=_allowed_rows,
)

NOT_EVALUATED = Table(
    name="not-evaluated",
    holds="one principal and one privilege of which it could not be told whether it is allowed",
    columns=_ENTITLEMENT_COLUMNS,
    rows=_not_evaluated_rows,
)


def _grant_rows(result: AuditResult) -> Iterator[Row]:
    for entitlement in result.entitlements:
        for place, statement in enumerate(entitlement.grants):
            policy = statement.policy
            yield (
                entitlement.principal_arn,
                entitlement.action,
                entitlement.verdict.value,
                place == 0,
                policy.type.value,
                policy.name,
                policy.arn,
                policy.group,
                statement.label,
            )


GRANTS = Table(
    name="grants",
    holds="one statement that offers a principal one privilege; all of them must go for the privilege to go",
    columns=(
        Column("principal_arn", Kind.CATEGORY),
        Column("action", Kind.CATEGORY),
        Column("verdict", Kind.CATEGORY),
        Column("deciding", Kind.FLAG),
        Column("policy_type", Kind.CATEGORY),
        Column("policy", Kind.CATEGORY),
        Column("policy_arn", Kind.CATEGORY),
        Column("group", Kind.CATEGORY),
        Column("statement", Kind.CATEGORY),
    ),
    rows=_grant_rows,
)
