"""Access Advisor, the credential report and the trails' settings, over HTTP and with each fault."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from audit.cloudtrail.trails import decode_trails
from audit.collect import access_advisor, authorization_details, credential_report, trails
from audit.demo.faults import Fault, Planned
from audit.demo.server import Settings
from audit.model.error import CollectError
from audit.model.last_access import ServiceLastAccess
from audit.model.snapshot import GapReason
from audit.snapshot.layout import AUTHORIZATION_DETAILS, CREDENTIAL_REPORT, SERVICE_LAST_ACCESSED, TRAILS
from tests.collect.trail_company import FIRST, ROLE, TRAIL, USER, trail_company
from tests.collect.trail_running import Ran, run
from tests.demo.building import ACCOUNT, OTHER

COLLECTORS = (authorization_details, access_advisor, credential_report, trails)
GENERATE, GET = access_advisor.GENERATE_DETAILS.source, access_advisor.GET_DETAILS.source
SLOW = Settings(unfinished=3)
FILES = (SERVICE_LAST_ACCESSED, CREDENTIAL_REPORT, TRAILS)


def collected(out: Path, *faults: Planned, settings: Settings = SLOW, calls: Counter[str] | None = None) -> Ran:
    return run(trail_company(), out, COLLECTORS, *faults, settings=settings, calls=calls)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return collected(tmp_path_factory.mktemp("whole") / "snapshot")


def test_those_with_a_grant_are_asked_about_and_the_service_is_found_among_hundreds(whole: Ran) -> None:
    assert whole.account.last_accesses == (
        ServiceLastAccess(principal_arn=ROLE, service="mechanicalturk", last_attempt_at=FIRST, region="us-east-1"),
        ServiceLastAccess(principal_arn=USER, service="mechanicalturk", last_attempt_at=None),
    )
    assert whole.calls[GENERATE] == 2, "the auditor has no grant on the service"
    assert whole.manifest.gaps == ()


def test_a_report_that_takes_its_time_is_waited_for(whole: Ran) -> None:
    payer = next(each for each in whole.account.credentials or () if each.principal_arn == USER)
    assert [(key.number, key.active, key.last_used_at) for key in payer.keys] == [(1, True, FIRST)]
    assert whole.calls[credential_report.GENERATE_CREDENTIAL_REPORT.source] > SLOW.unfinished
    assert whole.calls[credential_report.GET_CREDENTIAL_REPORT.source] == 1


def test_trails_are_kept_with_what_they_log(whole: Ran) -> None:
    (trail,) = decode_trails(whole.raw(TRAILS.name) or b"")
    assert (trail.trail_arn, trail.bucket, trail.logs(reads=True)) == (TRAIL.arn, TRAIL.bucket, True)
    assert trail.status is not None
    assert (trail.status.is_logging, trail.status.start_logging_time) == (True, TRAIL.started_at)


CALLS = {each.source: module.FILE for module in (access_advisor, credential_report, trails) for each in module.CALLS}
PASSING = (Fault.THROTTLED, Fault.SERVER_ERROR, Fault.HTML_BODY)


def test_faults_that_pass_change_no_byte(whole: Ran, tmp_path: Path) -> None:
    plan = [
        Planned(operation=operation, fault=fault, after=2 * number)
        for operation in CALLS
        for number, fault in enumerate(PASSING)
    ]
    # One at a time: with two that take turns, every fault of the plan might meet the attempts of one and the same call.
    ran = run(trail_company(), tmp_path / "snapshot", COLLECTORS, *plan, settings=SLOW, max_concurrency=1)
    assert ran.manifest.gaps == ()
    for file in FILES:
        assert ran.raw(file.name) == whole.raw(file.name)


@pytest.mark.parametrize("fault", [Fault.ACCESS_DENIED, Fault.THROTTLED, Fault.HTML_BODY])
def test_each_call_that_fails_for_good_is_a_gap_of_its_file_and_of_no_other(tmp_path: Path, fault: Fault) -> None:
    reasons = {Fault.ACCESS_DENIED: GapReason.DENIED, Fault.THROTTLED: GapReason.THROTTLED}
    for operation, file in CALLS.items():
        ran = collected(
            tmp_path / operation, Planned(operation=operation, fault=fault, times=None), settings=Settings(unfinished=0)
        )
        assert {(gap.source, gap.reason) for gap in ran.manifest.gaps} == {
            (file.source, reasons.get(fault, GapReason.FAILED))
        }
        partial = operation in (trails.GET_EVENT_SELECTORS.source, trails.GET_TRAIL_STATUS.source)
        assert (ran.raw(file.name) is not None) == partial
        assert all(bool(gap.item) == partial for gap in ran.manifest.gaps)


def test_one_principal_that_cannot_be_looked_up_is_named_and_costs_no_other(tmp_path: Path) -> None:
    denied = Planned(operation=GENERATE, fault=Fault.ACCESS_DENIED, times=1)
    ran = run(trail_company(), tmp_path / "snapshot", COLLECTORS, denied, settings=SLOW, max_concurrency=1)
    assert [(gap.source, gap.item) for gap in ran.manifest.gaps] == [(SERVICE_LAST_ACCESSED.source, ROLE)]
    assert [each.principal_arn for each in ran.account.last_accesses or ()] == [USER]


def test_without_the_principals_nobody_is_asked_about(tmp_path: Path) -> None:
    denied = Planned(operation=AUTHORIZATION_DETAILS.source, fault=Fault.ACCESS_DENIED, times=None)
    ran = collected(tmp_path / "snapshot", denied)
    assert ran.calls[GENERATE] == 0
    ((gap,),) = [ran.gaps(SERVICE_LAST_ACCESSED.source)]
    assert gap.reason is GapReason.NOT_ASKED
    assert ran.account.last_accesses is None


def test_stopped_at_any_call_it_goes_on_to_the_same_bytes(whole: Ran, tmp_path: Path) -> None:
    for operation in CALLS:
        out, calls = tmp_path / operation, Counter[str]()
        expired = Planned(operation=operation, fault=Fault.EXPIRED_CREDENTIALS, after=1, times=None)
        first = Planned(operation=operation, fault=Fault.EXPIRED_CREDENTIALS, times=None)
        with pytest.raises(CollectError):
            collected(out, expired if whole.calls[operation] > 1 else first, calls=calls)
        ran = collected(out, calls=calls)
        for file in FILES:
            assert ran.raw(file.name) == whole.raw(file.name)
        assert calls[GENERATE] <= 2 + 2


def test_a_shadow_trail_of_the_organization_is_there_too(tmp_path: Path) -> None:
    shadow = msgspec.structs.replace(
        TRAIL, name="everybody", owner_account_id=OTHER, of_organization=True, logs="WriteOnly"
    )
    ran = run(trail_company(trails=(TRAIL, shadow)), tmp_path / "snapshot", (trails,))
    found = decode_trails(ran.raw(TRAILS.name) or b"")
    assert [(trail.is_organization_trail, trail.logs(reads=True)) for trail in found] == [(False, True), (True, False)]
    assert ACCOUNT in found[0].trail_arn


def test_a_report_that_expires_between_the_calls_is_made_again(whole: Ran, tmp_path: Path) -> None:
    ran = collected(
        tmp_path / "snapshot",
        Planned(operation=credential_report.GET_CREDENTIAL_REPORT.source, fault=Fault.SERVER_ERROR, times=4),
    )
    assert ran.raw(CREDENTIAL_REPORT.name) == whole.raw(CREDENTIAL_REPORT.name)
