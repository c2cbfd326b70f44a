"""What findings about reach share: ways in words, grouped by the statements of their last step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import msgspec

from audit.evaluate.policy_change import is_aws_managed
from audit.model.entitlement import StatementRef, Verdict
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.reach import ReachCut, ReachPath, ReachStep, StepType
from audit.rules.interface import RuleContext
from audit.rules.wording import LISTED, count, enumeration, share

CAUSES_IDENTITY = ("account", "causes")
CUTS_LISTED = 3
"""So many sets of statements a finding spells out, those that end it for the most first."""
_SURE = "Every step of the way can be taken outright."
_OPEN = "A step of the way hangs on a condition, or on something that policies do not tell."


class WayGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Ways that come to the same end by the same last step."""

    holder: str
    causes: tuple[StatementRef, ...]
    paths: tuple[ReachPath, ...]
    """The shortest first."""

    @property
    def starts(self) -> tuple[str, ...]:
        return tuple(sorted({path.start for path in self.paths}))

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(sorted({action for path in self.paths for action in path.actions}))


def account_of(arn: str) -> str:
    """The account id in an ARN; empty where it is none."""
    return arn.split(":")[4] if arn.count(":") >= 5 else ""


def grouped(paths: Iterable[ReachPath], *, by_first: bool = False) -> tuple[WayGroup, ...]:
    """Group ways by their holder and the statements of the last step (the first step, where `by_first`)."""
    groups: dict[tuple[str, tuple[StatementRef, ...]], list[ReachPath]] = defaultdict(list)
    for path in paths:
        step = path.steps[0 if by_first else -1]
        trusting = step.statements if step.type is StepType.ESCALATION else step.statements[:1]
        groups["" if by_first else path.holder, trusting].append(path)
    return tuple(
        WayGroup(
            holder=min(path.holder for path in own),
            causes=causes,
            paths=tuple(sorted(own, key=lambda path: (path.hops, path.start))),
        )
        for (_, causes), own in sorted(groups.items(), key=lambda item: (item[0][0], causes_text(item[0][1])))
    )


def way_finding(
    context: RuleContext,
    info: RuleInfo,
    group: WayGroup,
    *,
    title: str,
    facts: tuple[tuple[str, str], ...],
    pays: bool = True,
    identity: tuple[tuple[str, str], ...] = (),
) -> Finding:
    """The finding of one group of ways, whatever rule it is of.

    `pays`: whether the ways end at privileges that pay, so that the cuts of reach are about them. `identity` is what
    tells it from others besides its account and causes.
    """
    confidence, reason = certainty(group.paths)
    ends = cut_words(context, group.starts) if pays else ()
    return Finding(
        rule=info.id,
        title=title,
        severity=info.severity,
        confidence=confidence,
        confidence_reason=reason,
        account_id=context.account_id,
        subjects=group.starts,
        privileges=group.actions if pays else (),
        causes=group.causes,
        considered=(*considered(context, group.paths), *ends),
        facts=(*facts, ("steps", hops_words(group.paths).removeprefix("in "))),
        identity=(("account", context.account_id), ("causes", causes_text(group.causes)), *identity),
    )


def causes_text(refs: Iterable[StatementRef]) -> str:
    """Statements as one text, the same in any order and from quarter to quarter."""
    rows = sorted({(ref.policy.arn or ref.policy.owner_arn, ref.policy.name, ref.label) for ref in refs})
    return msgspec.json.encode(rows).decode()


def certainty(paths: Collection[ReachPath]) -> tuple[Confidence, str]:
    """How sure it is: by the surest of the ways."""
    if any(path.verdict is Verdict.ALLOW for path in paths):
        return Confidence.HIGH, _SURE
    return Confidence.MEDIUM, _OPEN


def short_name(arn: str) -> str:
    """`role/ops/Payer` of an ARN, anything else as it is."""
    return arn.split(":", 5)[5] if arn.count(":") >= 5 else arn


def step_words(step: ReachStep) -> str:
    """One step: `becomes role/x by sts:AssumeRole`."""
    if step.source == step.target:
        return f"gives itself permissions ({step.technique})"
    way = step.technique or step.type.value
    return f"becomes {short_name(step.target)} by {way}"


def way_words(path: ReachPath) -> str:
    """A whole way in one sentence."""
    conditions = list(dict.fromkeys(condition for step in path.steps for condition in step.conditions))
    words = f"{short_name(path.start)} {', which '.join(step_words(step) for step in path.steps)}"
    return f"{words}{'; ' + '; '.join(one.rstrip('.') for one in conditions[:3]) if conditions else ''}."


def considered(context: RuleContext, paths: Sequence[ReachPath]) -> tuple[str, ...]:
    """The shortest ways in words, why their steps can be taken, how many others there are, and what bounds all."""
    rows = [f"Shortest way: {way_words(path)}" for path in paths[:3]]
    reasons = dict.fromkeys(f"{short_name(step.target)}: {step.reason}" for step in paths[0].steps if step.reason)
    rows += list(reasons)[:LISTED]
    if len(paths) > 3:
        rows.append(f"{count(len(paths) - 3, 'further principal')} come there too.")
    others = max(path.others for path in paths)
    if others:
        rows.append(f"From there or on the way {count(others, 'further holder')} can be reached.")
    rows.append("Permissions boundaries were evaluated at every step.")
    return (*rows, context.control)


def cut_words(context: RuleContext, starts: Collection[str]) -> tuple[str, ...]:
    """The smallest sets of statements that end the reach of these starts, and for how many none is known."""
    starts = frozenset(starts)
    found = [
        (-mine, f"Removing {_removed_words(cut)} ends it{_for(mine, starts)}.") for cut, mine in context.cuts.of(starts)
    ]
    rows = [words for _, words in sorted(found)]
    if len(rows) > CUTS_LISTED:
        rows[CUTS_LISTED:] = [f"{count(len(rows) - CUTS_LISTED, 'further set')} of statements are in the list of cuts."]
    not_sought = len(starts & context.cuts.not_sought)
    if not_sought:
        rows.append(f"What ends it was not worked out{_for(not_sought, starts)}: too many can come to pay.")
    not_found = len(starts & context.cuts.not_found)
    if not_found:
        rows.append(f"No set of statements is known whose removal ends it{_for(not_found, starts)}.")
    return tuple(rows)


def _removed_words(cut: ReachCut) -> str:
    names = enumeration([f"{ref.policy.label}, {ref.words}" for ref in cut.statements], "statement")
    own = any(is_aws_managed(ref.policy) for ref in cut.statements)
    return f"{names} (a policy of AWS's own is detached instead)" if own else names


def _for(mine: int, starts: Collection[str]) -> str:
    return "" if mine == len(starts) == 1 else f" for {share(mine, len(starts))}"


def hops_words(paths: Sequence[ReachPath]) -> str:
    """`in 2 steps`, `in 1 to 3 steps`."""
    fewest, most = min(path.hops for path in paths), max(path.hops for path in paths)
    return f"in {count(fewest, 'step')}" if fewest == most else f"in {fewest} to {most} steps"
