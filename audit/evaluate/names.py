"""Names as people type them: a principal or an action, shortened where only one fits, a suggestion where none does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from audit.evaluate.control_policies import control_policies
from audit.evaluate.holders import AccountPolicies, Holder
from audit.evaluate.principals import name_of, unique_id_of
from audit.model.error import InputError
from audit.model.privilege import ServiceProfile
from audit.snapshot.content import Snapshot

_SUGGESTIONS = 3
_SHOWN = 5


def find_holder(snapshot: Snapshot, typed: str) -> tuple[AccountPolicies, Holder]:
    """The one principal that is meant, in full, by unique id, by `user/name`, by name, or by a part of one.

    Raises InputError where none or several fit.
    """
    accounts = [
        AccountPolicies(each.authorization, control_policies(snapshot.organization, each.account.account_id))
        for each in snapshot.accounts
        if each.authorization is not None
    ]
    everyone = {holder.arn: (policies, holder) for policies in accounts for holder in policies.holders}
    spellings = {arn: _spellings(holder) for arn, (_, holder) in everyone.items()}
    missing = f"`{typed}` is no user, group or role of `{snapshot.name}`"
    return everyone[_only(typed, spellings, missing, "principals", "give its name or ARN")]


def _spellings(holder: Holder) -> tuple[str, ...]:
    """The name last, since a part of it will do too."""
    record = holder.record
    return (record.arn, unique_id_of(record), f"{holder.type.value}/{name_of(record)}", name_of(record))


def find_action(profile: ServiceProfile, typed: str) -> str:
    """The catalog's spelling of an action that is meant, with or without its prefix, or by a part of its name.

    Raises InputError where none or several fit, or it is a retired name.
    """
    prefix, _, bare = typed.rpartition(":")
    qualified = f"{prefix or profile.service}:{bare}".lower()
    for retired in profile.retired:
        if retired.action.lower() == qualified:
            today = f"; today it is {retired.successor}" if retired.successor else ""
            raise InputError(f"`{typed}` is a retired name, which grants and denies nothing{today}")
    missing = f"`{typed}` is no privilege of {profile.name}; `mturk-audit catalog` lists them"
    if not qualified.startswith(f"{profile.service}:"):
        raise InputError(missing)
    spellings = {privilege.action: (privilege.action, privilege.name) for privilege in profile.privileges}
    return _only(bare or typed, spellings, missing, "privileges", "")


def _only(typed: str, spellings: Mapping[str, Sequence[str]], missing: str, kind: str, hint: str) -> str:
    """The one whose spelling it is, in any case where no other differs by it, or part of whose last spelling it is."""
    folded = typed.casefold()
    ways: tuple[Callable[[Sequence[str]], bool], ...] = (
        lambda forms: typed in forms,
        lambda forms: folded in (form.casefold() for form in forms),
        lambda forms: bool(folded) and folded in forms[-1].casefold(),
    )
    for fits in ways:
        found = sorted(meant for meant, forms in spellings.items() if fits(forms))
        if len(found) == 1:
            return found[0]
        if found:
            shown = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
            raise InputError(f"`{typed}` fits {len(found)} {kind}; give one in full: {shown}")
    names = {forms[-1].casefold(): forms[-1] for forms in spellings.values()}
    near = [names[name] for name in get_close_matches(folded, names, _SUGGESTIONS)]
    meant = f"; did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else f"; {hint}" if hint else ""
    raise InputError(f"{missing}{meant}")
