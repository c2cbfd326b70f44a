"""Entries of the access model that nothing uses: what is meant to be, and is not."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.acts import account_arn
from audit.rules.intended import actions_of
from audit.rules.interface import RuleContext

INFO = RuleInfo(
    id="unused-access-entry",
    title="Entries of the access model that nothing uses",
    severity=Severity.LOW,
    description=(
        "An entry of the access model means access that nobody has, or that was not used in a window that the logs "
        "cover. It would make the next such grant look approved."
    ),
    remediation="Remove the entry from the model, or narrow it; take away the access that it means and nobody uses.",
    false_positive=(
        "It does not apply to access that is used less than once a quarter, or that is about to begin: say so in the "
        "entry's reason, and keep an exception with an end."
    ),
    controls=controls_on("unused access"),
    identity=("account", "entry"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding an entry; none without a model."""
    if context.intended is None:
        return
    for unused in context.intended.unused:
        entry = unused.entry
        yield Finding(
            rule=INFO.id,
            title=f"The access model's entry {entry.id} is not used: {unused.reason}",
            severity=INFO.severity,
            confidence=Confidence.HIGH if not unused.holders else Confidence.MEDIUM,
            confidence_reason=(
                "It follows from the policies and the model alone."
                if not unused.holders
                else "CloudTrail covers the window; what is done on the requester website is not in it."
            ),
            account_id=context.account_id,
            # Where nobody holds it, it is the account's own matter.
            subjects=unused.holders or (account_arn(context),),
            privileges=tuple(sorted(actions_of(entry, context.profile))),
            facts=(
                ("owner", entry.owner),
                ("why", entry.why),
                ("access model", f"{context.intended.model.name}, SHA-256 {context.intended.model.sha256}"),
            ),
            identity=(("account", context.account_id), ("entry", entry.id)),
        )
