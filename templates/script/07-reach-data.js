// Who can become whom: nodes, steps, and ways as lists of steps. Null where it was not worked out.

const reach = data.reach && (() => {
  const held = data.reach;
  const nodes = held.nodes.map(([id, type, label, inside, known]) => ({ id: text(id), type: text(type), label: text(label), inside, known }));
  const steps = held.steps.map(([source, target, type, conditional, technique, granting, conditions, reason], place) => ({
    place, source: nodes[source], target: nodes[target], type: text(type), conditional, technique: text(technique), statements: granting, conditions: conditions.map(text), reason: text(reason),
  }));
  const ways = held.paths.map(([start, holder, mask, conditional, path, hops, others]) => ({
    start: nodes[start], holder: nodes[holder], columns: columnsOf(mask), conditional, steps: path.map((place) => steps[place]), hops, others,
  }));
  const nodesAt = (places) => places.map((place) => nodes[place]);
  return {
    ways,
    inside: ways.slice(0, held.path_count),
    entrances: held.entrances.map(([outside, role, step, weaknesses, path]) => ({ outside: nodes[outside], role: nodes[role], step: steps[step], weaknesses: weaknesses.map(text), way: ways[path] ?? null })),
    cuts: held.cuts.map(([starts, startCount, holders, holderCount, removed, left]) => ({ starts: nodesAt(starts), startCount, holders: nodesAt(holders), holderCount, statements: removed, left })),
    refusals: held.refusals.map(([principal, role, statement, refusedBy]) => ({ principal: text(principal), role: text(role), statement, refusedBy: text(refusedBy) })),
    unbroken: held.unbroken.map(text),
    refused: { ways: held.paths_refused, entrances: held.entrances_refused, cuts: held.cuts_refused },
  };
})();

const BELONGS = "belongs to";
const nodeWords = (node) => (principals.find(node.id) >= 0 ? principals.name(principals.find(node.id)) : node.label || node.id);

// The ways that a finding is about: of its principals, through its statements; and from outside, through its trust.
function waysOf(finding) {
  if (!reach) return [];
  const causes = new Set(finding.causes);
  const subjects = new Set(fromRuns(finding.subjects));
  const rests = (step) => step.statements.some((place) => causes.has(statements[place]));
  const outside = new Set(reach.entrances.map((entrance) => entrance.way));
  const found = reach.ways.filter((way) => !outside.has(way) && subjects.has(principals.find(way.start.id)) && way.steps.some(rests));
  for (const entrance of reach.entrances) if (entrance.way && rests(entrance.step)) found.push(entrance.way);
  const different = new Map(found.map((way) => [way.steps.map((step) => step.place).join(), way]));
  return [...different.values()].sort((a, b) => a.hops - b.hops || compare(a.start.id, b.start.id) || compare(a.holder.id, b.holder.id));
}
