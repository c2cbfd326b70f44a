"""The two sides of a comparison, and what weakens it: evidence, rules or accounts that are not the same on both."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from audit.model.result import AuditResult, CoverageState
from audit.snapshot.content import Snapshot

POLICIES_PART = "IAM policies"
LISTED = 8
"""So many accounts are named in a note, and the rest counted."""


class Side(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One audit, and the evidence it is of."""

    result: AuditResult
    snapshot: Snapshot

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The accounts whose policies are in the evidence: no other can be compared."""
        return frozenset(
            evidence.account.account_id for evidence in self.snapshot.accounts if evidence.authorization is not None
        )

    @cached_property
    def complete(self) -> frozenset[tuple[str, str]]:
        """Account and part of everything that was answered whole."""
        return frozenset(
            (row.account_id, row.part) for row in self.result.coverage if row.state is CoverageState.COMPLETE
        )

    def lost_parts(self, then: Side, account_id: str) -> tuple[str, ...]:
        """What an account's evidence answered whole then, and does not here."""
        return tuple(sorted(part for account, part in then.complete - self.complete if account == account_id))


def notes_on(now: Side, then: Side) -> tuple[str, ...]:
    """What a reader must know before trusting the comparison, one sentence each."""
    return (
        *_about_identity(now, then),
        *_about_accounts(now, then),
        *_about_method(now, then),
        *_about_coverage(now, then),
        *_about_organization(now, then),
    )


def _about_identity(now: Side, then: Side) -> Iterator[str]:
    present, earlier = now.result.header, then.result.header
    if present.input_sha256 == earlier.input_sha256:
        yield "Both are the same evidence."
    if earlier.as_of > present.as_of:
        yield "The earlier review is of a later moment than this one: what is called new may be what was removed."
    if present.environment != earlier.environment:
        yield f"One is of the {earlier.environment}, the other of the {present.environment}."


def _about_accounts(now: Side, then: Side) -> Iterator[str]:
    for accounts, where in ((then.accounts - now.accounts, "earlier"), (now.accounts - then.accounts, "present")):
        if accounts:
            named = ", ".join(sorted(accounts)[:LISTED])
            more = f" and {len(accounts) - LISTED} more" if len(accounts) > LISTED else ""
            yield f"Policies are only in the {where} evidence of account {named}{more}: nothing of it is compared."


def _about_method(now: Side, then: Side) -> Iterator[str]:
    present, earlier = now.result.header, then.result.header
    for what, one, other in (
        ("rules", earlier.ruleset_sha256, present.ruleset_sha256),
        ("catalog", earlier.catalog_sha256, present.catalog_sha256),
        ("version of the tool", earlier.tool_version, present.tool_version),
    ):
        if one != other:
            yield f"The two were not made with the same {what}: findings may differ with nothing changed."


def _about_coverage(now: Side, then: Side) -> Iterator[str]:
    both = now.accounts & then.accounts
    for side, other, words in ((then, now, "then and not now"), (now, then, "now and not then")):
        parts: dict[str, int] = {}
        for account, part in side.complete - other.complete:
            if account in both:
                parts[part] = parts.get(part, 0) + 1
        for part, count in sorted(parts.items()):
            yield f"{part[:1].upper()}{part[1:]}: answered whole {words}, in {count} of {len(both)} accounts."
    if now.result.not_evaluated or then.result.not_evaluated:
        yield (
            f"Not fully evaluated: {len(then.result.not_evaluated)} of {len(then.result.principals)} principals then, "
            f"{len(now.result.not_evaluated)} of {len(now.result.principals)} now."
        )


def _about_organization(now: Side, then: Side) -> Iterator[str]:
    known = [side.snapshot.organization is not None for side in (then, now)]
    if known[0] != known[1]:
        yield (
            f"Service control policies are known {'then and not now' if known[0] else 'now and not then'}, "
            "so that a privilege may come or go with nothing changed."
        )
