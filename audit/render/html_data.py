"""The data of the page: everything that its script shows, in the compact shape of `html_records`.

Texts of policies and fixes have a budget of characters, the most severe findings' first: a report of ten thousand
principals must open at once. What has no room is counted, the page says so, and `report.json` holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from audit.model.arn import parse_arn
from audit.model.principal import Principal, PrincipalType
from audit.model.privilege import RiskClass
from audit.model.result import AuditResult
from audit.render.html_access import OBSERVATIONS, StatementCodec, access_places
from audit.render.html_codec import Budget, Interner, packed_seconds, runs, seconds
from audit.render.html_evidence import page_evidence
from audit.render.html_findings import FindingCodec, page_causes, page_rules
from audit.render.html_page import PageData
from audit.render.html_reach import page_reach
from audit.render.html_records import (
    PageActivity,
    PageDocument,
    PagePrincipals,
    PagePrivilege,
    PageWorker,
)
from audit.render.html_review import page_review
from audit.render.view import ReportView
from audit.render.view_words import period

TEXT_BUDGET = 1_500_000
TAG_BUDGET = 1_000_000
"""Characters of policies and fixes, and of tags, that one page carries."""

Tags = tuple[tuple[str, str], ...]

_CLASSES = tuple(RiskClass)
_LETTERS = {type_: type_.value[0] for type_ in PrincipalType}
_ID_PREFIXES = {PrincipalType.USER: "AIDA", PrincipalType.GROUP: "AGPA", PrincipalType.ROLE: "AROA"}


def page_data(result: AuditResult, view: ReportView) -> PageData:
    """Encode a result."""
    index, strings, budget = view.index, Interner[str](), Budget(TEXT_BUDGET)
    strings.place("")
    accounts = {account.account_id: place for place, account in enumerate(result.header.accounts)}
    statements = StatementCodec(strings)
    codec = FindingCodec(index, strings, statements, accounts, budget)
    findings = tuple(codec.finding(finding) for finding in result.findings)
    documents = tuple(_documents(result, budget))
    access, places = access_places(result, index, strings, statements)
    principals = _principals(result, strings, accounts, places)
    activity = tuple(_activity(result, view, strings, accounts))
    evidence = page_evidence(result, strings, accounts)
    reach = page_reach(result.reach, index, strings, statements) if result.reach else None
    review = page_review(result, strings, accounts)
    policies, statement_records = statements.records()
    principal_places = {principal.arn: place for place, principal in enumerate(result.principals)}
    return PageData(
        service=result.profile.service,
        window=period(result.header.window) if result.header.window else "",
        accounts=tuple((account.account_id, account.alias) for account in result.header.accounts),
        partition=_partition(result),
        classes=tuple(risk.value for risk in _CLASSES),
        observations=tuple(observation.value for observation in OBSERVATIONS),
        privileges=_privileges(view),
        policies=policies,
        statements=statement_records,
        documents=documents,
        texts_refused=budget.refused,
        access=access,
        principals=principals,
        rules=page_rules(result.rules),
        lists=codec.lists(),
        findings=findings,
        causes=page_causes(view.causes, result.findings),
        activity=activity,
        workers=tuple(_workers(result, accounts)),
        coverage=tuple(
            (accounts.get(row.account_id, -1), row.part, row.state.value, row.answered, row.total, row.detail)
            for row in result.coverage
        ),
        gaps=tuple(
            (accounts.get(gap.account_id, -1), gap.source, gap.reason.value, gap.item, gap.detail)
            for gap in result.gaps
        ),
        defects=tuple(
            (
                accounts.get(defect.account_id, -1),
                defect.subject,
                defect.where,
                defect.detail,
                runs(principal_places[arn] for arn in defect.principals if arn in principal_places),
            )
            for defect in result.defects
        ),
        files=tuple(
            (file.path, file.sha256, file.rows, file.api_calls, seconds(file.started_at), seconds(file.ended_at))
            for file in result.files
        ),
        evidence=evidence,
        reach=reach,
        review=review,
        strings=tuple(strings.values()),
    )


def _partition(result: AuditResult) -> str:
    parsed = parse_arn(result.principals[0].arn) if result.principals else None
    return parsed.partition if parsed else "aws"


def _privileges(view: ReportView) -> tuple[PagePrivilege, ...]:
    return tuple(
        PagePrivilege(
            privilege.name,
            privilege.description,
            privilege.access_level.value,
            tuple(_CLASSES.index(risk) for risk in privilege.risk_classes),
            privilege.severity.rank,
            privilege.why,
        )
        for privilege in view.index.columns
    )


def _documents(result: AuditResult, budget: Budget) -> Iterator[PageDocument]:
    """The documents of the findings' causes first, then those behind any other grant, while there is room."""
    wanted = dict.fromkeys(cause.policy.document_id for finding in result.findings for cause in finding.causes)
    wanted.update(dict.fromkeys(range(len(result.documents))))
    for place in wanted:
        if 0 <= place < len(result.documents):
            document = result.documents[place]
            if budget.admits(document.text):
                yield PageDocument(place, document.text, document.statement_lines)


