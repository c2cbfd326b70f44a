"""A first access model, proposed from what was used: everybody keeps what the evidence names them as having used."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from audit.model.access_model import AccessEntry
from audit.model.activity import Observation
from audit.model.principal import Principal, PrincipalType
from audit.model.result import AuditResult
from audit.model.snapshot import Window

OWNER_TAGS = ("owner", "Owner", "team", "Team")
UNKNOWN_OWNER = "nobody is named"


class AccessProposal(msgspec.Struct, frozen=True, kw_only=True):
    """What `access init` writes, and what it is made of."""

    entries: tuple[AccessEntry, ...]
    """One a principal that was observed, by account and name."""
    holders: int
    """Users and roles that hold any privilege."""
    unknown: int
    """Of them, those whose use the evidence does not tell: the proposal leaves them out."""


def propose_access(result: AuditResult) -> AccessProposal:
    """Propose an entry for each user and role that the evidence names as having used a privilege in the window."""
    principals = {principal.arn: principal for principal in result.principals}
    used: dict[str, list[str]] = defaultdict(list)
    holders: dict[str, set[Observation]] = defaultdict(set)
    for entitlement in result.entitlements:
        if principals[entitlement.principal_arn].type is PrincipalType.GROUP:
            continue
        holders[entitlement.principal_arn].add(entitlement.observation)
        if entitlement.observation is Observation.OBSERVED:
            used[entitlement.principal_arn].append(entitlement.action)
    told = {Observation.OBSERVED, Observation.NOT_OBSERVED}
    window = result.header.window
    when = (
        f"in {window.label or f'{window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}'}" if window else "in the evidence"
    )
    return AccessProposal(
        entries=tuple(_entry(principals[arn], actions, when) for arn, actions in sorted(used.items())),
        holders=len(holders),
        unknown=sum(not seen <= told for arn, seen in holders.items() if arn not in used),
    )


def _when(window: Window | None) -> str:
    if window is None:
        return "in the evidence"
    return f"in {window.label}" if window.label else f"from {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}"


def access_toml(proposal: AccessProposal) -> str:
    """Write a proposal as access.toml, with what must be done by a person said in remarks."""
    lines = [
        "# The access model: who is meant to hold which privileges. Proposed from what was used; read it, and say why.",
        f"# {len(proposal.entries)} of {proposal.holders} users and roles that hold a privilege were seen to use one.",
        f"# {proposal.unknown} are left out because the evidence does not tell of their use.",
    ]
    for entry in proposal.entries:
        lines += ["", "[[access]]", *_lines(entry)]
    return "\n".join(lines) + "\n"


def _entry(principal: Principal, actions: Iterable[str], when: str) -> AccessEntry:
    names = tuple(sorted(action.partition(":")[2] for action in actions))
    tags = dict(principal.tags)
    owner = next((tags[key] for key in OWNER_TAGS if tags.get(key, "").strip()), UNKNOWN_OWNER)
    return AccessEntry(
        id=f"{principal.account_id}-{principal.type}-{principal.name}",
        # IAM's names allow neither `*` nor `?`, so that an ARN is a pattern for itself alone.
        principals=(principal.arn,),
        privileges=names,
        owner=owner,
        why=f"observed in use {when}",
    )


def _lines(entry: AccessEntry) -> list[str]:
    return [
        f"id = {_quoted(entry.id)}",
        f"principals = [{', '.join(map(_quoted, entry.principals))}]",
        f"privileges = [{', '.join(map(_quoted, entry.privileges))}]",
        f"owner = {_quoted(entry.owner)}",
        f"why = {_quoted(entry.why)}",
    ]


def _quoted(text: str) -> str:
    """A basic string of TOML. JSON's escapes are TOML's, but for surrogates and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
