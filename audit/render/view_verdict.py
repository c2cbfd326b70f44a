"""The verdict: a sentence with numbers and denominators, one of what was paid, and what neither must hide.

«Not observed», «not tracked» and «not collected» are three answers, and none of them is zero.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from audit.model.activity import ActionActivity, Observation
from audit.model.entitlement import Verdict
from audit.model.principal import PrincipalType
from audit.model.privilege import RiskClass
from audit.model.result import AuditResult
from audit.render.view_counts import NO_PRIVILEGES, Masks, RiskRow, actors
from audit.render.view_words import count, day, money, number, period, sentence

BONUS = "SendBonus"


def verdict_sentences(result: AuditResult, risks: tuple[RiskRow, ...]) -> tuple[str, ...]:
    """Who can pay, who did, and of how many it cannot be told; then what the accounts paid."""
    if not result.principals:
        return ("The evidence holds no users, groups or roles, so nothing is known about who can use the service.",)
    paying = next((row for row in risks if row.risk_class is RiskClass.PAYS_MONEY), None)
    return (
        sentence((_capacity(paying, result), use_words(result), _evaluated(result))),
        sentence((payments_words(result), _empty_accounts(result))),
    )


def use_words(result: AuditResult) -> str:
    """How many of those who can pay did, without a full stop; empty where nobody can.

    One is said not to have been observed only where that is known of each of its privileges that pay.
    """
    kinds = Counter(_paid_or_not(observations) for observations in _paying_use(result).values())
    if not kinds:
        return ""
    everyone, during = sum(kinds.values()), f" in {period(result.header.window)}" if result.header.window else ""
    unknown = kinds[None]
    if unknown == everyone:
        return f"which of them did{during} is not known"
    did, did_not = kinds[Observation.OBSERVED], kinds[Observation.NOT_OBSERVED]
    words = f"{number(did_not)} of these {number(everyone)} {_were(did_not)} not observed to{during}"
    words += f", {number(did)} {_were(did)}"
    return f"{words}; of {number(unknown)} it is not known" if unknown else words


def _paying_use(result: AuditResult) -> Mapping[str, list[Observation]]:
    """By ARN of the users and roles that can pay, also under conditions: what is known of each privilege to pay."""
    paying = {each.action for each in result.profile.privileges if RiskClass.PAYS_MONEY in each.risk_classes}
    acting = set(actors(result))
    found: dict[str, list[Observation]] = defaultdict(list)
    for entitlement in result.entitlements:
        if entitlement.action not in paying or entitlement.principal_arn not in acting:
            continue
        if entitlement.verdict in (Verdict.ALLOW, Verdict.CONDITIONAL):
            found[entitlement.principal_arn].append(entitlement.observation)
    return found


def _paid_or_not(observations: list[Observation]) -> Observation | None:
    """OBSERVED for any, NOT_OBSERVED for all, and else None: not known."""
    if Observation.OBSERVED in observations:
        return Observation.OBSERVED
    return Observation.NOT_OBSERVED if set(observations) == {Observation.NOT_OBSERVED} else None


def _were(some: int) -> str:
    return "was" if some == 1 else "were"


def payments_words(result: AuditResult) -> str:
    """What the accounts' own payment lists say of the window, without a full stop."""
    rows = [row for row in result.activity if row.action.endswith(f":{BONUS}")]
    if not rows:
        return "no source tells of bonus payments"
    during = f" in {period(result.header.window)}" if result.header.window else ""
    kinds = {kind: [row for row in rows if row.observation is kind] for kind in Observation}
    parts = [_paid(kinds[Observation.OBSERVED], len(rows), during)] if kinds[Observation.OBSERVED] else []
    for kind, before, after in (
        (Observation.NOT_OBSERVED, "no bonus payment", f" was observed{during}"),
        (Observation.NOT_COLLECTED, "the bonus payments", " were not collected, or not all of them"),
        (Observation.PARTLY_COVERED, "the bonus payments", " were not collected, and the logs do not hold all days"),
        (Observation.NOT_TRACKED, "no source tells of the bonus payments", ""),
    ):
        if kinds[kind]:
            parts.append(f"{before}{_of_accounts(len(kinds[kind]), len(rows))}{after}")
    return "; ".join(parts)


