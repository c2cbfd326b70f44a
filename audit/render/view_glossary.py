"""The words of the report and what they mean: verdicts, observations, severities, risk classes, coverage."""

from __future__ import annotations

import msgspec

from audit.model.activity import Observation
from audit.model.entitlement import Verdict
from audit.model.finding import Confidence
from audit.model.privilege import RiskClass, Severity
from audit.model.result import CoverageState


class Term(msgspec.Struct, frozen=True):
    """One word and its meaning."""

    word: str
    meaning: str


VERDICT_WORDS = {
    Verdict.ALLOW: "allowed",
    Verdict.CONDITIONAL: "conditional",
    Verdict.IMPLICIT_DENY: "not allowed",
    Verdict.EXPLICIT_DENY: "denied",
    Verdict.NOT_EVALUATED: "not evaluated",
}

VERDICTS = (
    Term("allowed", "An Allow statement matches, and no Deny statement and no permissions boundary takes it back."),
    Term(
        "conditional",
        "Allowed in some requests and refused in others: the conditions are named, and were not decided, because an "
        "audit has no request to decide them on.",
    ),
    Term(
        "not evaluated",
        "A policy that may decide it is missing or cannot be read. It is counted, and never taken for clean.",
    ),
    Term("not allowed", "No Allow statement matches (implicit deny), or a Deny statement does (explicit deny)."),
)

OBSERVATIONS = (
    Term(Observation.OBSERVED.value, "The evidence shows that it was done in the window."),
    Term(
        Observation.NOT_OBSERVED.value,
        "The evidence covers the window and shows none. That is not the same as never used.",
    ),
    Term(
        Observation.PARTLY_COVERED.value,
        "None in the logs that are there, and they do not reach over the whole window: the note says which days lack.",
    ),
    Term(Observation.NOT_TRACKED.value, "No source of this report tells of the action."),
    Term(
        Observation.NOT_COLLECTED.value,
        "A source would tell, and the evidence does not hold it, or not all of it. It is not zero.",
    ),
)

SEVERITIES = {
    Severity.CRITICAL: "Money leaves at once, or control is total.",
    Severity.HIGH: "Money can be committed, workers harmed, evidence destroyed, or worker data taken.",
    Severity.MEDIUM: "A step towards one of those, or one of them in small.",
    Severity.LOW: "Housekeeping: little harm by itself.",
}

CONFIDENCES = {
    Confidence.HIGH: "The policies say so outright.",
    Confidence.MEDIUM: "True under conditions that the audit cannot decide.",
    Confidence.LOW: "Part of the evidence is missing, or its reach is limited; the finding says which.",
}

RISK_CLASSES = {
    RiskClass.PAYS_MONEY: "Money goes to a worker with this call.",
    RiskClass.COMMITS_MONEY: "New spend, or more of it; automatic approval pays later with no further call.",
    RiskClass.HARMS_A_WORKER: "Pay is withheld, approval rates fall, or workers are locked out.",
    RiskClass.ALTERS_TRUST: "Decides who may work, and who is trusted without a test.",
    RiskClass.DESTROYS_EVIDENCE: "Records that a later review needs disappear.",
    RiskClass.REDIRECTS_DATA: "Messages or events go where the caller says, in the company's name.",
    RiskClass.EXPOSES_WORKER_DATA: "Answers, files, scores, payments or accusations of workers can be read.",
    RiskClass.OPERATIONAL: "State of work queues.",
    RiskClass.VIEWS: "Task content and balance can be read.",
}

COVERAGE_STATES = (
    Term(CoverageState.COMPLETE.value, "All of it was collected and read."),
    Term(CoverageState.PARTIAL.value, "Some of it is missing; the row says what that means."),
    Term(CoverageState.NOT_COLLECTED.value, "A source would tell, and the evidence does not hold it."),
    Term(CoverageState.NOT_TRACKED.value, "No source of this report tells of it."),
    Term(CoverageState.NOT_APPLICABLE.value, "The question does not arise, for instance without a linked requester."),
)

REACH_METHOD = (
    "Who can come to pay is worked out over all accounts together. Every assumption of a role is decided on its trust "
    "policy, the caller's identity-based policies and permissions boundary, the caller's service control policies and "
    "the role's resource control policies, as far as the evidence holds them. Every known way to gain permissions "
    "is decided on the permissions in effect; what it needs besides that no policy tells makes it conditional.",
    "Not weighed in reach: session policies, which whoever assumes a role chooses and which can only take permissions "
    "away, so that this is the most that a session can do; tags in conditions on the resource, which leave a step "
    "conditional; resource-based policies of other services, which may let somebody use a role's permissions without "
    "becoming it; and whether a function, an instance or a job that a way needs is there. Whether Mechanical Turk "
    "accepts the temporary credentials of roles is not established: its own documentation says that it does not, the "
    "IAM guide that it does. Roles are judged as if it does.",
    "What breaks a reach is the smallest set of statements without which evaluating again finds no way. Up to three "
    "statements no smaller set exists; of a larger one none can be spared. Statements that give the privilege itself "
    "are left alone. For how many it was not worked out is said where the sets are.",
)
"""How reach is worked out, what is not weighed in it, and what a recommended removal is; a paragraph each."""
