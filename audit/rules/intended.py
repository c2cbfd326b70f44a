"""The access model laid over the accounts: who is meant to hold what, and which entries nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from audit.model.access_model import AccessEntry, AccessModel, IntendedAccess, UnusedEntry
from audit.model.activity import Observation
from audit.model.principal import Principal, PrincipalType
from audit.model.privilege import ServiceProfile
from audit.policy.wildcard import matches
from audit.rules.interface import RuleContext

_ARN_ACCOUNT = re.compile(r"arn:[^:]*:iam::([0-9]{12}):")


def with_intended(contexts: Sequence[RuleContext], model: AccessModel | None) -> list[RuleContext]:
    """Lay the model over all accounts of an audit: an entry may speak of several, so its use is judged over all."""
    if model is None:
        return list(contexts)
    unused = [_unused(entry, contexts) for entry in model.entries]
    told = {context.account_id: list[UnusedEntry]() for context in contexts}
    for each in unused:
        if each is not None and contexts:
            told[_account_of(each.entry, contexts)].append(each)
    return [
        msgspec.structs.replace(
            context,
            intended=IntendedAccess(
                model=model, intended=_intended(model, context), unused=tuple(told[context.account_id])
            ),
        )
        for context in contexts
    ]


def actions_of(entry: AccessEntry, profile: ServiceProfile) -> frozenset[str]:
    """The privileges that an entry names or means."""
    patterns = [pattern.removeprefix(f"{profile.service}:").lower() for pattern in entry.privileges]
    return frozenset(
        privilege.action
        for privilege in profile.privileges
        if any(matches(pattern, privilege.name.lower()) for pattern in patterns)
        or any(risk.value in entry.risk_classes for risk in privilege.risk_classes)
    )


def means(entry: AccessEntry, principal: Principal) -> bool:
    """Whether an entry speaks of a principal."""
    tags = dict(principal.tags)
    return (
        (not entry.principals or any(matches(pattern, principal.arn) for pattern in entry.principals))
        and (not entry.paths or any(principal.path.startswith(path) for path in entry.paths))
        and all(key in tags and matches(pattern, tags[key]) for key, pattern in entry.tags)
    )


def _intended(model: AccessModel, context: RuleContext) -> dict[str, frozenset[str]]:
    actions = {entry.id: actions_of(entry, context.profile) for entry in model.entries}
    found: dict[str, frozenset[str]] = {}
    for arn, principal in context.principals.items():
        meant = [actions[entry.id] for entry in model.entries if means(entry, principal)]
        if meant:
            found[arn] = frozenset().union(*meant)
    return found


def _unused(entry: AccessEntry, contexts: Sequence[RuleContext]) -> UnusedEntry | None:
    """Why nothing uses an entry; None where something does, or may."""
    meant = [(context, arn) for context in contexts for arn in _meant(entry, context.principals)]
    if not meant:
        return UnusedEntry(entry=entry, reason="no user, group or role of these accounts is meant by it")
    held = [(arn, observation) for context, arn in meant for observation in _observations(entry, context, arn)]
    if not held:
        return UnusedEntry(entry=entry, reason="nobody whom it means holds any of its privileges")
    if any(observation is not Observation.NOT_OBSERVED for _, observation in held):
        return None
    holders = tuple(sorted({arn for arn, _ in held}))
    return UnusedEntry(
        entry=entry,
        reason="its privileges were not observed in use in the window, which the logs cover",
        holders=holders,
    )


def _meant(entry: AccessEntry, principals: Mapping[str, Principal]) -> Iterable[str]:
    return (arn for arn, principal in principals.items() if means(entry, principal))


def _observations(entry: AccessEntry, context: RuleContext, arn: str) -> Iterable[Observation]:
    """Of each of the entry's privileges that a principal holds. A group acts through its members."""
    if context.principals[arn].type is PrincipalType.GROUP and context.principals[arn].members:
        return
    actions = actions_of(entry, context.profile)
    for action, entitlement in context.entitlements.get(arn, {}).items():
        if action in actions:
            yield entitlement.observation


def _account_of(entry: AccessEntry, contexts: Sequence[RuleContext]) -> str:
    """The account in which an entry is told of: the one that its ARNs name, else the first of the audit."""
    named = {found[1] for pattern in entry.principals if (found := _ARN_ACCOUNT.match(pattern))}
    accounts = sorted(context.account_id for context in contexts)
    return next((account for account in accounts if account in named), accounts[0])