def _principals(
    result: AuditResult, strings: Interner[str], accounts: Mapping[str, int], access: Mapping[str, int]
) -> PagePrincipals:
    everyone, partition = result.principals, _partition(result)
    places = {principal.arn: place for place, principal in enumerate(everyone)}
    rows = [(str(place), principal) for place, principal in enumerate(everyone)]
    tags, tag_sets = _tag_sets(everyone)
    return PagePrincipals(
        names=tuple(principal.name for principal in everyone),
        types="".join(_LETTERS[principal.type] for principal in everyone),
        accounts=tuple(accounts.get(principal.account_id, -1) for principal in everyone),
        paths=tuple(strings.place(principal.path) for principal in everyone),
        ids=tuple(map(_short_id, everyone)),
        created=packed_seconds(principal.created_at for principal in everyone),
        used=packed_seconds(principal.last_used_at for principal in everyone),
        used_known="".join("1" if principal.last_used_known else "0" for principal in everyone),
        access=tuple(access.get(principal.arn, -1) for principal in everyone),
        boundaries={place: strings.place(each.boundary_arn) for place, each in rows if each.boundary_arn},
        groups={place: tuple(map(strings.place, each.groups)) for place, each in rows if each.groups},
        members={
            place: runs(places[arn] for arn in each.members if arn in places) for place, each in rows if each.members
        },
        member_counts={place: len(each.members) for place, each in rows if each.members},
        tags=tags,
        tag_sets=tuple(tuple(map(strings.place, chain.from_iterable(each))) for each in tag_sets),
        tags_refused=tags.count(-1),
        arns={place: each.arn for place, each in rows if each.arn != _plain_arn(each, partition)},
        incomplete=runs(places[arn] for arn in result.not_evaluated if arn in places),
    )


def _plain_arn(principal: Principal, partition: str) -> str:
    """The ARN as IAM makes it from the other fields."""
    return f"arn:{partition}:iam::{principal.account_id}:{principal.type}{principal.path}{principal.name}"


def _short_id(principal: Principal) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes"""
    usual = _ID_PREFIXES[principal.type]
    return principal.unique_id[4:] if principal.unique_id.startswith(usual) else f"={principal.unique_id}"


def _tag_sets(everyone: Sequence[Principal]) -> tuple[tuple[int, ...], list[Tags]]:
    """The place of each principal's tags among all sets of tags that there is room for, and those; -1 for no room."""
    kinds = Interner[Tags]()
    numbers = [kinds.place(principal.tags) for principal in everyone]
    sets, budget = kinds.values(), Budget(TAG_BUDGET)
    admitted = [number for number, tags in enumerate(sets) if budget.admits("".join(chain.from_iterable(tags)))]
    places = {number: place for place, number in enumerate(admitted)}
    return tuple(places.get(number, -1) for number in numbers), [sets[number] for number in admitted]


def _activity(
    result: AuditResult, view: ReportView, strings: Interner[str], accounts: Mapping[str, int]
) -> Iterator[PageActivity]:
    columns = {privilege.action: place for place, privilege in enumerate(view.index.columns)}
    for each in result.activity:
        if each.action in columns:
            yield PageActivity(
                accounts.get(each.account_id, -1),
                columns[each.action],
                OBSERVATIONS.index(each.observation),
                each.count,
                None if each.amount is None else f"{each.amount:f}",
                seconds(each.first_at),
                seconds(each.last_at),
                strings.place(each.source),
                strings.place(each.note),
            )


def _workers(result: AuditResult, accounts: Mapping[str, int]) -> Iterator[PageWorker]:
    for each in result.worker_payments:
        yield PageWorker(
            accounts.get(each.account_id, -1),
            each.worker,
            each.count,
            f"{each.amount:f}",
            int(each.first_at.timestamp()),
            int(each.last_at.timestamp()),
        )
