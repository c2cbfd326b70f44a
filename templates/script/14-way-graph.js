// The ways of a finding, drawn when it is opened, much as audit/render/chart_reach.py draws all of them: starts on the left,
// one column a step, holders in bold frames; a broken line is a step under conditions, its letter the kind of step.

const MOST_NODES = 100;
const STEP_LETTERS = { "sts:AssumeRole": "A", "sts:AssumeRoleWithSAML": "S", "sts:AssumeRoleWithWebIdentity": "W", "IAM Identity Center": "I", "run by a service": "V", escalation: "E", [BELONGS]: "B" };
const LETTER_WORDS = { A: "assumes the role", S: "comes by SAML", W: "comes by web identity", I: "comes by Identity Center", V: "is run by a service", E: "gains permissions", B: "belongs to it" };
const FEWEST_ALIKE = 6;
const NAMED = 40;
const BOX = { width: 164, height: 24, row: 32, gap: 56, letters: 22 };
const SMALLEST = 0.75;

function shape(tag, attributes, ...children) {
  const made = withAttributes(document.createElementNS(SVG, tag), attributes);
  made.append(...children);
  return made;
}

// Many starts of one kind that go the same way are one box with their number; the finding names them all.
function bundled(ways) {
  const alike = new Map();
  for (const way of ways) {
    const key = [way.start.type, ...way.steps.map((step) => `${step.type} ${step.conditional} ${step.source === step.target ? "itself" : step.target.id}`)].join("\n");
    alike.set(key, [...(alike.get(key) ?? []), way]);
  }
  return [...alike.values()].flatMap((group) => {
    if (group.length < FEWEST_ALIKE) return group;
    const [{ start, steps, ...first }] = group;
    const many = { id: group.slice(0, NAMED).map((way) => nodeWords(way.start)).join("\n"), type: start.type, label: `${number(group.length)} ${start.type === "principal" ? "principals" : "outside"}` };
    const as = (node) => (node === start ? many : node);
    return [{ ...first, start: many, holder: as(first.holder), count: group.length, steps: steps.map((step) => ({ ...step, source: as(step.source), target: as(step.target) })) }];
  });
}

// The first ways that fit, and where each of their nodes stands.
function layOut(ways) {
  const columns = new Map();
  const shown = [];
  for (const way of ways) {
    const ends = [way.start, ...way.steps.map((step) => step.target)];
    if (shown.length && new Set([...columns.keys(), ...ends]).size > MOST_NODES) break;
    shown.push(way);
    ends.forEach((end, at) => columns.set(end, Math.max(columns.get(end) ?? 0, at)));
  }
  const last = Math.max(...columns.values());
  const holders = new Set(shown.map((way) => way.holder));
  const steps = new Set(shown.flatMap((way) => way.steps));
  // A step past a column has a lane of its own in it, so that no line runs behind a box.
  const lanes = new Map([...steps].map((step) => [step, Array.from({ length: Math.max(0, columns.get(step.target) - columns.get(step.source) - 1) }, (_, at) => ({ id: step.target.id, column: columns.get(step.source) + at + 1 }))]));
  const stacks = stacked([...columns, ...[...lanes.values()].flat().map((lane) => [lane, lane.column])], last, linksOf(lanes));
  const most = Math.max(...stacks.map((stack) => stack.length));
  const places = new Map(stacks.flatMap((stack, column) => stack.map((node, row) => [node, { x: column * (BOX.width + BOX.gap), y: (row + (most - stack.length) / 2) * BOX.row }])));
  return { shown, holders, columns, lanes, places, steps, width: last * (BOX.width + BOX.gap) + BOX.width, height: most * BOX.row };
}

// What a node or lane comes from, one column before it.
function linksOf(lanes) {
  const links = new Map();
  for (const [step, own] of lanes) {
    const stops = [step.source, ...own, step.target];
    for (let at = 1; at < stops.length; at += 1) links.set(stops[at], [...(links.get(stops[at]) ?? []), stops[at - 1]]);
  }
  return links;
}

