"""Who comes to pay, drawn: starts on the left, one column a step, holders in bold frames on the right.

It draws at most 100 nodes, the shortest ways first, and says how many there are. Everything can be told in black and
white: a broken line is a step under conditions, a letter at a line says what kind of step it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.model.entitlement import StatementRef, Verdict
from audit.model.finding import Finding
from audit.model.reach import NodeType, Reach, ReachPath, ReachStep, StepType
from audit.model.result import AuditResult
from audit.render.chart_canvas import FAINT, INK, RULE, WIDTH, Chart, Sheet
from audit.render.chart_places import Place, places_of
from audit.render.view_words import count, number

MOST_NODES = 100
OVERVIEW_NODES = 50
"""Of the drawing of a whole audit, which stands on a page with much else."""
MOST_ROWS = 30
"""Of one column: more would be taller than a page."""
_TOP, _ROW, _BOX, _LEGEND = 8.0, 6.2, 4.6, 14.0
_LETTERS = {
    StepType.ASSUME_ROLE: "A",
    StepType.SAML: "S",
    StepType.WEB_IDENTITY: "W",
    StepType.IDENTITY_CENTER: "I",
    StepType.SERVICE: "V",
    StepType.ESCALATION: "E",
    StepType.BELONGS: "B",
}
_LEGEND_WORDS = (
    ("A", "assumes the role"),
    ("E", "gains permissions (escalation)"),
    ("S / W / I", "comes by SAML, web identity, Identity Center"),
    ("V", "is run by a service"),
)
_FRAMES = ("#ffffff", "#e4e9ee")
_ASIDE, _LANES = 8.0, 4
"""Right of the last column where steps within a column go around, and how many lie apart there."""
_LETTER_AT = 0.06
"""Part of a line's length, for each kind of step from one node."""


def reach_chart(result: AuditResult) -> Chart | None:
    """Draw the shortest ways to a payment of the whole audit; None where there is none, or it was not worked out."""
    if result.reach is None:
        return None
    ways = [*result.reach.paths, *(one.path for one in result.reach.entrances if one.path)]
    return _chart(result.reach, ways, "reach", "Who can come to pay", OVERVIEW_NODES)


def finding_chart(result: AuditResult, finding: Finding) -> Chart | None:
    """Draw the ways that one finding is about; None where it is about none."""
    if result.reach is None:
        return None
    causes = set(finding.causes)
    reach = result.reach
    paths = (*reach.paths, *reach.administrators, *(way for one in reach.conflicts for way in one.paths))
    own = [one for one in paths if one.start in finding.subjects and _stands_on(one, causes)]
    own += [one.path for one in reach.entrances if one.path and causes.intersection(one.step.statements)]
    return _chart(reach, own, f"reach-{finding.fingerprint}", finding.title, MOST_NODES)


def _stands_on(path: ReachPath, causes: set[StatementRef]) -> bool:
    return any(ref in causes for step in path.steps for ref in step.statements)


def _chart(reach: Reach, ways: Sequence[ReachPath], name: str, title: str, most: int) -> Chart | None:
    if not ways:
        return None
    shown, nodes = _within(sorted(ways, key=_order), most)
    steps = list(dict.fromkeys(step for way in shown for step in way.steps))
    holders = {way.holder for way in shown}
    places = places_of(shown, holders)
    rows = max(place.row for place in places.values()) + 1
    labels = {node.id: node.label for node in reach.nodes}
    outside = {node.id for node in reach.nodes if node.type is not NodeType.PRINCIPAL}
    sheet = Sheet(_TOP + rows * _ROW + _LEGEND)
    _draw(sheet, steps, places, holders, outside, labels)
    _legend(sheet, _TOP + rows * _ROW + 3)
    rest = len(ways) - len(shown)
    sheet.text(0, 3, f"{count(len(shown), 'way')} of {number(len(ways))}, {count(len(nodes), 'node')}", colour=FAINT)
    return sheet.chart(name, title, _words(shown, rest, labels))


def _order(way: ReachPath) -> tuple[bool, int, str, str]:
    """Those that hang on no condition first, for there may be room for no more; then the shortest."""
    return way.verdict is not Verdict.ALLOW, way.hops, way.start, way.holder


def _within(ways: Sequence[ReachPath], most: int) -> tuple[list[ReachPath], set[str]]:
    """The first ways that fit into so many nodes, and their nodes; those at the end stand in a column of their own."""
    shown: list[ReachPath] = []
    nodes: set[str] = set()
    holders: set[str] = set()
    for way in ways:
        own = {way.start, *(step.target for step in way.steps)}
        ends = holders | {way.holder}
        wanted = nodes | own
        if shown and (len(wanted) > most or len(ends) > MOST_ROWS or len(wanted - ends) > MOST_ROWS):
            break
        shown.append(way)
        nodes, holders = wanted, ends
    return shown, nodes