def lifecycle_sentences(result: AuditResult, masks: Mapping[str, Masks]) -> tuple[str, ...]:
    """Whether the service is closed and what that makes of the grants; dates that are not established say so."""
    lifecycle, name = result.profile.lifecycle, result.profile.name
    if lifecycle.closes_on is None:
        return ()
    if not lifecycle.closed(result.header.as_of.date()):
        return (f"{name} closes on {day(lifecycle.closes_on)}; every grant that is left then is a finding.",)
    sentences = [
        f"{name} closed on {day(lifecycle.closes_on)}; every grant that is left is a finding. {_holders(result, masks)}"
    ]
    if lifecycle.history_until and result.header.as_of.date() <= lifecycle.history_until:
        sentences.append(
            f"Requesters are said to be able to read their history until {day(lifecycle.history_until)} "
            "(not established): collect what the review needs before then."
        )
    return tuple(sentences)


def _capacity(paying: RiskRow | None, result: AuditResult) -> str:
    everyone = sum(1 for principal in result.principals if principal.type is not PrincipalType.GROUP)
    total = count(everyone, "user or role", "users and roles")
    if not everyone:
        return "there is no user and no role, only groups"
    if paying is None:
        return f"{total}; the catalog has no privilege that pays money"
    if not (paying.allowed or paying.conditional or paying.not_evaluated):
        return f"none of {total} can pay workers"
    words = f"{number(paying.allowed)} of {total} can pay workers"
    if paying.conditional:
        words += f", {number(paying.conditional)} more under conditions"
    if paying.not_evaluated:
        words += f", for {number(paying.not_evaluated)} it is not known"
    return words


def _evaluated(result: AuditResult) -> str:
    if not result.not_evaluated:
        return ""
    return f"{count(len(result.not_evaluated), 'principal')} could not be fully evaluated"


def _empty_accounts(result: AuditResult) -> str:
    """Accounts of which no principal is known: their IAM was not collected, or is empty."""
    known = {principal.account_id for principal in result.principals}
    silent = sum(1 for account in result.header.accounts if account.account_id not in known)
    return (
        f"no principal is known of {number(silent)} of {count(len(result.header.accounts), 'account')}"
        if silent
        else ""
    )


def _holders(result: AuditResult, masks: Mapping[str, Masks]) -> str:
    held = [masks.get(arn, NO_PRIVILEGES) for arn in actors(result)]
    holders = sum(1 for each in held if each.allow or each.conditional)
    unknown = sum(1 for each in held if each.not_evaluated and not (each.allow or each.conditional))
    if not holders:
        words = "No user or role is known to hold one of its privileges"
    else:
        still = "still holds" if holders == 1 else "still hold"
        words = f"{count(holders, 'user or role', 'users and roles')} {still} one or more"
    return f"{words}; for {number(unknown)} it is not known." if unknown else f"{words}."


def _paid(rows: list[ActionActivity], accounts: int, during: str) -> str:
    counts = [row.count for row in rows if row.count is not None]
    amounts = [row.amount for row in rows if row.amount is not None]
    who = "the account" if accounts == 1 else f"{number(len(rows))} of {number(accounts)} accounts"
    if len(counts) != len(rows):
        return f"{who} paid bonuses{during}"
    worth = f" worth {money(sum(amounts[1:], amounts[0]))}" if len(amounts) == len(rows) else ""
    return f"{who} paid {count(sum(counts), 'bonus', 'bonuses')}{worth}{during}"


def _of_accounts(some: int, total: int) -> str:
    return f" of {number(some)} of {number(total)} accounts" if some != total else ""
