"""What a SARIF log must say beside its results: what was not evaluated, what was cut, what is gone."""

from __future__ import annotations

from audit.model.result import AuditResult
from audit.render.doubts import Doubt, doubts
from audit.render.excerpt import excerpt
from audit.render.sarif_message import message
from audit.render.standing import Standings
from audit.render.view_words import count, number, visible

PRINCIPALS_SHOWN = 100

Json = dict[str, object]


def notices(result: AuditResult, stand: Standings, shown: int, crowded: int) -> list[Json]:
    """The notifications of the run; `crowded` results name less places than they have."""
    found = [_doubt(doubt) for doubt in doubts(result)]
    if not result.principals:
        found.append(_notice("not-evaluated", "The evidence holds no users, groups or roles."))
    if shown < len(result.findings):
        words = (
            f"{number(shown)} of {count(len(result.findings), 'finding')}, the most severe first; all of them are in "
        )
        found.append(_notice("cut", f"{words}report.json and findings.csv."))
    if crowded:
        words = f"{count(crowded, 'result')} with more statements than can be named; all of them are in report.json."
        found.append(_notice("cut", words))
    if stand.unknown:
        words = f"{count(len(stand.unknown), 'finding')} of the earlier review of which this evidence does not tell."
        found.append(_notice("not-evaluated", words))
    if stand.resolved:
        words = f"{count(len(stand.resolved), 'finding')} of the earlier review no longer found."
        found.append(_notice("resolved", words, level="note"))
    return found


def _doubt(doubt: Doubt) -> Json:
    names = excerpt(doubt.principals, PRINCIPALS_SHOWN, "not-evaluated.csv")
    made = _notice("not-evaluated", f"Account {doubt.account_id}: {doubt.words}")
    made["properties"] = {
        "accountId": visible(doubt.account_id),
        "principals": [visible(arn) for arn in names.shown],
        "principalsNote": names.banner,
    }
    return made


def _notice(name: str, words: str, level: str = "warning") -> Json:
    return {"descriptor": {"id": name}, "level": level, "message": message(words)}
