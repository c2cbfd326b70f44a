"""The example company: always the same, of the promised size, such as IAM and MTurk would have it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain

import msgspec
import pytest
from moto.iam.policy_validation import IAMPolicyDocumentValidator

from audit.demo.account import Account, Marketplace
from audit.demo.company import AS_OF, example_company, example_window
from audit.demo.requester import LISTED_FOR
from audit.model.activity import BonusPayment
from audit.snapshot.authorization import AuthorizationDetails, parse_time

COMPANY = example_company()
LABELLING, PAYMENTS, LOG_ARCHIVE, MANAGEMENT = COMPANY.accounts
REQUESTERS = (LABELLING, PAYMENTS)
WINDOW = example_window()

NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
PATH = re.compile(r"/|/[!-~]+/")
TAG = re.compile(r"[\w\s.:/=+\-@]*")


def _market(account: Account) -> Marketplace:
    assert account.marketplace is not None
    return account.marketplace


def _in_window(account: Account) -> list[BonusPayment]:
    return [payment for payment in _market(account).payments if WINDOW.holds(payment.granted_at)]


def _documents(details: AuthorizationDetails) -> list[bytes]:
    """Every identity-based policy of an account."""
    holders = chain(
        (user.user_policy_list for user in details.user_detail_list),
        (group.group_policy_list for group in details.group_detail_list),
        (role.role_policy_list for role in details.role_detail_list),
    )
    inline = [policy.policy_document for policies in holders for policy in policies]
    managed = [version.document for policy in details.policies for version in policy.policy_version_list]
    return [bytes(document) for document in (*inline, *managed)]


def test_the_same_seed_gives_the_same_company_and_another_seed_another() -> None:
    def encoded(seed: int) -> bytes:
        return msgspec.json.encode(example_company(seed=seed))

    assert encoded(2026) == msgspec.json.encode(COMPANY) == encoded(2026)
    assert encoded(2027) != encoded(2026)


def test_nothing_has_happened_after_the_companys_moment() -> None:
    early = datetime(2026, 8, 10, tzinfo=UTC)
    market = _market(example_company(as_of=early).accounts[0])
    moments = (
        *(hit.created_at for hit in market.hits),
        *(assignment.submitted_at for assignment in market.assignments),
        *(payment.granted_at for payment in market.payments),
    )
    assert max(moments) <= early
    assert market.payments == tuple(p for p in _market(LABELLING).payments if p.granted_at <= early)


def test_about_a_hundred_and_fifty_principals_in_four_accounts() -> None:
    sizes = [
        tuple(
            len(rows)
            for rows in (
                account.authorization.user_detail_list,
                account.authorization.group_detail_list,
                account.authorization.role_detail_list,
            )
        )
        for account in COMPANY.accounts
    ]
    assert sizes == [(32, 8, 75), (7, 4, 18), (1, 0, 2), (2, 1, 2)]


@pytest.mark.parametrize("account", COMPANY.accounts, ids=lambda account: account.alias)
def test_iam_would_accept_every_policy_name_path_and_tag(account: Account) -> None:
    details = account.authorization
    for document in _documents(details):
        # IAM keeps old policies in the old version of the language; moto's check wants the new one
        IAMPolicyDocumentValidator(document.decode().replace("2008-10-17", "2012-10-17")).validate()
    for user in details.user_detail_list:
        assert NAME.fullmatch(user.user_name)
        assert PATH.fullmatch(user.path)
    for role in details.role_detail_list:
        assert NAME.fullmatch(role.role_name)
        assert PATH.fullmatch(role.path)
    tags = (*(user.tags for user in details.user_detail_list), *(role.tags for role in details.role_detail_list))
    for tag in chain(*tags):
        assert TAG.fullmatch(tag.key)
        assert TAG.fullmatch(tag.value)


@pytest.mark.parametrize("account", COMPANY.accounts, ids=lambda account: account.alias)
def test_ids_are_unique_and_in_iams_form(account: Account) -> None:
    details = account.authorization
    ids = [
        *(user.user_id for user in details.user_detail_list),
        *(group.group_id for group in details.group_detail_list),
        *(role.role_id for role in details.role_detail_list),
        *(policy.policy_id for policy in details.policies),
    ]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"(AIDA|AGPA|AROA|ANPA)[A-Z2-7]{17}", each) for each in ids)


@pytest.mark.parametrize("account", COMPANY.accounts, ids=lambda account: account.alias)
def test_times_can_be_read_and_no_role_was_used_before_it_was_made(account: Account) -> None:
    details = account.authorization
    assert all(parse_time(user.create_date) is not None for user in details.user_detail_list)
    assert all(parse_time(group.create_date) is not None for group in details.group_detail_list)
    for role in details.role_detail_list:
        assert role.role_last_used is not None
        created, used = parse_time(role.create_date), parse_time(role.role_last_used.last_used_date)
        assert created is not None
        assert used is None or created < used < AS_OF


def test_there_are_groups_without_members_boundaries_of_both_kinds_and_young_roles() -> None:
    details = LABELLING.authorization
    inhabited = {group for user in details.user_detail_list for group in user.group_list}
    assert {group.group_name for group in details.group_detail_list} - inhabited == {"mturk-pilot-2016"}
    assert [user.user_name for user in details.user_detail_list if user.permissions_boundary] == [
        "kavya.nair",
        "yuki.mori",
    ]
    assert [role.role_name for role in details.role_detail_list if role.permissions_boundary] == [
        "mturk-research-2024",
        "ArchiveReader",
        "PanelVendor",
        "BoundedEditor",
    ]
    young = [
        role.role_name
        for role in details.role_detail_list
        if (created := parse_time(role.create_date)) and WINDOW.holds(created)
    ]
    assert young == ["labelling-platform-v2"]


def test_one_account_paid_in_the_window_and_the_other_only_before_and_after() -> None:
    paid = _in_window(LABELLING)
    assert (len(paid), sum(payment.amount for payment in paid)) == (166, Decimal("442.29"))
    assert len({payment.worker_id for payment in paid}) == 46
    assert _in_window(PAYMENTS) == []
    for account in REQUESTERS:
        moments = [payment.granted_at for payment in _market(account).payments]
        assert min(moments) < WINDOW.since
        assert max(moments) >= WINDOW.until


def test_hits_of_a_quarter() -> None:
    listed = [[hit for hit in _market(account).hits if hit.expires_at + LISTED_FOR > AS_OF] for account in REQUESTERS]
    assert [len(hits) for hits in listed] == [335, 46]


def test_some_bonuses_come_late_and_some_on_hits_that_are_no_longer_listed() -> None:
    hits = {hit.hit_id: hit for hit in _market(LABELLING).hits}
    late = [payment for payment in _in_window(LABELLING) if hits[payment.hit_id].expires_at < WINDOW.since]
    unseen = [payment for payment in late if hits[payment.hit_id].expires_at + LISTED_FOR <= AS_OF]
    assert (len(late), len(unseen)) == (11, 6)
    assert all(payment.granted_at - hits[payment.hit_id].created_at < timedelta(days=184) for payment in late)


def test_the_bonuses_of_one_hit_fill_more_than_a_page() -> None:
    assert max(Counter(payment.hit_id for payment in _market(LABELLING).payments).values()) == 112


@pytest.mark.parametrize("account", REQUESTERS, ids=lambda account: account.alias)
def test_work_and_payments_belong_together(account: Account) -> None:
    market = _market(account)
    hits = {hit.hit_id: hit for hit in market.hits}
    assignments = {assignment.assignment_id: assignment for assignment in market.assignments}
    assert len(assignments) == len(market.assignments)
    assert len(hits) == len(market.hits)
    takers = Counter((assignment.hit_id, assignment.worker_id) for assignment in market.assignments)
    assert set(takers.values()) == {1}
    for assignment in market.assignments:
        hit = hits[assignment.hit_id]
        assert hit.created_at < assignment.submitted_at < hit.expires_at
    for payment in market.payments:
        work = assignments[payment.assignment_id]
        assert (payment.hit_id, payment.worker_id) == (work.hit_id, work.worker_id)
        assert payment.granted_at >= work.submitted_at
        assert payment.amount > 0


def test_ids_of_the_marketplace_have_mturks_form() -> None:
    market = _market(LABELLING)
    assert all(re.fullmatch(r"3[0-9A-Z]{29}", hit.hit_id) for hit in market.hits)
    workers = {assignment.worker_id for assignment in market.assignments} | {block.worker_id for block in market.blocks}
    assert all(re.fullmatch(r"A[0-9A-Z]{12,13}", worker) for worker in workers)


def test_free_text_is_as_hostile_as_mturk_permits() -> None:
    market = _market(LABELLING)
    texts = (
        *(hit.title for hit in market.hits),
        *(payment.reason for payment in market.payments),
        *(block.reason for block in market.blocks),
    )
    for part in ("</script><script>", "=cmd|' /C calc'!A1", "=HYPERLINK(", "onerror=", "\u202e", "\U0001f333"):
        assert any(part in text for text in texts), part
