"""The conflicting duties: the pairs of the review, on actions that exist and that the evaluator answers for."""

from __future__ import annotations

import pytest

from audit.catalog.load import load_profile
from audit.catalog.separation_of_duties import Conflict, load_conflicts
from audit.catalog.watched import WATCHED
from audit.model.privilege import Severity

CONFLICTS = {conflict.id: conflict for conflict in load_conflicts()}


def _actions(conflict: Conflict) -> list[set[str]]:
    return [{action.partition(":")[2] for action in duty.actions} for duty in conflict.duties]


@pytest.mark.parametrize(
    ("id_", "severity", "sides"),
    [
        (
            "create-approve-and-pay-bonus",
            Severity.CRITICAL,
            [{"CreateHIT", "CreateHITWithHITType"}, {"ApproveAssignment"}, {"SendBonus"}],
        ),
        ("create-and-approve", Severity.HIGH, [{"CreateHIT", "CreateHITWithHITType"}, {"ApproveAssignment"}]),
        ("create-alone", Severity.LOW, [{"CreateHIT", "CreateHITWithHITType"}]),
        (
            "choose-payee-and-pay",
            Severity.HIGH,
            [{"AcceptQualificationRequest", "AssociateQualificationWithWorker"}, {"ApproveAssignment", "SendBonus"}],
        ),
        ("pay-and-delete-hit", Severity.CRITICAL, [{"ApproveAssignment", "SendBonus"}, {"DeleteHIT"}]),
        (
            "open-gate-and-create",
            Severity.MEDIUM,
            [{"CreateQualificationType", "UpdateQualificationType"}, {"CreateHIT", "CreateHITWithHITType"}],
        ),
        ("punish-and-delete-hit", Severity.HIGH, [{"CreateWorkerBlock", "RejectAssignment"}, {"DeleteHIT"}]),
        ("read-answers-and-notify", Severity.HIGH, [{"GetAssignment", "ListAssignmentsForHIT"}, {"NotifyWorkers"}]),
        ("unblock-and-pay-bonus", Severity.HIGH, [{"DeleteWorkerBlock"}, {"SendBonus"}]),
        (
            "pay-and-blind-log",
            Severity.CRITICAL,
            [{"ApproveAssignment", "SendBonus"}, {"DeleteTrail", "PutEventSelectors", "StopLogging"}],
        ),
    ],
)
def test_conflicts_are_the_ones_of_the_review(id_: str, severity: Severity, sides: list[set[str]]) -> None:
    assert CONFLICTS[id_].severity is severity
    assert _actions(CONFLICTS[id_]) == sides


def test_no_other_conflict_is_reported() -> None:
    assert len(CONFLICTS) == len(load_conflicts()) == 10


def test_every_action_is_a_privilege_or_is_watched() -> None:
    known = {privilege.action for privilege in load_profile().privileges} | set(WATCHED)
    for conflict in CONFLICTS.values():
        for duty in conflict.duties:
            assert set(duty.actions) <= known
            assert list(duty.actions) == sorted(set(duty.actions))


def test_graver_variants_exist_and_are_graver() -> None:
    for conflict in CONFLICTS.values():
        for name in conflict.unless:
            assert CONFLICTS[name].severity.rank > conflict.severity.rank
            assert set(conflict.duties) <= set(CONFLICTS[name].duties)