def _draw(
    sheet: Sheet,
    steps: Sequence[ReachStep],
    places: dict[str, Place],
    holders: set[str],
    outside: set[str],
    labels: dict[str, str],
) -> None:
    columns = max(place.column for place in places.values()) + 1
    gap = 14.0
    around = [step for step in steps if _beside(step, places)]
    wide = WIDTH - (_ASIDE if around else 0)
    width = min((wide - gap * (columns - 1)) / columns, 70.0)
    pitch = width + (wide - width * columns) / max(columns - 1, 1)
    for nth, step in enumerate(around):
        # Each in a lane of its own, as far as there are some.
        lane = _ASIDE * (1 + nth % _LANES) / (_LANES + 1)
        _draw_around(sheet, step, places, places[step.source].column * pitch + width, lane)
    across = [step for step in steps if places[step.source].column != places[step.target].column]
    _draw_across(sheet, across, places, width, pitch)
    own = {step.source for step in steps if step.source == step.target}
    for node, place in places.items():
        x, y = place.column * pitch, _TOP + place.row * _ROW
        holder = node in holders
        sheet.box(x, y, width, _BOX, fill=_FRAMES[holder], edge=INK if holder else RULE, hatched=False)
        if node in outside:
            sheet.box(x, y, 1.6, _BOX, fill="#ffffff", edge=INK, hatched=True)
        mark = " (E: itself)" if node in own else ""
        words = f"{short(labels.get(node, node))}{mark}"
        most = int(width / (1.6 if holder else 1.35))
        sheet.text(
            x + 2.2, y + _BOX / 2, words if len(words) <= most else f"{words[: most - 1]}…", size=2.2, bold=holder
        )


def _draw_across(
    sheet: Sheet, steps: Sequence[ReachStep], places: Mapping[str, Place], width: float, pitch: float
) -> None:
    """Steps from column to column: straight lines."""
    kinds: dict[str, list[StepType]] = {}
    for step in steps:
        start, end = places[step.source], places[step.target]
        x1, x2 = start.column * pitch + width, end.column * pitch
        y1, y2 = _middle(start), _middle(end)
        if end.column < start.column:
            x2 = end.column * pitch + width
        sheet.line(x1, y1, x2, y2, colour=FAINT, broken=step.verdict is Verdict.CONDITIONAL)
        known = kinds.setdefault(step.source, [])
        if step.type not in known:
            # Near its start, where lines lie apart, and once for those of a kind: in the middle they would overlap.
            known.append(step.type)
            part = _LETTER_AT * len(known)
            sheet.text(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part - 1.0, _LETTERS[step.type], size=2.0)


def _draw_around(sheet: Sheet, step: ReachStep, places: Mapping[str, Place], edge: float, lane: float) -> None:
    """A step within a column: around the boxes between the two. `edge`: the column's right; `lane`: how far from it."""
    y1, y2, x = _middle(places[step.source]), _middle(places[step.target]), edge + lane
    for line in ((edge, y1, x, y1), (x, y1, x, y2), (x, y2, edge, y2)):
        sheet.line(*line, colour=FAINT, broken=step.verdict is Verdict.CONDITIONAL)
    sheet.text(x + 0.8, y1 + (1.8 if y2 > y1 else -1.8), _LETTERS[step.type], size=2.0)


def _beside(step: ReachStep, places: Mapping[str, Place]) -> bool:
    """Whether it leads to another node of its own column."""
    return step.source != step.target and places[step.source].column == places[step.target].column


def _middle(place: Place) -> float:
    return _TOP + place.row * _ROW + _BOX / 2


def _legend(sheet: Sheet, y: float) -> None:
    x = 0.0
    for letter, words in _LEGEND_WORDS:
        text = f"{letter}: {words}"
        sheet.text(x, y, text, size=2.1, colour=FAINT)
        x += 3 + len(text) * 1.18
    x = 0.0
    sheet.box(x, y + 3.4, 5, 3, fill=_FRAMES[True], edge=INK)
    sheet.text(x + 6.5, y + 5, "holds the privilege", size=2.1, colour=FAINT)
    sheet.box(x + 38, y + 3.4, 1.6, 3, fill="#ffffff", edge=INK, hatched=True)
    sheet.text(x + 41, y + 5, "from outside", size=2.1, colour=FAINT)
    sheet.line(x + 64, y + 5, x + 74, y + 5, colour=FAINT, broken=True)
    sheet.text(x + 75.5, y + 5, "under conditions", size=2.1, colour=FAINT)


def short(label: str) -> str:
    """A node's label without the account of its ARN."""
    return label.split(":", 5)[5] if label.count(":") >= 5 else label


def _words(shown: Sequence[ReachPath], rest: int, labels: dict[str, str]) -> str:
    """The ways in words, the first twenty of them."""
    rows = []
    for way in shown[:20]:
        ends = [short(labels.get(end, end)) for end in (way.start, *(step.target for step in way.steps))]
        kinds = ", ".join(dict.fromkeys(step.technique or step.type.value for step in way.steps))
        open_ = ", under conditions" if way.verdict is Verdict.CONDITIONAL else ""
        rows.append(f"{' to '.join(ends)} ({kinds}{open_}).")
    more = len(shown) - len(rows) + rest
    return " ".join(rows) + (f" And {count(more, 'further way')}." if more else "")
