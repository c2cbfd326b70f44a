"""What was revoked and is still there goes before everything else, and only absence or a new decision ends it."""

from __future__ import annotations

import msgspec

from audit.cli.exit_code import ExitCode, of_result
from audit.model.result import AuditResult
from audit.model.review import Choice, Decision, DecisionState
from audit.render.view_causes import cause_groups
from audit.render.view_index import index_result
from audit.review.attach import with_review
from audit.review.folder import ReviewFolder
from audit.review.revoked_but_present import INFO, still_present
from audit.review.words import decisions_sentence
from tests.unit.evaluate.accounts import Account, allow, arn, document
from tests.unit.review.audits import BONUS, CREATE, OLD_QUARTER, THEN, audited, payer, snapshot
from tests.unit.review.test_decisions import decision


def shared(*names: str) -> Account:
    """Roles that pay through one customer managed policy."""
    account = Account()
    pay = account.managed("pay", document(allow(BONUS, CREATE)))
    for name in names:
        account.role(name, attached=(pay,), RoleId=f"AROA{name.upper()}")
    return account


def reviewed(account: Account, *choices: Decision) -> AuditResult:
    return with_review(audited(snapshot(account)), ReviewFolder(name="review", decisions=choices))


def revoked(account: Account, name: str, *actions: str) -> Decision:
    """A revocation that was decided on the account as it was a quarter ago."""
    then = audited(snapshot(account, at=THEN, window=OLD_QUARTER, name="2026-Q2"))
    return decision(
        then, Choice.REVOKE, principal_arn=arn("role", name), unique_id=f"AROA{name.upper()}", actions=actions, basis=""
    )


def test_one_finding_for_a_policy_however_many_hold_it() -> None:
    account = shared("one", "two", "three")
    first = revoked(account, "one", BONUS)
    choices = [first, msgspec.structs.replace(first, principal_arn=arn("role", "two"), unique_id="AROATWO")]
    result = reviewed(account, *choices)
    found = [finding for finding in result.findings if finding.rule == INFO.id]
    assert result.findings[0] is found[0]
    (finding,) = found
    assert finding.title == "1 privilege of 2 principals: revoked on 2026-07-05, and still present"
    assert finding.subjects == (arn("role", "one"), arn("role", "two"))
    assert finding.privileges == (BONUS,)
    assert [cause.policy.name for cause in finding.causes] == ["pay"]
    assert dict(finding.facts)["evidence decided on"] == first.snapshot_sha256
    assert dict(finding.facts)["evidence that still shows it"] == result.header.input_sha256
    assert still_present(result) == 2
    assert INFO in result.rules


def test_it_stands_first_on_the_first_screen_and_in_the_exit_code() -> None:
    account = shared("one")
    result = reviewed(account, revoked(account, "one", BONUS))
    assert decisions_sentence(result).startswith("Revoked and still present: 1 of the entitlements. Of 2 entitlements:")
    assert INFO.id in {finding.rule for finding in cause_groups(result.findings, index_result(result))[0].findings}
    alone = msgspec.structs.replace(result, findings=result.findings[:1])
    assert of_result(alone, INFO.severity) is ExitCode.FINDINGS
    assert of_result(result, None, strict=True) is ExitCode.STRICT
    named = [row for row in result.controls if INFO.title in row.checked]
    assert named
    assert all(row.findings for row in named)


def test_its_fingerprint_lasts_and_a_younger_decision_or_absence_ends_it() -> None:
    account = shared("one")
    made = revoked(account, "one", BONUS)
    first = reviewed(account, made).findings[0]
    again = with_review(audited(snapshot(account, name="2026-Q4")), ReviewFolder(name="review", decisions=(made,)))
    assert again.findings[0].fingerprint == first.fingerprint
    kept = msgspec.structs.replace(made, choice=Choice.KEEP, decided_on=audited(snapshot(account)).header.as_of.date())
    for result in (reviewed(account, made, kept), reviewed(shared("two"), made)):
        assert INFO.id not in {finding.rule for finding in result.findings}
        assert "still present" not in decisions_sentence(result)


def test_a_removal_names_the_evidence_decided_on_and_the_one_that_shows_it() -> None:
    made = revoked(payer(), "payroll", BONUS)
    result = reviewed(payer(actions=("s3:GetObject",)), made)
    (row,) = result.decisions
    assert (row.state, row.shown_by_sha256) == (DecisionState.DONE, result.header.input_sha256)
    assert decisions_sentence(result).endswith(
        f"Removed as decided: 1, decided on evidence {made.snapshot_sha256[:16]}, "
        f"absent from evidence {result.header.input_sha256[:16]}."
    )


def test_evidence_older_than_the_decision_closes_nothing() -> None:
    made = revoked(payer(), "payroll", BONUS)
    older = snapshot(payer(actions=("s3:GetObject",)), at=THEN.replace(month=4))
    (row,) = with_review(audited(older), ReviewFolder(name="review", decisions=(made,))).decisions
    assert (row.state, row.shown_by_sha256) == (DecisionState.UNKNOWN, "")
