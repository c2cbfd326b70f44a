"""A handful of rules for made-up results, so that rendering is tested apart from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from audit.model.entitlement import Entitlement, PolicyType, StatementRef, Verdict
from audit.model.finding import Confidence, Control, Finding, RuleInfo
from audit.model.privilege import Privilege, RiskClass, Severity
from audit.render.view_words import count

NIST = "NIST 800-53"
LEAST = Control(framework=NIST, version="r5", id="AC-6")
DUTIES = Control(framework=NIST, version="r5", id="AC-5")
SOC = Control(framework="SOC 2", version="2017", id="CC6.3")

RULES = (
    RuleInfo(
        id="can-pay-money",
        title="Principals can pay workers",
        severity=Severity.CRITICAL,
        description="The statement allows calls that send money to a worker. IAM cannot limit the amount: whoever "
        "holds it can spend the account's balance.",
        remediation="Keep the privilege with the one role that pays, and take it out of this statement for the rest.",
        false_positive="The principals are the payroll role and its break-glass owner, both on the list of payers.",
        controls=(LEAST, SOC),
        identity=("account", "policy", "statement"),
    ),
    RuleInfo(
        id="wildcard-grant",
        title="A wildcard grants Mechanical Turk privileges",
        severity=Severity.HIGH,
        description="The statement names a pattern, not the actions that the work needs, so it grants more than anyone "
        "decided on.",
        remediation="List the actions that are used, or exclude the service.",
        false_positive="The principal is an administrator by decision, and the decision is on file.",
        controls=(LEAST,),
        identity=("account", "policy", "statement"),
    ),
    RuleInfo(
        id="exposes-worker-data",
        title="Principals can read workers' data",
        severity=Severity.HIGH,
        description="Answers, files, scores or payments of workers can be read through this statement.",
        remediation="Remove the reading privileges from principals that do not review work.",
        false_positive="The principals review answers as their job.",
        controls=(SOC,),
        identity=("account", "policy", "statement"),
    ),
    RuleInfo(
        id="duties-not-separated",
        title="One principal both publishes and pays",
        severity=Severity.HIGH,
        description="The same principal can create HITs and approve their results, so it can move money to a worker "
        "of its choice with no second person.",
        remediation="Give creating and approving to different roles.",
        false_positive="A compensating control exists: every payment is reconciled by somebody else.",
        controls=(DUTIES,),
        identity=("account", "principal"),
    ),
    RuleInfo(
        id="retired-service-grant",
        title="A grant is left on a closed service",
        severity=Severity.MEDIUM,
        description="The service is closed, so no work needs the grant any more.",
        remediation="Remove the statement, or exclude the service from it.",
        false_positive="None: the service has closed.",
        controls=(LEAST,),
        identity=("account", "policy", "statement"),
    ),
    RuleInfo(
        id="principal-unused",
        title="A principal was not used in the window",
        severity=Severity.LOW,
        description="AWS reports no use of the role in the window.",
        remediation="Ask its owner, then delete it.",
        false_positive="The role exists for emergencies.",
        controls=(),
        identity=("principal",),
    ),
)

_BY_STATEMENT = (
    ("can-pay-money", RiskClass.PAYS_MONEY),
    ("exposes-worker-data", RiskClass.EXPOSES_WORKER_DATA),
    ("retired-service-grant", None),
)
_INFOS = {rule.id: rule for rule in RULES}


def statement_findings(
    account_id: str,
    entitlements: Sequence[Entitlement],
    privileges: Mapping[str, Privilege],
    patterns: Mapping[StatementRef, Sequence[str]],
) -> Iterator[Finding]:
    """One finding per rule and granting statement, over the entitlements of one account."""
    by_cause: dict[tuple[str, ...], tuple[StatementRef, list[Entitlement]]] = {}
    for entitlement in entitlements:
        for grant in entitlement.grants:
            by_cause.setdefault(_policy_key(grant), (grant, []))[1].append(entitlement)
    for cause, held in by_cause.values():
        for rule, risk in _BY_STATEMENT:
            concerned = [each for each in held if risk is None or risk in privileges[each.action].risk_classes]
            if concerned:
                yield _finding(_INFOS[rule], account_id, cause, concerned)
        if any("*" in pattern for pattern in patterns.get(cause, ())):
            yield _finding(_INFOS["wildcard-grant"], account_id, cause, held)


def duty_findings(account_id: str, entitlements: Sequence[Entitlement]) -> Iterator[Finding]:
    """One finding for every principal that can both create and approve."""
    held: dict[str, dict[str, Entitlement]] = {}
    for entitlement in entitlements:
        held.setdefault(entitlement.principal_arn, {})[entitlement.action] = entitlement
    for arn, actions in held.items():
        pair = [
            actions[name]
            for name in ("mechanicalturk:CreateHIT", "mechanicalturk:ApproveAssignment")
            if name in actions
        ]
        if len(pair) == 2 and ":group/" not in arn:
            causes = tuple(dict.fromkeys(grant for each in pair for grant in each.grants[:1]))
            yield _make(
                _INFOS["duties-not-separated"], account_id, causes, pair, f"{_name(arn)} can both publish and pay"
            )


def unused_finding(account_id: str, arn: str) -> Finding:
    info = _INFOS["principal-unused"]
    return Finding(
        rule=info.id,
        title=f"{_name(arn)} was not used in the window",
        severity=info.severity,
        confidence=Confidence.LOW,
        confidence_reason="AWS tells the last use from a tracking period of its own.",
        account_id=account_id,
        subjects=(arn,),
        facts=(("last used", "before 2026-07-01"),),
        identity=(("principal", arn),),
    )


def _words(cause: StatementRef) -> str:
    """As the rules name a cause."""
    policy = cause.policy
    holder = policy.owner_arn.rpartition(":")[2].partition("/")[2].rpartition("/")[2]
    kinds = {
        PolicyType.INLINE: f"inline {policy.name} of {holder}",
        PolicyType.GROUP_INLINE: f"inline {policy.name} of group {policy.group}",
    }
    return f"{kinds.get(policy.type, policy.name)}, statement {cause.sid or cause.index + 1}"


def _policy_key(cause: StatementRef) -> tuple[str, ...]:
    """The same for a policy that is attached to a principal and to its group."""
    policy = cause.policy
    return (policy.arn, "" if policy.arn else policy.owner_arn, policy.name, str(cause.index))


def _finding(info: RuleInfo, account_id: str, cause: StatementRef, held: Sequence[Entitlement]) -> Finding:
    people = len({each.principal_arn for each in held})
    actions = len({each.action for each in held})
    title = f"{info.title}: {people} of them, with {count(actions, 'privilege')}, through {_words(cause)}"
    return _make(info, account_id, (cause,), held, title)


def _make(
    info: RuleInfo, account_id: str, causes: tuple[StatementRef, ...], held: Sequence[Entitlement], title: str
) -> Finding:
    sure = all(each.verdict is Verdict.ALLOW for each in held)
    actions = tuple(sorted({each.action for each in held}))
    subjects = tuple(sorted({each.principal_arn for each in held}))
    policy = causes[0].policy
    return Finding(
        rule=info.id,
        title=title,
        severity=info.severity,
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        confidence_reason="An Allow statement with no condition."
        if sure
        else "It depends on a condition of the request.",
        account_id=account_id,
        subjects=subjects,
        privileges=actions,
        causes=causes,
        considered=(
            "No permissions boundary takes it back.",
            "Service control policies are unknown: this is the upper bound.",
            *sorted({condition for each in held for condition in each.conditions}),
        ),
        facts=(("principals", f"{len(subjects)} of 80"), ("bonuses paid in the window", "214")),
        fix=_fix(actions),
        identity=(
            ("account", account_id),
            ("policy", policy.arn or f"{policy.owner_arn} {policy.name} {policy.group}"),
            ("statement", causes[0].label),
            ("principal", subjects[0] if info.id == "duties-not-separated" else ""),
        ),
    )


def _fix(actions: Sequence[str]) -> str:
    removed = "".join(f'-        "{action}",\n' for action in actions[:4])
    return (
        "--- policy.json\n+++ policy.json\n@@ -4,9 +4,5 @@\n"
        '       "Effect": "Allow",\n       "Action": [\n' + removed + '         "s3:GetObject"\n       ],\n'
    )


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
