"""Roles that somebody from outside the accounts can take, and where that leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from audit.catalog.controls import controls_on
from audit.model.entitlement import Verdict
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.privilege import Severity
from audit.model.reach import Entrance, NodeType, StepType
from audit.rules.interface import RuleContext
from audit.rules.way import CAUSES_IDENTITY, account_of, causes_text, cut_words, way_words
from audit.rules.wording import count, enumeration, short

INFO = RuleInfo(
    id="entrance-from-outside",
    title="Ways in from outside",
    severity=Severity.CRITICAL,
    description=(
        "A trust policy lets somebody in who belongs to none of the accounts: another account, everybody, or whoever "
        "an identity provider vouches for. Where the role pays, or leads to one that does, their mistake or breach "
        "pays workers with your money."
    ),
    remediation=(
        "Remove what is not needed. Name the one role of the other account and ask for an ExternalId; ask for the "
        "exact audience and subject of an identity provider; ask services for aws:SourceAccount. Name partners with "
        "--known-account, so that the others stand out."
    ),
    false_positive=(
        "It does not apply where the outside is a partner under contract whose access is meant to pay, and is known by "
        "name to this audit; even then the weaknesses that are listed are worth mending."
    ),
    controls=controls_on("access", "privileged access"),
    identity=(*CAUSES_IDENTITY, "outside"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """One finding for every outside and what is wrong with its way in."""
    groups: dict[tuple[str, bool, tuple[str, ...]], list[Entrance]] = defaultdict(list)
    for one in context.reach.entrances if context.reach else ():
        if account_of(one.role_arn) != context.account_id or one.step.type is StepType.IDENTITY_CENTER:
            continue
        pays = one.path is not None
        groups[one.outside, pays, () if pays else one.weaknesses].append(one)
    for (outside, pays, _), entrances in sorted(groups.items()):
        yield _finding(context, outside, entrances, pays=pays)


def _finding(context: RuleContext, outside: str, entrances: list[Entrance], *, pays: bool) -> Finding:
    first = entrances[0]
    roles = tuple(sorted({one.role_arn for one in entrances}))
    causes = tuple(dict.fromkeys(ref for one in entrances for ref in one.step.statements))
    paths = sorted((one.path for one in entrances if one.path), key=lambda path: (path.hops, path.holder))
    actions = tuple(sorted({action for path in paths for action in path.actions}))
    sure = any((one.path.verdict if one.path else one.step.verdict) is Verdict.ALLOW for one in entrances)
    # A name of AWS's is written as AWS writes it.
    named = ":" in first.label or "." in first.label.split()[0]
    name = first.label if named else f"{first.label[0].upper()}{first.label[1:]}"
    leads = f" and can use {enumeration(short(actions), 'further privilege')} from there" if pays else ""
    weaknesses = tuple(dict.fromkeys(words for one in entrances for words in one.weaknesses))
    known = "It is known to this audit by name." if first.known else "It is not known to this audit by name."
    return Finding(
        rule=INFO.id,
        title=f"{name} can take {count(len(roles), 'role')}{leads}",
        severity=_severity(first, pays=pays),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        confidence_reason=(
            "The trust policy lets it in outright."
            if sure
            else "It is let in under conditions of the request, such as a subject or an ExternalId that fits."
        ),
        account_id=context.account_id,
        subjects=roles,
        privileges=actions,
        causes=causes,
        considered=(
            *weaknesses,
            *(f"Shortest way: {way_words(path)}" for path in paths[:3]),
            *(() if first.outside_type in (NodeType.SERVICE, NodeType.EVERYBODY) else (known,)),
            *(cut_words(context, (outside,)) if pays else ()),
            context.control,
        ),
        facts=(
            ("outside", outside),
            ("kind", first.outside_type.value),
            ("leads to a payment", "yes" if pays else "no"),
        ),
        identity=(("account", context.account_id), ("causes", causes_text(causes)), ("outside", outside)),
    )


def _severity(one: Entrance, *, pays: bool) -> Severity:
    """Whoever stands outside and can pay is critical; a service stands outside only by what others make it do."""
    if one.outside_type is NodeType.SERVICE:
        return Severity.MEDIUM
    if pays:
        return Severity.CRITICAL
    return Severity.MEDIUM if one.outside_type is NodeType.EVERYBODY else Severity.LOW
