"""Laws of every rule: findings are told apart by fingerprint, and the fingerprint outlives what does not matter."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from audit.model.activity import Observation
from audit.model.finding import Finding
from audit.rules.interface import RuleContext
from audit.rules.registry import run_rules
from tests.rules.account import CLOSED, MFA, Account, Json, allow, allow_but, bonuses, deny, full

POOL: tuple[Json, ...] = (
    allow("*"),
    allow(full("*")),
    allow(full("*"), sid="Full"),
    allow(full("SendBonus"), full("DeleteHIT")),
    allow(full("DeleteHIT"), full("SendBonus")),
    allow(full("CreateHIT"), condition=MFA),
    allow(full("ApproveAssignment"), sid="Approve"),
    allow(full("Get*"), full("List*")),
    allow_but("iam:*"),
    allow("iam:*", "cloudtrail:*"),
    deny(full("SendBonus")),
    deny(full("SendBonus"), condition=MFA),
    deny(full("GrantBonus")),
    deny(full("SendBonus"), resource="arn:*"),
    allow(full("SendBonus"), resource="arn:*"),
    allow(full("GrantBonus"), full("BlockWorker")),
    allow("crowd:*"),
)


class Plan(NamedTuple):
    """An account to be put together: policies as lists of statements, and who has which."""

    managed: tuple[tuple[Json, ...], ...]
    inline: tuple[tuple[Json, ...], ...]
    """One for each role."""
    held: tuple[frozenset[int], ...]
    """By role, the managed policies attached to it."""
    of_group: frozenset[int]


_STATEMENTS = st.lists(st.sampled_from(POOL), min_size=1, max_size=3).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    managed = draw(st.lists(_STATEMENTS, min_size=1, max_size=2).map(tuple))
    roles = draw(st.integers(1, 3))
    some = st.frozensets(st.integers(0, len(managed) - 1))
    return Plan(
        managed=managed,
        inline=draw(st.lists(_STATEMENTS, min_size=roles, max_size=roles).map(tuple)),
        held=draw(st.lists(some, min_size=roles, max_size=roles).map(tuple)),
        of_group=draw(some),
    )


def context(plan: Plan, *, members: int = 0, twins: bool = False) -> RuleContext:
    """The plan's account; with `members` users in its group, and every role's twin with the same managed policies."""
    account = Account()
    roles = [account.role(f"Role{number}", last_used_known=True) for number in range(len(plan.held))]
    group = account.group("Group", *(account.user(f"user{number}") for number in range(members)))
    copies = [account.role(f"Twin{number}", last_used_known=True) for number in range(len(roles) if twins else 0)]
    for number, statements in enumerate(plan.managed):
        chosen = [place for place, held in enumerate(plan.held) if number in held]
        holders = [names[place] for names in (roles, copies) for place in chosen if names]
        account.managed(f"Policy{number}", *statements, to=[*holders, *([group] if number in plan.of_group else [])])
    for role, statements in zip(roles, plan.inline, strict=True):
        account.inline("Own", role, *statements)
    return account.context(as_of=CLOSED, activity=(bonuses(Observation.NOT_OBSERVED, number=0),))


def fingerprints(found: tuple[Finding, ...]) -> set[str]:
    return {finding.fingerprint for finding in found}


@given(plans(), st.integers(0, 2))
def test_no_two_findings_have_one_fingerprint(plan: Plan, members: int) -> None:
    found = run_rules(context(plan, members=members))
    counted = Counter(finding.fingerprint for finding in found)
    assert [finding.title for finding in found if counted[finding.fingerprint] > 1] == []


@given(plans())
def test_the_order_of_statements_does_not_matter(plan: Plan) -> None:
    turned = plan._replace(
        managed=tuple(tuple(reversed(statements)) for statements in plan.managed),
        inline=tuple(tuple(reversed(statements)) for statements in plan.inline),
    )
    assert fingerprints(run_rules(context(turned))) == fingerprints(run_rules(context(plan)))


@given(plans(), st.integers(1, 2))
def test_more_principals_leave_every_finding_what_it_was(plan: Plan, members: int) -> None:
    """A group's first members take its place among the subjects; the findings stay the same ones."""
    before = fingerprints(run_rules(context(plan)))
    assert before <= fingerprints(run_rules(context(plan, members=members, twins=True)))


@given(plans())
def test_an_unrelated_statement_leaves_every_finding_what_it_was(plan: Plan) -> None:
    longer = plan._replace(managed=tuple((allow("s3:GetObject"), *statements) for statements in plan.managed))
    assert fingerprints(run_rules(context(longer))) == fingerprints(run_rules(context(plan)))


@given(plans(), st.integers(0, 2))
def test_findings_name_their_principals_once_and_in_order(plan: Plan, members: int) -> None:
    for finding in run_rules(context(plan, members=members)):
        assert finding.subjects
        assert list(finding.subjects) == sorted(set(finding.subjects))
        assert list(finding.privileges) == sorted(set(finding.privileges))


@given(plans())
def test_the_most_severe_comes_first(plan: Plan) -> None:
    order = [(-finding.severity.rank, finding.rule, finding.fingerprint) for finding in run_rules(context(plan))]
    assert order == sorted(order)


@given(plans())
def test_the_same_evidence_gives_the_same_findings(plan: Plan) -> None:
    assert run_rules(context(plan)) == run_rules(context(plan))
