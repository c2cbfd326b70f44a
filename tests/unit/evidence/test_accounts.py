"""How many accounts of how many were reached, and what an unreached one leaves unanswered."""

from __future__ import annotations

from audit.evidence.accounts import account_coverage, spread
from audit.model.organization import NodeType, Organization, OrganizationNode
from audit.model.result import CoverageState
from audit.model.snapshot import AccountSummary, Gap, GapReason
from audit.snapshot.content import AccountEvidence, Snapshot

IDS = ("111122223333", "222233334444", "333344445555")
REFUSED = Gap(account_id=IDS[1], source="sts:AssumeRole", reason=GapReason.DENIED, detail="the role refuses")


def snapshot(ids: tuple[str, ...], *gaps: Gap, organization: Organization | None = None) -> Snapshot:
    return Snapshot(
        name="s",
        sha256="",
        manifest=None,
        accounts=tuple(AccountEvidence(account=AccountSummary(account_id=each)) for each in ids),
        gaps=gaps,
        organization=organization,
    )


def tree() -> Organization:
    nodes = (OrganizationNode(id=each, type=NodeType.ACCOUNT) for each in IDS)
    return Organization(id="o-1", nodes=tuple(nodes))


def test_one_account_that_stands_alone_has_no_row() -> None:
    assert account_coverage(snapshot(IDS[:1])) == ()


def test_accounts_that_are_all_there_are_complete() -> None:
    (row,) = account_coverage(snapshot(IDS))
    assert (row.account_id, row.part, row.state) == ("", "accounts", CoverageState.COMPLETE)
    assert (row.answered, row.total, row.detail) == (3, 3, "")


def test_an_account_that_refuses_makes_it_partial_and_is_named() -> None:
    (row,) = account_coverage(snapshot(IDS, REFUSED))
    assert (row.state, row.answered, row.total) == (CoverageState.PARTIAL, 2, 3)
    assert row.detail == f"{IDS[1]}: the role refuses."


def test_accounts_of_the_organization_that_were_not_wanted_are_told_and_no_gap() -> None:
    (row,) = account_coverage(snapshot(IDS[:1], organization=tree()))
    assert (row.state, row.answered, row.total) == (CoverageState.COMPLETE, 1, 1)
    assert row.detail == "The organization has 3 accounts, of which 2 were not to be collected."


def test_what_an_unreached_account_lacks_has_its_reason() -> None:
    account = AccountEvidence(account=AccountSummary(account_id=IDS[1]), hits=())
    sources = {gap.source for gap in spread(account, (REFUSED,)) if gap.detail == REFUSED.detail}
    assert {"mturk:ListBonusPayments", "iam:GetAccountAuthorizationDetails", "sts:AssumeRole"} <= sources
    assert "mturk:ListHITs" not in sources, "what was collected before is there"


def test_another_accounts_gap_is_not_spread() -> None:
    account = AccountEvidence(account=AccountSummary(account_id=IDS[0]))
    assert spread(account, (REFUSED,)) == (REFUSED,)
