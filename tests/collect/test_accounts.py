"""Many accounts in one collection: each by itself, side by side, and whoever cannot be reached named."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest

from audit.collect.interface import AccountOptions
from audit.demo.faults import Fault, FaultPlan, Planned
from audit.demo.server import Settings
from audit.demo.wire import Call
from audit.model.error import CollectError, InputError
from audit.model.snapshot import Manifest
from audit.snapshot.reader import open_input
from tests.collect.many_accounts import (
    EVERYBODY,
    EXTERNAL_ID,
    FAR,
    MANAGEMENT,
    NEAR,
    ROLE,
    SUSPENDED,
    WITHOUT_ROLE,
    collect_accounts,
    company,
    organization,
    serving_company,
)
from tests.collect.running import KeptProgress, evidence

ACCOUNTS = (MANAGEMENT, NEAR, FAR, WITHOUT_ROLE, SUSPENDED)


def gaps(manifest: Manifest) -> list[tuple[str, str, str]]:
    """Those of accounts that could not be reached."""
    return [
        (gap.account_id, gap.source, str(gap.reason))
        for gap in manifest.gaps
        if not gap.source.startswith(("mturk:", "iam:", "cloudtrail"))
    ]


UNREACHED = [
    (WITHOUT_ROLE, "sts:AssumeRole", "denied"),
    (SUSPENDED, "organizations:ListAccountsForParent", "not asked"),
]


def test_every_account_of_the_organization_is_there_or_has_a_gap(tmp_path: Path) -> None:
    out = tmp_path / "snapshot"
    with serving_company():
        manifest = collect_accounts(out)
    assert [account.account_id for account in manifest.accounts] == sorted(ACCOUNTS)
    assert gaps(manifest) == UNREACHED
    snapshot = open_input(out)
    paid = {each.account.account_id: each.bonus_payments for each in snapshot.accounts}
    assert {account_id: payments and len(payments) for account_id, payments in paid.items()} == {
        MANAGEMENT: 5,
        NEAR: 5,
        FAR: 3,
        WITHOUT_ROLE: None,
        SUSPENDED: None,
    }
    assert {each.account.alias for each in snapshot.accounts} == {"", f"alias-{NEAR}", f"alias-{FAR}"}
    assert snapshot.gaps == manifest.gaps, "one gap tells why an account has no files"


def test_gaps_say_what_to_do_and_no_secret(tmp_path: Path) -> None:
    with serving_company():
        manifest = collect_accounts(tmp_path / "snapshot")
    role, status = (gap.detail for gap in manifest.gaps if (gap.account_id, gap.source, str(gap.reason)) in UNREACHED)
    assert f"the role `{ROLE}` of the account {WITHOUT_ROLE} cannot be assumed" in role
    assert "is suspended" in status
    files = [path.read_bytes() for path in (tmp_path / "snapshot").rglob("*") if path.is_file()]
    assert not any(EXTERNAL_ID.encode() in raw for raw in files if b"sts:ExternalId" not in raw)


def test_accounts_that_are_named_are_the_ones_that_are_collected(tmp_path: Path) -> None:
    wanted = AccountOptions(ids=(FAR, NEAR), role_name=ROLE, external_id=EXTERNAL_ID)
    with serving_company() as aws:
        manifest = collect_accounts(tmp_path / "snapshot", accounts=wanted)
        assert {call.account_id for call in aws.calls if call.service == "mturk"} == {NEAR, FAR}
    assert [account.account_id for account in manifest.accounts] == [NEAR, FAR]
    assert gaps(manifest) == []


def test_ones_own_account_is_collected_without_a_role(tmp_path: Path) -> None:
    with serving_company() as aws:
        collect_accounts(tmp_path / "snapshot", accounts=AccountOptions(ids=(MANAGEMENT,)))
        assert aws.count("sts:AssumeRole") == 0


@pytest.mark.parametrize("given", ["", "another"])
def test_a_wrong_external_id_is_a_gap_of_each_account_that_asks_for_one(tmp_path: Path, given: str) -> None:
    with serving_company():
        manifest = collect_accounts(
            tmp_path / "snapshot", accounts=msgspec.structs.replace(EVERYBODY, external_id=given)
        )
    assert [gap for gap in gaps(manifest) if gap[1] == "sts:AssumeRole"] == [
        (account_id, "sts:AssumeRole", "denied") for account_id in (NEAR, FAR, WITHOUT_ROLE)
    ]
    assert len(open_input(tmp_path / "snapshot").accounts[0].hits or ()) == 7


def test_the_credentials_of_each_account_are_its_roles(tmp_path: Path) -> None:
    with serving_company():
        collect_accounts(tmp_path / "snapshot")
    raw = (tmp_path / "snapshot" / FAR / "iam" / "caller-identity.json").read_bytes()
    arn = msgspec.json.decode(raw)["Arn"]
    assert arn == f"arn:aws:sts::{FAR}:assumed-role/mturk-audit/mturk-audit"


def test_progress_names_the_account(tmp_path: Path) -> None:
    progress = KeptProgress()
    with serving_company():
        collect_accounts(tmp_path / "snapshot", progress)
    sources = {call[1] for call in progress.calls if call[0] == "finish"}
    assert f"{NEAR} mturk:ListBonusPayments" in sources


def test_no_more_calls_are_in_flight_than_allowed_over_all_accounts(tmp_path: Path) -> None:
    lock = threading.Lock()
    flying: set[int] = set()
    most = 0

    def watch(call: Call) -> Fault | None:
        nonlocal most
        with lock:
            flying.add(call.number)
            most = max(most, len(flying))
        threading.Event().wait(0.005)
        with lock:
            flying.discard(call.number)
        return None

    with serving_company(faults=watch):
        collect_accounts(tmp_path / "three", max_concurrency=3)
    assert most == 3


def test_concurrency_does_not_change_the_bytes(tmp_path: Path) -> None:
    with serving_company():
        collect_accounts(tmp_path / "one", max_concurrency=1)
        collect_accounts(tmp_path / "many", max_concurrency=16)
    assert evidence(tmp_path / "one") == evidence(tmp_path / "many")


def test_sessions_that_expire_on_the_way_are_renewed_and_nothing_is_lost(tmp_path: Path) -> None:
    with serving_company() as aws:
        collect_accounts(tmp_path / "whole")
        few = aws.count("sts:AssumeRole")
    # Each session is over when the next call comes: botocore renews what has little time left.
    with serving_company(settings=Settings(session_seconds=30), latency=0.002) as aws:
        manifest = collect_accounts(tmp_path / "snapshot")
        assert aws.count("sts:AssumeRole") > few
    assert gaps(manifest) == UNREACHED
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


def test_a_session_that_a_service_refuses_before_its_time_is_renewed(tmp_path: Path) -> None:
    with serving_company():
        collect_accounts(tmp_path / "whole")
    plan = FaultPlan(
        [
            Planned(operation="mturk:ListBonusPayments", fault=Fault.EXPIRED_CREDENTIALS, account_id=NEAR, after=2),
            Planned(operation="iam:GetAccountAuthorizationDetails", fault=Fault.EXPIRED_CREDENTIALS, account_id=FAR),
        ]
    )
    with serving_company(faults=plan) as aws:
        collect_accounts(tmp_path / "snapshot")
        assert aws.count("sts:AssumeRole") == 5, "two accounts, one without the role, and two renewals"
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


def test_an_account_that_refuses_every_session_is_a_gap_and_the_others_are_whole(tmp_path: Path) -> None:
    def fault(call: Call) -> Fault | None:
        return Fault.EXPIRED_CREDENTIALS if call.account_id == NEAR and call.service == "mturk" else None

    with serving_company(faults=fault):
        manifest = collect_accounts(tmp_path / "snapshot")
    assert (NEAR, "sts:AssumeRole", "denied") in gaps(manifest)
    there = {each.account.account_id: each for each in open_input(tmp_path / "snapshot").accounts}
    assert len(there[FAR].bonus_payments or ()) == 3
    assert there[NEAR].authorization is not None, "what came before is kept"


def test_the_callers_own_credentials_stop_everything_and_what_is_there_goes_on_later(tmp_path: Path) -> None:
    with serving_company():
        collect_accounts(tmp_path / "whole")
    broken = True

    def fault(call: Call) -> Fault | None:
        own = call.account_id == MANAGEMENT and call.name == "mturk:ListWorkerBlocks"
        return Fault.EXPIRED_CREDENTIALS if broken and own else None

    with serving_company(faults=fault) as aws:
        with pytest.raises(CollectError, match="renew them and start the same command again"):
            collect_accounts(tmp_path / "snapshot")
        broken = False
        before = aws.count("mturk:GetAccountBalance")
        collect_accounts(tmp_path / "snapshot")
        assert aws.count("mturk:GetAccountBalance") <= before + 2
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


def test_a_connection_that_is_lost_in_one_account_lets_the_others_come_to_their_end(tmp_path: Path) -> None:
    with serving_company():
        collect_accounts(tmp_path / "whole")
    broken = True
    dropped = FaultPlan(
        [Planned(operation="mturk:ListBonusPayments", fault=Fault.DROPPED, account_id=NEAR, after=3, times=None)]
    )
    with serving_company(faults=lambda call: dropped(call) if broken else None) as aws:
        with pytest.raises(CollectError, match="the connection was lost"):
            collect_accounts(tmp_path / "snapshot", max_concurrency=2)
        broken = False
        before = len(aws.calls)
        collect_accounts(tmp_path / "snapshot", max_concurrency=2)
        assert {call.account_id for call in aws.calls[before:]} == {MANAGEMENT, NEAR}
    assert evidence(tmp_path / "snapshot") == evidence(tmp_path / "whole")


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        (AccountOptions(ids=("1234",), role_name=ROLE), "`1234` is no account id"),
        (AccountOptions(ids=(NEAR,)), "name the role to assume there with `--role-name`"),
        (AccountOptions(organization=True), "name the role to assume there with `--role-name`"),
        (AccountOptions(ids=(NEAR,), organization=True, role_name=ROLE), "not both"),
        (AccountOptions(ids=(NEAR,), role_name="arn:aws:iam::1:role/x"), "without an ARN"),
        (AccountOptions(ids=(NEAR,), role_name=ROLE, external_id="se cret"), "the external id holds signs"),
    ],
)
def test_accounts_that_cannot_be_meant_are_refused(tmp_path: Path, accounts: AccountOptions, words: str) -> None:
    with serving_company(), pytest.raises(InputError) as caught:
        collect_accounts(tmp_path / "snapshot", accounts=accounts)
    assert words in str(caught.value)
    assert "se cret" not in str(caught.value)


def test_an_organization_that_may_not_be_listed_is_one_sentence(tmp_path: Path) -> None:
    plan = FaultPlan([Planned(operation="organizations:ListRoots", fault=Fault.ACCESS_DENIED, times=None)])
    with serving_company(faults=plan), pytest.raises(CollectError) as caught:
        collect_accounts(tmp_path / "snapshot")
    assert "the accounts of the organization could not be listed" in str(caught.value)


def test_an_unfinished_collection_goes_on_only_with_the_same_accounts(tmp_path: Path) -> None:
    broken = FaultPlan([Planned(operation="mturk:ListWorkerBlocks", fault=Fault.EXPIRED_CREDENTIALS)])
    with serving_company(faults=broken):
        with pytest.raises(CollectError):
            collect_accounts(tmp_path / "snapshot", accounts=AccountOptions())
        with pytest.raises(InputError, match="was begun for the account of the credentials"):
            collect_accounts(tmp_path / "snapshot")
        other = AccountOptions(role_name="other")
        with pytest.raises(InputError, match="was begun without a role to assume"):
            collect_accounts(tmp_path / "snapshot", accounts=other)


def test_an_organization_of_units_only_has_no_accounts_to_miss(tmp_path: Path) -> None:
    """The tree is cut off below the root: what it lists is collected, and the gap says that there may be more."""

    def fault(call: Call) -> Fault | None:
        listed = call.operation == "ListOrganizationalUnitsForParent"
        return Fault.ACCESS_DENIED if listed else None

    with serving_company(company(tree=organization(units=2)), faults=fault):
        manifest = collect_accounts(tmp_path / "snapshot")
    assert [account.account_id for account in manifest.accounts] == [MANAGEMENT, SUSPENDED]
    assert ("", "organizations:DescribeOrganization", "denied") in gaps(manifest)
