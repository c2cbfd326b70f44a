"""Findings: what a rule says must be looked at, about whom, because of which statement, and what to do."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import lru_cache

import msgspec

from audit.model.entitlement import StatementRef
from audit.model.privilege import Severity


class Confidence(StrEnum):
    """How sure it is that the finding is true, apart from how bad it would be."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Control(msgspec.Struct, frozen=True, order=True):
    """One requirement of a framework that a finding bears on."""

    framework: str
    """`NIST 800-53`."""
    version: str
    """`r5`."""
    id: str
    """`AC-6(7)`."""


class RuleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for every finding of a rule, and all that its documentation needs."""

    id: str
    """kebab-case; it names the problem."""
    title: str
    severity: Severity
    """The worst that it gives."""
    description: str
    """What is wrong and why it matters, in two or three sentences."""
    remediation: str
    false_positive: str
    """How a reader tells that it does not apply."""
    controls: tuple[Control, ...] = ()
    identity: tuple[str, ...] = ()
    """The names of the fields that make a finding the same one from quarter to quarter."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: one rule, one cause, all the principals it concerns."""

    rule: str
    title: str
    """One line with its numbers, for lists."""
    severity: Severity
    confidence: Confidence
    confidence_reason: str
    account_id: str
    subjects: tuple[str, ...]
    """ARNs of the principals, sorted; of the policy's own ARN where no principal holds it.

    Where nobody is known it is the account's, `arn:aws:iam::111122223333:root`, as policies name it."""
    privileges: tuple[str, ...] = ()
    """Actions, sorted."""
    causes: tuple[StatementRef, ...] = ()
    """The statements behind it, the primary one first."""
    considered: tuple[str, ...] = ()
    """What else was weighed: boundary, SCP, condition, missing evidence; one sentence each."""
    facts: tuple[tuple[str, str], ...] = ()
    """Figures with their names, `("bonuses paid", "0")`."""
    fix: str = ""
    """The policy change as a unified difference; empty where the remediation's words are all there is."""
    identity: tuple[tuple[str, str], ...] = ()
    """The declared identity fields with their values."""

    @property
    def fingerprint(self) -> str:
        """32 hex digits from the rule and its identity fields alone: stable from quarter to quarter."""
        return fingerprint(self.rule, self.identity)


# Every order, format and comparison asks for those of all findings again.
@lru_cache(maxsize=65_536)
def fingerprint(rule: str, identity: tuple[tuple[str, str], ...]) -> str:
    """Hash a rule's id and identity fields; the order of the fields does not matter."""
    text = msgspec.json.encode([rule, sorted(identity)])
    return hashlib.sha256(text).hexdigest()[:32]
