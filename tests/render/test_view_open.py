"""What was not answered is told by its cause."""

from __future__ import annotations

import msgspec

from audit.model.result import AuditResult, CoverageRow, CoverageState
from audit.render.view import build_view
from audit.render.view_open import OpenCause
from tests.render.factory import typical_result

SHUT = "The account is suspended, so nothing in it was asked."
PRODUCTION, RESEARCH = "111122223333", "444455556666"


def row(account: str, part: str, detail: str, state: CoverageState = CoverageState.NOT_COLLECTED) -> CoverageRow:
    return CoverageRow(account_id=account, part=part, state=state, detail=detail)


def causes(*rows: CoverageRow) -> tuple[OpenCause, ...]:
    result: AuditResult = msgspec.structs.replace(typical_result(), coverage=rows)
    return build_view(result).unanswered_causes


def test_parts_that_one_cause_keeps_open_are_one_entry_with_their_names() -> None:
    found = causes(
        row(PRODUCTION, "HITs", "Two pages failed.", CoverageState.PARTIAL),
        row(RESEARCH, "HITs", SHUT),
        row(RESEARCH, "use by principal", f"{SHUT} No event names anybody."),
        row(RESEARCH, "service control policies", SHUT, CoverageState.PARTIAL),
    )
    assert found == (
        OpenCause(
            what="HITs, use by principal and service control policies: not collected or partial in "
            "444455556666 (northwind-research)",
            reason=SHUT,
            parts=(
                "HITs: not collected.",
                "Use by principal: not collected. No event names anybody.",
                "Service control policies: partial.",
            ),
        ),
        OpenCause(what="HITs: partial in 111122223333 (northwind-labelling)", reason="Two pages failed.", parts=()),
    )


def test_of_many_parts_their_number_is_told() -> None:
    names = ("HITs", "bonus payments", "worker blocks", "account balance", "use by principal")
    (found,) = causes(*(row(RESEARCH, name, SHUT) for name in names))
    assert found.what == "5 parts not collected in 444455556666 (northwind-research)"
    assert [part.partition(":")[0].lower() for part in found.parts] == [name.lower() for name in names]


def test_a_single_part_keeps_what_its_first_sentence_does_not_say() -> None:
    (found,) = causes(row(PRODUCTION, "bonus payments", "A page failed (HTTP 400.). https://a.example failed too."))
    assert found.what == "Bonus payments: not collected in 111122223333 (northwind-labelling)"
    assert (found.reason, found.parts) == ("A page failed (HTTP 400.).", ("https://a.example failed too.",))


def test_the_same_reason_in_other_accounts_is_another_cause() -> None:
    found = causes(row(PRODUCTION, "HITs", SHUT), row(RESEARCH, "Worker blocks", SHUT))
    assert [cause.what for cause in found] == [
        "HITs: not collected in 111122223333 (northwind-labelling)",
        "Worker blocks: not collected in 444455556666 (northwind-research)",
    ]


def test_no_part_is_lost() -> None:
    view = build_view(typical_result())
    assert len(view.unanswered) == sum(max(1, len(cause.parts)) for cause in view.unanswered_causes)


def test_an_account_of_which_nothing_was_collected_is_told_as_on_the_terminal_and_in_print() -> None:
    rows = (
        row(PRODUCTION, "accounts", "1 of 2.", CoverageState.PARTIAL),
        *(row(RESEARCH, part, SHUT) for part in ("IAM policies", "HITs", "service control policies")),
        row(RESEARCH, "use by principal", f"{SHUT} No event names anybody."),
        row(RESEARCH, "payments by principal", "There are no events to hold them against."),
    )
    view = build_view(msgspec.structs.replace(typical_result(), coverage=rows))
    (account,) = (cause for cause in view.unanswered_causes if cause.what.startswith("Account 444455556666"))
    assert account.what == "Account 444455556666 (northwind-research): not collected, 5 parts of the question"
    assert account.parts[-2:] == (
        "Use by principal: not collected. No event names anybody.",
        "Payments by principal: not collected. There are no events to hold them against.",
    )
    assert f"{account.what}. {account.reason}" in view.unanswered
