"""Every grant that is left on a service that has closed."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.finding import Finding, RuleInfo
from audit.model.privilege import Severity
from audit.rules.assemble import cause_finding
from audit.rules.cause import by_statement
from audit.rules.grant import STATEMENT_IDENTITY
from audit.rules.interface import RuleContext
from audit.rules.wording import at_most, through, who, worst

CAP = Severity.MEDIUM
"""What the privileges could do is graver, and other rules say so; that they are left over is untidy at most."""

INFO = RuleInfo(
    id="grant-on-retired-service",
    title="Grants on a service that has closed",
    severity=CAP,
    description=(
        "The service has closed, so that no principal needs a privilege on it any more. What the interface still "
        "answers is not established: a grant that is left over may still read history or pay what is outstanding, "
        "and nobody will watch it."
    ),
    remediation=(
        "Save the evidence first. Then remove every action of the service from your own policies, detach AWS managed "
        "policies made for it, and deny the service in a service control policy, which also covers administrators."
    ),
    false_positive=(
        "It applies to every grant. One that is kept to read the history until it ends belongs into an exception that "
        "expires on that day; one that comes from `*` of an administrator is settled by a service control policy."
    ),
    controls=controls_on("unused access", "policy hygiene"),
    identity=STATEMENT_IDENTITY,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every statement that gives anybody any privilege, once the service is closed."""
    lifecycle = context.profile.lifecycle
    if not lifecycle.closed(context.as_of.date()):
        return
    for cause in by_statement(context, context.privileges, empty_groups=True):
        given = len(cause.actions)
        title = (
            f"{through(context, cause.refs)} still gives {given} of {len(context.privileges)} privileges of the closed "
            f"{context.profile.name} to {who(context, cause.subjects)}"
        )
        yield cause_finding(
            context,
            INFO,
            cause,
            title,
            severity=at_most(worst(context, cause.actions), CAP),
            facts=(("closed on", str(lifecycle.closes_on)),),
            notes=_dates(context),
        )


def _dates(context: RuleContext) -> tuple[str, ...]:
    """What was reported of the service's last dates, each with how far it can be trusted."""
    return tuple(
        source.states if source.established else f"{source.states} This is reported and not established."
        for source in context.profile.lifecycle.sources
    )
