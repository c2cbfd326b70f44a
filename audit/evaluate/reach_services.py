"""Which roles of an account a service may take, or a SAML provider: whoever has the service run something gets there.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from audit.evaluate.outcomes import Outcomes
from audit.evaluate.reach_caller import Grade
from audit.evaluate.reach_decision import Decisions
from audit.evaluate.reach_population import Actor, ReachAccount
from audit.evaluate.reach_trust import (
    ASSUME_ROLE,
    ASSUME_ROLE_WITH_SAML,
    EVERYBODY,
    EntryType,
    Trust,
    TrustStatement,
    graded,
)
from audit.policy.known import Known

_OF_AWS = ":role/aws-"
_FIXED_PATHS = (_OF_AWS + "service-role/", _OF_AWS + "reserved/")
_SAML_PROVIDER = ":saml-provider/"


def is_fixed(arn: str) -> bool:
    """Whether a role is one that nobody but AWS can change or pass."""
    # Hardly any is: most are told by one look.
    return _OF_AWS in arn and any(path in arn for path in _FIXED_PATHS)


class Trusting:
    """Finds them, each account and service once."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._outcomes = Outcomes()
        self._found: dict[tuple[str, str], Mapping[int, Grade]] = {}
        self._named: dict[str, dict[str, list[list[Actor]]]] = {}

    def of(self, account: ReachAccount, service: str) -> Mapping[int, Grade]:
        """The roles of an account that a service may take; with no service, those that trust a SAML provider."""
        found = self._found.get((account.account_id, service))
        if found is None:
            grades = {
                role.id: grade
                for roles in (self._naming(account, service) if service else self._alike(account))
                if (grade := self._trusts(roles[0], service))
                for role in roles
                if not is_fixed(role.holder.record.arn)
            }
            found = self._found[account.account_id, service] = dict(sorted(grades.items()))
        return found

    def _naming(self, account: ReachAccount, service: str) -> Iterator[list[Actor]]:
        """Roles that have the same trust policy, an Allow of which names the service, or every service.

        Gone through once for all services: the table of escalations has many, and most roles trust none of them.
        """
        found = self._named.get(account.account_id)
        if found is None:
            found = self._named[account.account_id] = {}
            for roles in self._alike(account):
                for name in _services(self._decisions.trust(roles[0])):
                    found.setdefault(name, []).append(roles)
        yield from found.get(service, ())
        yield from found.get(EVERYBODY, ())

    def _alike(self, account: ReachAccount) -> Iterable[list[Actor]]:
        """The roles of an account, those together that have the same trust policy."""
        return self._decisions.trusting_alike.get(account.account_id, {}).values()

    def _trusts(self, role: Actor, service: str) -> Grade:
        trust = self._decisions.trust(role, ASSUME_ROLE if service else ASSUME_ROLE_WITH_SAML)
        allows = [one for one in trust.allows if _lets_in(one, service)]
        if not allows:
            return Grade.NO
        denies = [one for one in trust.statements if one.deny and _lets_in(one, service)]
        if not denies and any(not one.condition for one in allows):
            return Grade.SURE
        source = ("aws:sourceaccount", role.account.account_id)
        known = Known(values=(source,), not_before=role.account.as_of)
        return graded(allows, denies, known, self._outcomes)


def _services(trust: Trust) -> Iterable[str]:
    """The services that its Allow statements name, each once."""
    return dict.fromkeys(one.value for each in trust.allows for one in each.entries if one.type is EntryType.SERVICE)


def _lets_in(statement: TrustStatement, service: str) -> bool:
    """Whether a statement is about a service; with none, about a SAML provider."""
    for one in statement.entries:
        if service and one.type is EntryType.SERVICE and one.value in (service, EVERYBODY):
            return True
        if not service and one.type is EntryType.PROVIDER and _SAML_PROVIDER in one.value:
            return True
    return statement.deny and any(one.type is EntryType.EVERYBODY for one in statement.entries)
