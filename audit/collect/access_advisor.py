"""When each principal last tried to use Mechanical Turk: Access Advisor, one job a principal.

A job costs two calls or more, and Access Advisor lists only services that a principal's policies grant. So those users
and roles are asked about that an Allow statement of theirs may grant something of the service to, whatever denies or
bounds it: also attempts that were refused are told.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec

from audit.catalog.load import load_profile
from audit.collect.interface import Answer, ApiCall, CallError, Collected, Failure, Run, missing
from audit.collect.job import wait_for
from audit.collect.journal import Journal
from audit.collect.paging import IAM, pages
from audit.evaluate.holders import AccountPolicies
from audit.model.principal import PrincipalType
from audit.model.snapshot import Gap, GapReason
from audit.policy.document import Document, Effect, Statement
from audit.policy.wildcard import matches_action
from audit.snapshot.authorization import AuthorizationDetails, decode_authorization
from audit.snapshot.event_rows import LastAccessRow
from audit.snapshot.layout import AUTHORIZATION_DETAILS, SERVICE_LAST_ACCESSED
from audit.snapshot.writer import json_lines

FILE = SERVICE_LAST_ACCESSED
GENERATE_DETAILS = ApiCall(
    service="iam",
    operation="GenerateServiceLastAccessedDetails",
    permission="iam:GenerateServiceLastAccessedDetails",
    reason="have Access Advisor look one principal up",
    how_often="once for every user and role with a grant on Mechanical Turk",
)
GET_DETAILS = ApiCall(
    service="iam",
    operation="GetServiceLastAccessedDetails",
    permission="iam:GetServiceLastAccessedDetails",
    reason="when that principal last tried to use the service",
    how_often="once for each of them or more, until the answer is ready, and once for every page of it",
)
CALLS = (GENERATE_DETAILS, GET_DETAILS)

_SERVICE = "mechanicalturk"
_KEPT = ("ServiceNamespace", "LastAuthenticated", "LastAuthenticatedRegion")
_STATES = ("IN_PROGRESS", "COMPLETED", "FAILED")


def collect(run: Run) -> Collected:
    """Ask about every principal that may have something to tell."""
    raw = run.read(AUTHORIZATION_DETAILS)
    if raw is None:
        failure = Failure(
            reason=GapReason.NOT_ASKED,
            detail="Access Advisor is asked principal by principal, and the account's principals were not to be had",
        )
        return Collected(content=None, gaps=(missing(FILE, run.account_id, failure),))
    details = decode_authorization(raw, AUTHORIZATION_DETAILS.name)
    principals = sorted(_to_ask(details))
    journal = run.journal()
    run.progress.start(FILE.source, len(principals))
    failures: dict[str, Failure] = {}
    waiting = [arn for arn in principals if arn not in journal]
    run.progress.advance(FILE.source, len(principals) - len(waiting))
    with closing(run.each(waiting, lambda arn: _ask(run, arn, journal))) as outcomes:
        for arn, outcome in outcomes:
            if outcome is not None:
                failures[arn] = outcome
            run.progress.advance(FILE.source)
    run.progress.finish(FILE.source)
    kept = {arn: msgspec.json.decode(value) for arn, value in journal.entries.items() if arn in principals}
    gaps = [*_gaps(run.account_id, failures, all_failed=not kept)]
    if details.is_truncated:
        gaps.append(_unlisted(run, some=bool(principals)))
    return Collected(
        content=None if gaps and not kept else json_lines(kept[arn]["row"] for arn in sorted(kept)),
        rows=len(kept),
        api_calls=sum(each["api_calls"] for each in kept.values()),
        gaps=tuple(gaps),
    )


def _unlisted(run: Run, *, some: bool) -> Gap:
    """The gap that a list of principals with an end too early leaves here: nobody could ask about the others."""
    why = "; ".join(gap.detail for gap in run.gaps(AUTHORIZATION_DETAILS)[:1])
    detail = f"Access Advisor is asked principal by principal, and not every principal was listed: {why}"
    failure = Failure(reason=GapReason.NOT_ASKED, detail=detail)
    return missing(FILE, run.account_id, failure, "the principals that were not listed" if some else "")


def _gaps(account_id: str, failures: dict[str, Failure], *, all_failed: bool) -> Iterator[Gap]:
    """One a principal, or a single one where none of them was answered."""
    for arn in sorted(failures):
        yield missing(FILE, account_id, failures[arn], "" if all_failed else arn)
        if all_failed:
            return


def _ask(run: Run, arn: str, journal: Journal) -> Failure | None:
    """Keep the line of a principal, and how many answers it is made of, before anyone hears of it."""
    try:
        job_id = run.api.ask(GENERATE_DETAILS, _job_complaint, Arn=arn)["JobId"]
        wait_for(GET_DETAILS, run.clock, lambda: _is_done(run, job_id) or None)
        found, count = None, 0
        for page in pages(run.api, GET_DETAILS, IAM, _page_complaint, rows_of=("ServicesLastAccessed",), JobId=job_id):
            count += 1
            for service in page.answer["ServicesLastAccessed"]:
                if service["ServiceNamespace"] == _SERVICE:
                    found = service
    except CallError as error:
        return error.failure
    row = {"Arn": arn} | {name: found[name] for name in _KEPT if found and found.get(name) is not None}
    journal.add(arn, {"row": row, "api_calls": 1 + count})
    return None


def _is_done(run: Run, job_id: str) -> bool:
    """Raises CallError where the job has failed."""
    answer = run.api.ask(GET_DETAILS, _state_complaint, JobId=job_id, MaxItems=1)
    if answer["JobStatus"] == "FAILED":
        message = answer.get("Error", {}).get("Message", "no reason given")
        detail = f"Access Advisor could not look it up: {message}; collect again"
        raise CallError(Failure(reason=GapReason.FAILED, detail=detail))
    return bool(answer["JobStatus"] == "COMPLETED")


def _to_ask(details: AuthorizationDetails) -> Iterator[str]:
    """Users and roles of which an Allow statement may reach a privilege of the service."""
    policies = AccountPolicies(details)
    actions = tuple(privilege.action for privilege in load_profile().privileges)
    numbers = {number for holder in policies.holders for number in holder.identity}
    granting = {number for number in numbers if _may_grant(policies.documents.parsed(number), actions)}
    for holder in policies.holders:
        if holder.type is not PrincipalType.GROUP and not granting.isdisjoint(holder.identity):
            yield holder.arn


def _may_grant(document: Document, actions: tuple[str, ...]) -> bool:
    """Whether it grants, or cannot be read and might."""
    allows = (statement for statement in document.statements if statement.effect is Effect.ALLOW)
    return document.unreadable or any(_reaches(statement, actions) for statement in allows)


def _reaches(statement: Statement, actions: tuple[str, ...]) -> bool:
    if statement.broken:
        return True
    if statement.not_actions is not None:
        return any(not _matched(statement.not_actions, action) for action in actions)
    return any(_matched(statement.actions or (), action) for action in actions)


def _matched(patterns: tuple[str, ...], action: str) -> bool:
    return any(matches_action(pattern, action) for pattern in patterns)


def _job_complaint(answer: Answer) -> str | None:
    return None if isinstance(answer.get("JobId"), str) else "no JobId, as a damaged body looks"


def _state_complaint(answer: Answer) -> str | None:
    return None if answer.get("JobStatus") in _STATES else "no JobStatus, as a damaged body looks"


def _page_complaint(answer: Answer) -> str | None:
    rows = answer.get("ServicesLastAccessed")
    if answer.get("JobStatus") != "COMPLETED" or not isinstance(rows, list):
        return "a page without ServicesLastAccessed, as a damaged body looks"
    try:
        for row in rows:
            msgspec.convert({"Arn": "", **row}, LastAccessRow)
            row["ServiceNamespace"]
    except (msgspec.ValidationError, KeyError, TypeError):
        return "a service without its ServiceNamespace"
    return None
