"""Which users, roles, groups and policies the permissions of an escalation are about, caller by caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audit.catalog.escalations import Escalation, Gain
from audit.evaluate.reach_caller import CallerClass, Callers, Grade
from audit.evaluate.reach_population import Actor, Population
from audit.evaluate.reach_profiles import Profile, Profiles
from audit.evaluate.reach_services import is_fixed
from audit.evaluate.reach_targets import TargetSpace
from audit.policy.known import Known
from audit.snapshot.authorization import RoleDetail, UserDetail

PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action's name
CREATING = ("iam:CreateRole", "iam:CreateUser")
POLICY_ARN = "iam:policyarn"
_BY_SERVICE = frozenset({Gain.PASS_ROLE, Gain.RUNNING, Gain.SAML})
"""What is not narrowed by the targets of its first permission."""


class Asking:
    """The classes of callers of each action, and the targets by number."""

    def __init__(self, population: Population, rows: Iterable[Escalation]) -> None:
        self._population = population
        self._callers: dict[tuple[str, str, str], Callers] = {}
        narrowed = {row.needs[0] for row in rows if row.target not in _BY_SERVICE}
        self._profiles = Profiles(sorted({*narrowed, *CREATING, PASS_ROLE}))
        self.groups: dict[str, int] = {}
        """By ARN."""
        self.policies: dict[str, int] = {}
        """By ARN."""
        for account in population.accounts.values():
            for group in account.policies.details.group_detail_list:
                self.groups[group.arn] = len(self.groups)
            for policy in account.policies.details.policies:
                self.policies[policy.arn] = len(self.policies)
        self.spaces: Mapping[str, TargetSpace] = {
            "roles": population.roles,
            "users": population.users,
            "groups": self._space("group", self.groups),
            "policies": self._space("policy", self.policies),
        }

    def _space(self, kind: str, numbers: Mapping[str, int]) -> TargetSpace:
        return TargetSpace(kind, ((number, arn) for arn, number in numbers.items()), self._population.accounts)

    def profile(self, actor: Actor) -> Profile:
        """Whose permissions are the same."""
        return self._profiles.of(actor)

    def of(self, profile: Profile, action: str, space: str, told: Known | None = None, mark: str = "") -> CallerClass:
        """The class of the callers of an action; `mark` tells apart what is `told` of the request."""
        key = (action, space, mark)
        found = self._callers.get(key)
        if found is None:
            targets = self.spaces[space]
            found = self._callers[key] = Callers(action, targets, told) if told else Callers(action, targets)
        return found.of_profile(profile)

    def on_itself(self, actor: Actor, action: str, policy_arn: str = "") -> Grade:
        """Whether it may do so to itself; with the managed policy of that ARN, where one is attached."""
        own = actor.principal if actor.principal >= 0 else actor.id
        if own >= len(self._population.actors):
            return Grade.NO
        if actor.role is not None and is_fixed(actor.arn):
            return Grade.NO
        told = Known(values=((POLICY_ARN, policy_arn),)) if policy_arn else None
        return self.of(self.profile(actor), action, space_of(actor), told, policy_arn).on(own).granted

    def on_any(self, actor: Actor, action: str, space: str, targets: Iterable[int]) -> Grade:
        """Whether it may do so to any of the targets."""
        targets = tuple(targets)
        if not targets:
            # As nearly always: then no class need be looked for.
            return Grade.NO
        of_class = self.of(self.profile(actor), action, space)
        return max(of_class.on(target).granted for target in targets)

    def own_policies(self, actor: Actor) -> list[int]:
        """The managed policies of the accounts' own that bear on an actor, those of its groups too."""
        record = actor.holder.record
        attached = [policy.policy_arn for policy in record.attached_managed_policies]
        if isinstance(record, UserDetail):
            for name in record.group_list:
                group = actor.account.policies.groups.get(name)
                attached += [policy.policy_arn for policy in group.attached_managed_policies] if group else []
        return [self.policies[arn] for arn in attached if arn in self.policies and ":aws:policy/" not in arn]

    def own_groups(self, actor: Actor) -> list[int]:
        """The groups that an actor is in."""
        record = actor.holder.record
        names = record.group_list if isinstance(record, UserDetail) else ()
        groups = (actor.account.policies.groups.get(name) for name in names)
        return [self.groups[group.arn] for group in groups if group is not None]


def space_of(actor: Actor) -> str:
    """The kind of targets that an actor is one of."""
    return "roles" if isinstance(actor.holder.record, RoleDetail) else "users"
