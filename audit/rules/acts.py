"""Findings about what was done: payments, calls and blocks, which no policy statement causes.

What an account did in one window is not what it does in the next: an exception for last quarter's payments must not
cover this quarter's. So where the acts themselves are the finding its identity has the window; where a principal is,
its unique id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reconciliation import Explanation, Outcome, ReconciliationRow, Subject
from audit.rules.assemble import Certainty
from audit.rules.interface import RuleContext
from audit.rules.wording import count, enumeration

SEND_BONUS = "mechanicalturk:SendBonus"
WINDOW_IDENTITY = ("account", "window")
PRINCIPAL_IDENTITY = ("account", "principal")

BY_EVENTS = Certainty(
    Confidence.HIGH, "CloudTrail names who acted, and the payment agrees with the call in all that both of them tell."
)
WEBSITE = (
    "What is done on the requester website needs an Amazon login and no IAM permission, and is in no CloudTrail log."
)


def payments(context: RuleContext, *outcomes: Outcome) -> tuple[ReconciliationRow, ...]:
    """The bonus payments of the window that stand in one of the outcomes; of all of them, where none is named."""
    return tuple(
        row
        for row in context.reconciliation
        if row.subject is Subject.BONUS and row.amount is not None and (not outcomes or row.outcome in outcomes)
    )


def by_payer(rows: Iterable[ReconciliationRow]) -> Iterator[tuple[str, tuple[ReconciliationRow, ...]]]:
    """Rows by the ARN of who acted, sorted; an empty ARN where no event tells."""
    payers: dict[str, list[ReconciliationRow]] = {}
    for row in rows:
        payers.setdefault(row.principal_arn, []).append(row)
    for arn in sorted(payers):
        yield arn, tuple(payers[arn])


def worth(rows: Iterable[ReconciliationRow]) -> str:
    """`3 bonuses worth $12.50`."""
    amounts = [row.amount for row in rows if row.amount is not None]
    noun = "bonus" if len(amounts) == 1 else "bonuses"
    return f"{len(amounts)} {noun} worth {money(sum(amounts, Decimal(0)))}"


def money(amount: Decimal) -> str:
    """US dollars to the cent, or to what the amount itself needs."""
    return f"${amount:,.2f}" if amount == amount.quantize(Decimal("0.01")) else f"${amount:,f}"


def during(context: RuleContext) -> str:
    """` in 2026-Q3`; empty where there is no window."""
    window = context.window
    if window is None:
        return ""
    return f" in {window.label}" if window.label else f" from {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}"


def window_id(context: RuleContext) -> str:
    """The window as an identity field."""
    window = context.window
    return f"{window.since:%Y-%m-%dT%H:%M:%SZ}/{window.until:%Y-%m-%dT%H:%M:%SZ}" if window else "all"


def principal_id(context: RuleContext, arn: str) -> str:
    """The unique id of a principal of the account, or the ARN of one that it does not hold."""
    principal = context.principals.get(arn)
    return principal.unique_id if principal and principal.unique_id else arn


def account_arn(context: RuleContext) -> str:
    """The account itself, as policies name it: the subject where nobody is known."""
    return f"arn:aws:iam::{context.account_id}:root"


def named(context: RuleContext, arn: str) -> str:
    """The principal's name, or its ARN where the account does not hold it."""
    principal = context.principals.get(arn)
    return principal.name if principal else arn or "Somebody whom the events do not name"


def act_facts(rows: Collection[ReconciliationRow]) -> tuple[tuple[str, str], ...]:
    """What the payments come to, when they were made, and who was paid."""
    amounts = [row.amount for row in rows if row.amount is not None]
    moments = sorted(moment for row in rows if (moment := row.paid_at or row.event_at))
    workers = sorted({row.worker for row in rows if row.worker})
    facts = [("payments", str(len(amounts))), ("amount", money(sum(amounts, Decimal(0))))] if amounts else []
    if moments:
        facts.append(("from", f"{moments[0]:%Y-%m-%d %H:%M} UTC to {moments[-1]:%Y-%m-%d %H:%M} UTC"))
    if workers:
        facts.append(("workers", f"{len(workers)}: {enumeration(workers, 'further worker', most=5)}"))
    people = sorted({row.person for row in rows if row.person})
    if people:
        facts.append(("people behind the sessions", enumeration(people, "further person")))
    return tuple(facts)


def act_finding(
    context: RuleContext,
    rule: RuleInfo,
    title: str,
    *,
    subjects: Iterable[str],
    severity: Severity,
    certainty: Certainty,
    facts: tuple[tuple[str, str], ...],
    considered: tuple[str, ...] = (),
    privileges: tuple[str, ...] = (SEND_BONUS,),
    identity: dict[str, str],
) -> Finding:
    """A finding without a statement behind it. `identity` holds the declared fields besides the account."""
    values = {"account": context.account_id, "window": window_id(context), **identity}
    return Finding(
        rule=rule.id,
        title=title,
        severity=severity,
        confidence=certainty.confidence,
        confidence_reason=certainty.reason,
        account_id=context.account_id,
        subjects=tuple(sorted({arn or account_arn(context) for arn in subjects})),
        privileges=privileges,
        considered=considered,
        facts=facts,
        identity=tuple((name, values[name]) for name in rule.identity),
    )


def unseen(explanation: Explanation) -> str:
    """Why no event is there, as the end of a sentence."""
    return {
        Explanation.LOG_GAP: "on days whose logs are missing or damaged",
        Explanation.OUTSIDE_LOGS: "at times that the logs do not reach",
    }.get(explanation, "although the logs hold the day")


def calls_words(number: int) -> str:
    """`1 call`, `3 calls`."""
    return count(number, "call")