// The columns from above, each in the order of what its nodes come from.
function stacked(columns, last, links) {
  const rows = new Map();
  const heightOf = (node) => {
    const known = (links.get(node) ?? []).filter((before) => rows.has(before)).map((before) => rows.get(before));
    return known.length ? known.reduce((sum, row) => sum + row, 0) / known.length : 0;
  };
  return Array.from({ length: last + 1 }, (_, column) => {
    const stack = columns.filter(([, own]) => own === column).map(([node]) => node)
      .sort((a, b) => compare(heightOf(a), heightOf(b)) || compare(a.id, b.id));
    stack.forEach((node, row) => rows.set(node, row - stack.length / 2));
    return stack;
  });
}

function drawStep(step, places, lanes) {
  const [from, to] = [places.get(step.source), places.get(step.target)];
  if (!from || !to || from === to) return [];
  const middle = BOX.height / 2;
  const over = lanes.get(step).map((lane) => places.get(lane)).flatMap(({ x, y }) => [[x, y + middle], [x + BOX.width, y + middle]]);
  const points = [[from.x + BOX.width, from.y + middle], ...over, [to.x <= from.x ? to.x + BOX.width : to.x, to.y + middle]];
  const [[x1, y1], [x2, y2]] = points;
  return [shape("polyline", { points: points.map((point) => point.join(",")).join(" "), class: step.conditional ? "way-line broken" : "way-line" }),
    shape("text", { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 3, class: "way-letter" }, STEP_LETTERS[step.type] ?? "?")];
}

function drawNode(node, { x, y }, holder, itself) {
  const words = `${nodeWords(node)}${itself ? " (E: itself)" : ""}`;
  const outside = !node.type || node.type === "principal" ? [] : [shape("rect", { x, y, width: 5, height: BOX.height, class: "way-outside" })];
  return [shape("g", {}, shape("title", {}, visible(node.id)),
    shape("rect", { x, y, width: BOX.width, height: BOX.height, class: holder ? "way-box holder" : "way-box" }), ...outside,
    shape("text", { x: x + 10, y: y + BOX.height / 2, class: holder ? "way-name holder" : "way-name" }, visible(words.length > BOX.letters ? `${words.slice(0, BOX.letters - 1)}…` : words)))];
}

const wayWords = (way) => [nodeWords(way.start), ...way.steps.filter((step) => step.type !== BELONGS).map((step) => `${step.technique || step.type} → ${nodeWords(step.target)}`)].join(" · ");

function wayGraph(ways) {
  const { shown, holders, columns, lanes, places, steps, width, height } = layOut(bundled(ways));
  const told = shown.reduce((sum, way) => sum + (way.count ?? 1), 0);
  const itself = new Set([...steps].filter((step) => step.source === step.target).map((step) => step.source));
  const drawing = shape("svg", { role: "img", "aria-label": shown.slice(0, 20).map(wayWords).join(". "), width, height, viewBox: `-1 -1 ${width + 2} ${height + 2}`, class: "way-graph" },
    ...[...steps].flatMap((step) => drawStep(step, places, lanes)),
    ...[...columns.keys()].flatMap((node) => drawNode(node, places.get(node), holders.has(node), itself.has(node))));
  drawing.style.minInlineSize = `${Math.round(width * SMALLEST)}px`;
  const letters = new Set([...steps].map((step) => STEP_LETTERS[step.type]));
  const legend = Object.entries(LETTER_WORDS).filter(([letter]) => letters.has(letter)).map(([letter, words]) => `${letter}: ${words}`);
  if ([...steps].some((step) => step.conditional)) legend.push("broken line: under conditions");
  return el("figure.way-figure",
    withAttributes(el("div.scroll", drawing), { role: "group", tabindex: 0, "aria-label": "The ways, drawn" }),
    el("figcaption.small", `${told < ways.length ? `The first ${number(told)} of ${counted(ways.length, "way")}. ` : ""}${legend.join("; ")}; bold frame: where the ways lead.`));
}
