"""Look-ups over one audit result: what its records name is found here by key, and named the way every output does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from audit.model.arn import parse_arn
from audit.model.finding import RuleInfo
from audit.model.principal import Principal, PrincipalType
from audit.model.privilege import Privilege, RiskClass, ServiceProfile
from audit.model.result import AuditResult
from audit.render.view_words import count

TYPE_ORDER = (PrincipalType.USER, PrincipalType.ROLE, PrincipalType.GROUP)
_RISK_ORDER = {risk: place for place, risk in enumerate(RiskClass)}


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What `index_result` finds out once for all views."""

    principals: Mapping[str, Principal]
    """By ARN."""
    columns: tuple[Privilege, ...]
    """The privileges in the order of the matrix: by risk class, then the most severe first, then by name."""
    bits: Mapping[str, int]
    """By action: the one bit of its column."""
    class_bits: Mapping[RiskClass, int]
    """The columns of every privilege that is in the class, also where another class comes first."""
    privileges: Mapping[str, Privilege]
    """By action."""
    rules: Mapping[str, RuleInfo]
    accounts: Mapping[str, str]
    """Account id to `111122223333 (production)`; the id alone without an alias."""

    def account(self, account_id: str) -> str:
        """How outputs name an account; one without an id stands for all of them."""
        if not account_id:
            return "all accounts"
        return self.accounts.get(account_id, account_id)

    def name(self, arn: str) -> str:
        """The short name of a principal or policy: for lists where the account is told beside it."""
        principal = self.principals.get(arn)
        if principal:
            return principal.name
        parsed = parse_arn(arn)
        return parsed.name if parsed else arn

    def who(self, arns: Iterable[str]) -> str:
        """`3 users, 12 roles and 1 group`; what is no principal is counted as `1 policy`."""
        known = [self.principals.get(arn) for arn in arns]
        kinds = [principal.type for principal in known if principal]
        words = [count(number, kind.value) for kind in TYPE_ORDER if (number := kinds.count(kind))]
        if len(kinds) < len(known):
            words.append(count(len(known) - len(kinds), "policy", "policies"))
        return ", ".join(words)


def index_result(result: AuditResult) -> Index:
    """Build the look-ups of one result."""
    columns = privilege_columns(result.profile)
    bits = {privilege.action: 1 << place for place, privilege in enumerate(columns)}
    return Index(
        principals={principal.arn: principal for principal in result.principals},
        columns=columns,
        bits=bits,
        class_bits={
            risk: sum(bits[privilege.action] for privilege in columns if risk in privilege.risk_classes)
            for risk in RiskClass
        },
        privileges={privilege.action: privilege for privilege in columns},
        rules={rule.id: rule for rule in result.rules},
        accounts={
            account.account_id: f"{account.account_id} ({account.alias})" if account.alias else account.account_id
            for account in result.header.accounts
        },
    )


def privilege_columns(profile: ServiceProfile) -> tuple[Privilege, ...]:
    """The profile's privileges in the order that tables show them."""
    return tuple(
        sorted(
            profile.privileges,
            key=lambda privilege: (_RISK_ORDER[privilege.risk_classes[0]], -privilege.severity.rank, privilege.name),
        )
    )
