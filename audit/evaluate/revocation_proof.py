"""The proof of revocations: the whole account evaluated as it is and as it would be, and compared for everybody."""

from __future__ import annotations

from typing import TypedDict

from audit.evaluate.revocation_account import AccountState
from audit.evaluate.revocation_record import Revoked
from audit.evaluate.rightsize_proof import UnprovedError
from audit.evaluate.rightsize_standing import held_verdicts


class Proved(TypedDict):
    """What was counted; the fields of `AccountRevocation`."""

    revoked: int
    kept: int
    principals: int
    other_actions: int


def prove_revocation(before: AccountState, after: AccountState, revoked: Revoked, resolved: Revoked) -> Proved:
    """Compare two states for every user, group and role.

    Nothing of `resolved` may be held after, nothing but `revoked` may be lost, and every other verdict, also on the
    watched actions of other services, must be the same. Raises UnprovedError where anything else comes out.
    """
    gone = kept = 0
    for was, is_now in zip(before.policies.holders, after.policies.holders, strict=True):
        held, left = held_verdicts(before.service, was), held_verdicts(after.service, is_now)
        allowed_to_go = revoked.get(was.arn, frozenset())
        still = sorted(left.keys() & resolved.get(was.arn, frozenset()))
        if still:
            raise UnprovedError(was.arn, f"`{still[0]}` would still be {left[still[0]]}")
        lost = sorted(held.keys() - left.keys() - allowed_to_go)
        if lost:
            raise UnprovedError(was.arn, f"`{lost[0]}` would be lost, which nobody revoked")
        other = sorted(action for action, verdict in left.items() if held.get(action) is not verdict)
        if other:
            raise UnprovedError(
                was.arn, f"`{other[0]}` would be {left[other[0]]} and not {held.get(other[0], 'denied')}"
            )
        if held_verdicts(before.watched, was) != held_verdicts(after.watched, is_now):
            raise UnprovedError(was.arn, "an action of another service would change")
        gone += len(held) - len(left)
        kept += len(left)
    return Proved(
        revoked=gone,
        kept=kept,
        principals=len(before.policies.holders),
        other_actions=len(before.watched.index.actions),
    )
