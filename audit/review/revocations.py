"""What the decisions on record ask to be taken away, and the changes that do it; each of them is named with its hashes.

A decision to revoke asks for its privileges. One to modify asks for what it does not leave, and says what stays in its
justification: `stays: GetHIT, ListHITs`, or `stays: nothing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from audit.evaluate.control_policies import control_policies
from audit.evaluate.revocation import revoke
from audit.evaluate.revocation_record import AccountRevocation, Revoked, Unresolved
from audit.evaluate.rightsize_proof import UnprovedError
from audit.evaluate.rightsize_wanted import wanted_actions
from audit.model.error import InputError
from audit.model.privilege import ServiceProfile
from audit.model.result import AuditResult
from audit.model.review import Choice, Decision, DecisionRow, DecisionState
from audit.review.decisions import Standing
from audit.review.progress import deciding_rows
from audit.snapshot.authorization import AuthorizationDetails
from audit.snapshot.content import Snapshot

FORMAT = "mturk-audit-revocations-1"
PENDING = (DecisionState.OPEN, DecisionState.OVERDUE)
NOTHING = "nothing"
_STAYS = re.compile(r"\bstays?:\s*([\w:*?, ]+)", re.IGNORECASE | re.ASCII)


class DecidedRevocation(msgspec.Struct, frozen=True, kw_only=True):
    """What one decision takes from one principal."""

    principal_arn: str
    unique_id: str
    actions: tuple[str, ...]
    choice: Choice
    state: DecisionState
    reviewer: str
    decided_on: date
    ticket: str
    decided_on_sha256: str
    """Of the evidence that was decided on."""


class Revocations(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is decided to go and is still there, and how it goes."""

    format: str = FORMAT
    evidence_name: str
    evidence_sha256: str
    """Of the evidence that the changes were worked out on. Only younger evidence closes a decision."""
    decided: tuple[DecidedRevocation, ...]
    accounts: tuple[AccountRevocation, ...]
    unresolved: tuple[Unresolved, ...]
    """Decisions that ask for nothing that could be worked out."""

    @property
    def complete(self) -> bool:
        """Whether there is a proved change for every decision."""
        return not self.unresolved and not any(account.unresolved for account in self.accounts)


def revocations(snapshot: Snapshot, result: AuditResult) -> Revocations:
    """The changes for every decision of the result that is not carried out.

    `result` is the audit of `snapshot` with the review's decisions in it.
    """
    decided, unresolved = _asked(result)
    evidence = {each.account.account_id: each.authorization for each in snapshot.accounts}
    accounts_of = {principal.arn: principal.account_id for principal in result.principals}
    wanted: dict[str, dict[str, frozenset[str]]] = {}
    for each in decided:
        own = wanted.setdefault(accounts_of[each.principal_arn], {})
        own[each.principal_arn] = own.get(each.principal_arn, frozenset()) | frozenset(each.actions)
    accounts = []
    for account_id, revoked in sorted(wanted.items()):
        details = evidence.get(account_id)
        if details is not None:
            accounts.append(_account(snapshot, result, account_id, details, revoked))
    return Revocations(
        evidence_name=result.header.input_name,
        evidence_sha256=result.header.input_sha256,
        decided=decided,
        accounts=tuple(accounts),
        unresolved=unresolved,
    )


def _account(
    snapshot: Snapshot, result: AuditResult, account_id: str, details: AuthorizationDetails, revoked: Revoked
) -> AccountRevocation:
    """The changes of one account; none of them where together they do not do what they say."""
    control = control_policies(snapshot.organization, account_id)
    try:
        return revoke(account_id, details, revoked, profile=result.profile, as_of=result.header.as_of, control=control)
    except UnprovedError as error:
        unresolved = tuple(
            Unresolved(principal_arn=arn, actions=tuple(sorted(actions)), reason=f"{error}.")
            for arn, actions in sorted(revoked.items())
        )
        return AccountRevocation(account_id=account_id, unresolved=unresolved)


def _asked(result: AuditResult) -> tuple[tuple[DecidedRevocation, ...], tuple[Unresolved, ...]]:
    decided, unresolved = [], list(_untold(result))
    actions: dict[tuple[str, int], list[str]] = {}
    rows: dict[int, DecisionRow] = {}
    for (unique_id, action), row in deciding_rows(result, result.decisions).items():
        if row.state in PENDING and row.decision.choice in (Choice.REVOKE, Choice.MODIFY):
            actions.setdefault((unique_id, id(row)), []).append(action)
            rows[id(row)] = row
    principals = Standing(result).principals
    for (unique_id, number), held in actions.items():
        decision, arn = rows[number].decision, principals[unique_id].arn
        try:
            gone = _going(decision, held, result.profile)
        except InputError as error:
            unresolved.append(Unresolved(principal_arn=arn, actions=tuple(sorted(held)), reason=f"{error}."))
            continue
        if gone:
            decided.append(_decided(decision, arn, rows[number].state, gone))
    ordered = sorted(decided, key=lambda one: (one.principal_arn, one.actions))
    return tuple(ordered), tuple(sorted(unresolved, key=lambda one: (one.principal_arn, one.actions)))


def _decided(decision: Decision, arn: str, state: DecisionState, actions: list[str]) -> DecidedRevocation:
    return DecidedRevocation(
        principal_arn=arn,
        unique_id=decision.unique_id,
        actions=tuple(sorted(actions)),
        choice=decision.choice,
        state=state,
        reviewer=decision.reviewer,
        decided_on=decision.decided_on,
        ticket=decision.ticket,
        decided_on_sha256=decision.snapshot_sha256,
    )


def _going(decision: Decision, held: list[str], profile: ServiceProfile) -> list[str]:
    """What goes of the privileges that a decision counts for. Raises InputError where it does not say."""
    if decision.choice is Choice.REVOKE:
        return held
    told = _STAYS.search(decision.justification)
    if told is None:
        raise InputError(
            "it is decided to be modified, and the justification does not say what stays; decide anew with "
            "`stays: GetHIT, ListHITs` in it, or `stays: nothing`"
        )
    names = [name.strip() for name in told[1].split(",") if name.strip()]
    if [name.lower() for name in names] == [NOTHING]:
        return held
    stays = wanted_actions(names, profile)
    return [action for action in held if action not in stays]


def _untold(result: AuditResult) -> Iterator[Unresolved]:
    """Revocations that this evidence tells nothing of, and those of which only a finding is left."""
    held = Standing(result).entitlements
    for row in result.decisions:
        decision = row.decision
        if decision.choice is not Choice.REVOKE:
            continue
        if row.state is DecisionState.UNKNOWN:
            reason = "This evidence does not tell whether the privileges are still there."
        elif row.state in PENDING and not any((decision.unique_id, action) in held for action in decision.actions):
            reason = "The privileges are gone, and the finding that was decided on is still there: look at it."
        else:
            continue
        yield Unresolved(principal_arn=decision.principal_arn, actions=decision.actions, reason=reason)
