"""Names as people type them: a principal or an action, shortened where only one fits, a suggestion where none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from audit.model.error import InputError

_SUGGESTIONS = 3
_SHOWN = 5


def find_principal(typed: str, arns: Iterable[str]) -> str:
    """The ARN that is meant: in full, by `user/name`, by name, or by a part of one.

    Raises InputError where none or several fit.
    """
    known = tuple(arns)
    forms = {arn: (arn, arn.partition("::")[2].partition(":")[2], arn.rpartition("/")[2]) for arn in known}
    exact = [arn for arn, spellings in forms.items() if typed in spellings]
    folded = typed.casefold()
    partial = exact or [arn for arn, spellings in forms.items() if folded in spellings[1].casefold()]
    return _only("principal", typed, partial, {spelling: arn for arn, each in forms.items() for spelling in each})


def find_action(typed: str, actions: Sequence[str], service: str) -> str:
    """The action that is meant: `mechanicalturk:SendBonus`, `sendbonus`, or a part of one name.

    Raises InputError where none or several fit.
    """
    folded = typed.casefold()
    qualified = folded if ":" in folded else f"{service}:{folded}"
    exact = [action for action in actions if action.casefold() == qualified]
    partial = exact or [action for action in actions if folded in action.casefold()]
    return _only("action", typed, partial, {action.partition(":")[2]: action for action in actions})


def _only(kind: str, typed: str, found: Sequence[str], spellings: dict[str, str]) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(sorted(found)[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
        raise InputError(f"`{typed}` fits {len(found)} {kind}s ({shown}); give more of the name")
    lowered = {spelling.casefold(): meant for spelling, meant in spellings.items()}
    close = get_close_matches(typed.casefold(), lowered, _SUGGESTIONS)
    hint = f"; did you mean {' or '.join(dict.fromkeys(lowered[name] for name in close))}?" if close else ""
    raise InputError(f"no {kind} `{typed}` in this evidence{hint}")
