"""The Mechanical Turk profile: held to the seed of the catalog and to what AWS says of the service."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date
from importlib.resources import files

import botocore.session
import msgspec
import pytest

from audit.catalog.load import load_profile
from audit.model.error import InputError
from audit.model.privilege import AccessLevel, Privilege, RiskClass, Severity
from tests.unit.catalog.seed import SeedRow, read_seed

PROFILE = load_profile()
BY_NAME = {privilege.name: privilege for privilege in PROFILE.privileges}
SEED = read_seed()
DATA = files("audit.catalog").joinpath("data", "mechanicalturk.json")


def test_the_profile_has_the_39_privileges_of_the_seed() -> None:
    assert len(SEED) == 39
    assert [privilege.name for privilege in PROFILE.privileges] == sorted(row.name for row in SEED)


@pytest.mark.parametrize("row", SEED, ids=lambda row: row.name)
def test_every_field_of_the_seed_is_kept(row: SeedRow) -> None:
    privilege = BY_NAME[row.name]
    assert privilege.service == "mechanicalturk"
    assert privilege.description == row.description
    assert privilege.access_level == row.access_level
    assert [
        (kind.name, kind.required, kind.condition_keys, kind.dependent_actions) for kind in privilege.resource_types
    ] == [tuple(kind) for kind in row.resource_types]


def test_access_levels_are_23_write_10_list_6_read() -> None:
    levels = Counter(privilege.access_level for privilege in PROFILE.privileges)
    assert levels == {AccessLevel.WRITE: 23, AccessLevel.LIST: 10, AccessLevel.READ: 6}


def test_no_privilege_can_be_limited_to_a_resource() -> None:
    assert all(privilege.wildcard_only for privilege in PROFILE.privileges)


def test_the_api_operations_and_the_privileges_have_the_same_names() -> None:
    model = botocore.session.Session().get_service_model(PROFILE.client)
    assert set(model.operation_names) == set(BY_NAME)
    assert PROFILE.event_source == f"{model.signing_name}.amazonaws.com"


def test_every_privilege_has_a_risk_class_and_a_reason() -> None:
    for privilege in PROFILE.privileges:
        assert privilege.risk_classes, privilege.name
        assert privilege.why.endswith("."), privilege.name


@pytest.mark.parametrize(
    ("risk_class", "names"),
    [
        (RiskClass.PAYS_MONEY, {"SendBonus", "ApproveAssignment"}),
        (
            RiskClass.COMMITS_MONEY,
            {
                "CreateHIT",
                "CreateHITWithHITType",
                "CreateAdditionalAssignmentsForHIT",
                "UpdateHITTypeOfHIT",
                "UpdateExpirationForHIT",
                "CreateHITType",
            },
        ),
        (
            RiskClass.HARMS_A_WORKER,
            {
                "RejectAssignment",
                "CreateWorkerBlock",
                "RejectQualificationRequest",
                "DisassociateQualificationFromWorker",
            },
        ),
        (
            RiskClass.ALTERS_TRUST,
            {
                "UpdateHITTypeOfHIT",
                "DeleteWorkerBlock",
                "AssociateQualificationWithWorker",
                "AcceptQualificationRequest",
                "CreateQualificationType",
                "UpdateQualificationType",
            },
        ),
        (RiskClass.DESTROYS_EVIDENCE, {"DeleteHIT", "DeleteQualificationType"}),
        (RiskClass.REDIRECTS_DATA, {"NotifyWorkers", "UpdateNotificationSettings", "SendTestEventNotification"}),
        (
            RiskClass.EXPOSES_WORKER_DATA,
            {
                "ListAssignmentsForHIT",
                "GetAssignment",
                "GetFileUploadURL",
                "ListQualificationRequests",
                "ListWorkersWithQualificationType",
                "GetQualificationScore",
                "GetQualificationType",
                "ListQualificationTypes",
                "ListBonusPayments",
                "ListWorkerBlocks",
            },
        ),
        (RiskClass.OPERATIONAL, {"UpdateHITReviewStatus"}),
        (
            RiskClass.VIEWS,
            {
                "GetHIT",
                "ListHITs",
                "ListReviewableHITs",
                "ListHITsForQualificationType",
                "ListReviewPolicyResultsForHIT",
                "GetAccountBalance",
            },
        ),
    ],
)
def test_risk_classes_hold_what_they_say(risk_class: RiskClass, names: set[str]) -> None:
    assert {privilege.name for privilege in PROFILE.privileges if risk_class in privilege.risk_classes} == names


def test_only_what_pays_at_once_is_critical() -> None:
    assert _with(Severity.CRITICAL) == {"SendBonus", "ApproveAssignment"}


def test_views_and_operations_are_low() -> None:
    low = {RiskClass.OPERATIONAL, RiskClass.VIEWS}
    expected = {privilege.name for privilege in PROFILE.privileges if low & set(privilege.risk_classes)}
    assert _with(Severity.LOW) == expected


def _with(severity: Severity) -> set[str]:
    return {privilege.name for privilege in PROFILE.privileges if privilege.severity is severity}


def test_the_29_retired_names_are_no_privileges_and_their_successors_are() -> None:
    assert len(PROFILE.retired) == 29
    names = [action.name for action in PROFILE.retired]
    assert names == sorted(set(names))
    assert not set(names) & set(BY_NAME)
    for action in PROFILE.retired:
        assert action.service == "mechanicalturk"
        assert {*action.also, *([action.successor] if action.successor else [])} <= set(BY_NAME)


@pytest.mark.parametrize(
    ("name", "successor", "also"),
    [
        ("GrantBonus", "SendBonus", ()),
        ("BlockWorker", "CreateWorkerBlock", ()),
        ("UnblockWorker", "DeleteWorkerBlock", ()),
        ("GrantQualification", "AcceptQualificationRequest", ()),
        ("AssignQualification", "AssociateQualificationWithWorker", ()),
        ("ExtendHIT", "UpdateExpirationForHIT", ("CreateAdditionalAssignmentsForHIT",)),
        ("DisableHIT", None, ("ApproveAssignment", "DeleteHIT", "UpdateExpirationForHIT")),
        ("GetRequesterStatistic", None, ()),
    ],
)
def test_successors_of_retired_names(name: str, successor: str | None, also: tuple[str, ...]) -> None:
    action = next(action for action in PROFILE.retired if action.name == name)
    assert (action.successor, action.also) == (successor, also)


def test_the_service_is_closed_from_30_september_2026_on() -> None:
    assert not PROFILE.lifecycle.closed(date(2026, 9, 29))
    assert PROFILE.lifecycle.closed(date(2026, 9, 30))


def test_only_the_closing_date_is_established() -> None:
    states = {str(source.states): source.established for source in PROFILE.lifecycle.sources}
    assert [text for text, established in states.items() if established] == [
        "The service closes permanently on 2026-09-30."
    ]
    for day in (PROFILE.lifecycle.bonuses_until, PROFILE.lifecycle.history_until):
        assert any(str(day) in text for text in states), day


def test_the_data_file_holds_nothing_that_the_records_drop() -> None:
    """A field that is misspelt in the file would be lost in silence otherwise."""
    read = json.loads(DATA.read_bytes())
    kept = json.loads(msgspec.json.encode(msgspec.structs.replace(load_profile(), sha256="")))
    assert read == {key: value for key, value in kept.items() if key != "sha256"}


def test_the_profile_names_the_bytes_it_was_read_from() -> None:
    assert PROFILE.sha256 == hashlib.sha256(DATA.read_bytes()).hexdigest()


def test_an_unknown_service_is_one_sentence_with_the_choices() -> None:
    with pytest.raises(InputError, match=r"no service profile `\.\./x`; choose one of mechanicalturk"):
        load_profile("../x")


def test_actions_carry_the_prefix() -> None:
    privilege: Privilege = BY_NAME["SendBonus"]
    assert privilege.action == "mechanicalturk:SendBonus"
