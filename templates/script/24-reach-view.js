// Who can become a principal that can pay: ways in words, entrances from outside, and what ends them.

const reachView = (() => {
  const { reach } = data;
  if (!reach) return { count: () => 0, show() {}, print() {} };
  const nodes = reach.nodes.map(([id, type, label, inside, known]) => ({ id: text(id), type: text(type), label: text(label), inside, known }));
  const steps = reach.steps.map(([source, target, type, conditional, technique, held, conditions, reason]) => ({
    source: nodes[source], target: nodes[target], type: text(type), conditional, technique: text(technique), statements: held, conditions: conditions.map(text), reason: text(reason),
  }));
  const ways = reach.paths.map(([start, holder, mask, conditional, path, hops, others]) => ({
    start: nodes[start], holder: nodes[holder], columns: columnsOf(mask), conditional, steps: path.map((place) => steps[place]), hops, others,
  }));
  const BELONGS = "belongs to";

  const nodeName = (node) => {
    const place = principals.find(node.id);
    return place >= 0 ? principalLink(place) : el("span", name(node.label || node.id), node.type === "principal" ? "" : ` (${node.type})`);
  };
  const nodeWords = (node) => (principals.find(node.id) >= 0 ? principals.name(principals.find(node.id)) : node.label || node.id);
  const wayWords = (way) => [nodeWords(way.start), ...way.steps.filter((step) => step.type !== BELONGS).map((step) => `${step.technique || step.type} → ${nodeWords(step.target)}`)].join(" · ");
  const privilegeWords = (way) => way.columns.map((column) => privileges[column].name).join(", ");

  // A way as a numbered list: each step with its reason, its conditions and its statements.
  function wayDetail(way) {
    const list = el("ol.way", way.steps.map((step) => el("li",
      el("p", nodeName(step.source), ` ${step.type === BELONGS ? "belongs to" : "becomes"} `, nodeName(step.target),
        step.type === BELONGS ? "" : el("span.small", ` ${step.type}${step.technique ? `, ${step.technique}` : ""}${step.conditional ? ", under conditions" : ""}`)),
      step.reason ? el("p.small", name(step.reason)) : null,
      step.conditions.length ? el("p.small", "If ", name(step.conditions.join("; "))) : null,
      step.statements.map(statementLink))));
    return [list, el("p", nodeName(way.holder), " may use ", el("code", privilegeWords(way)), way.others ? `; ${counted(way.others, "more holder")} can be reached too.` : ".")];
  }

  class ReachList extends List {
    constructor(options) {
      super({ host: "reach-lists", ...options });
      this.detail = options.detail;
    }

    expand(row) {
      this.note.hidden = false;
      this.note.replaceChildren(...this.detail(row).flat().filter((each) => each !== null));
    }
  }

  const inside = new ReachList({
    title: "Inside", kind: "ways", rows: ways.slice(0, reach.path_count), sort: "hops", detail: wayDetail,
    lead: `Users and roles that hold no privilege that pays, and can become somebody who does. The shortest ways, each to one holder; open one for its statements.${reach.paths_refused ? ` ${counted(reach.paths_refused, "more")} had no room on this page; report.json holds all.` : ""}`,
    emptyWords: "No user or role can become a principal that pays.",
    words: (row) => `${row.start.id} ${row.holder.id} ${wayWords(row)} ${privilegeWords(row)}`,
    columns: [
      { key: "start", label: "Who", rowHeader: true, value: (row) => nodeWords(row.start), paint: (cell, row) => cell.append(nodeName(row.start)) },
      numberColumn("hops", "Hops", (row) => row.hops),
      textColumn("way", "The shortest way", wayWords),
      textColumn("verdict", "Verdict", (row) => (row.conditional ? "conditional" : "allowed")),
      textColumn("use", "To use", privilegeWords),
      numberColumn("others", "Other holders", (row) => row.others),
    ],
  });

  const entrances = reach.entrances.map(([outside, role, step, weaknesses, path]) => ({ outside: nodes[outside], role: nodes[role], step: steps[step], weaknesses: weaknesses.map(text), way: ways[path] ?? null }));
  const outside = new ReachList({
    title: "From outside", kind: "entrances", rows: entrances, sort: "-pays",
    lead: `Who outside these accounts may become a role inside. Those that lead to a privilege that pays come first.${reach.entrances_refused ? ` ${counted(reach.entrances_refused, "more row")} had no room on this page; report.json holds all.` : ""}`,
    emptyWords: "No trust policy lets anybody from outside in.",
    words: (row) => `${row.outside.id} ${row.role.id} ${row.weaknesses.join(" ")} ${row.way ? wayWords(row.way) : ""}`,
    detail: (row) => [el("p", nodeName(row.outside), " becomes ", nodeName(row.role), `: ${row.step.type}`), row.step.reason ? el("p.small", name(row.step.reason)) : null,
      row.weaknesses.length ? listOf(row.weaknesses.map((each) => name(each))) : null, row.step.statements.map(statementLink), row.way ? wayDetail(row.way) : el("p", "It leads to no privilege that pays.")],
    columns: [
      { key: "outside", label: "From", rowHeader: true, value: (row) => nodeWords(row.outside), paint: (cell, row) => { cell.append(el("span.two-lines", name(nodeWords(row.outside)))); cell.title = visible(row.outside.id); } },
      textColumn("kind", "What it is", (row) => `${row.outside.type}${row.outside.known ? ", known" : ""}`),
      { key: "role", label: "Becomes", value: (row) => nodeWords(row.role), paint: (cell, row) => cell.append(nodeName(row.role)) },
      { key: "pays", label: "Can pay", value: (row) => (row.way ? (row.way.conditional ? 1 : 2) : 0), paint: (cell, row) => cell.append(row.way ? el("b.doubt", row.way.conditional ? "under conditions" : "yes") : "no") },
      textColumn("weaknesses", "Wider than it need be", (row) => row.weaknesses.join(" ")),
    ],
  });

  const cuts = reach.cuts.map(([starts, startCount, holders, holderCount, held, left]) => ({ starts: starts.map((place) => nodes[place]), startCount, holders: holders.map((place) => nodes[place]), holderCount, statements: held, left }));
  const listed = (items, count) => items.slice(0, 3).map(nodeWords).join(", ") + (count > 3 ? ` and ${number(count - 3)} more` : "");
  const unshown = (count) => (count ? ` ${counted(count, "more row")} had no room on this page; report.json holds all.` : "");
  const breaks = new ReachList({
    title: "What breaks it", kind: "cuts", rows: cuts, sort: "statements",
    lead: ["The smallest sets of statements whose removal ends a reach.", ...reach.unbroken.map(text)].join(" ") + unshown(reach.cuts_refused),
    emptyWords: reach.unbroken.length ? "No cut is known; see above." : "There is nothing to break.",
    words: (row) => [...row.starts, ...row.holders].map((node) => node.id).join(" "),
    detail: (row) => [el("p", "Removing ", counted(row.statements.length, "statement"), ":"), row.statements.map(statementLink), row.left ? el("p.small", `${counted(row.left, "way")} would stay: the privilege is held by policies that this leaves.`) : null],
    columns: [
      textColumn("cut", "Remove", (row) => row.statements.map((place) => causeWords(statements[place])).join("; "), { rowHeader: true }),
      numberColumn("statements", "Statements", (row) => row.statements.length),
      textColumn("starts", "Then no longer", (row) => listed(row.starts, row.startCount)),
      textColumn("holders", "Reach", (row) => listed(row.holders, row.holderCount)),
    ],
  });

  const refusals = reach.refusals.map(([principal, role, statement, refusedBy]) => ({ principal: text(principal), role: text(role), statement, refusedBy: text(refusedBy) }));
  const half = new ReachList({
    title: "Granted on one side, refused on the other", kind: "refusals", rows: refusals,
    emptyWords: "Every permission to assume a role is answered by the role's trust policy.",
    words: (row) => `${row.principal} ${row.role} ${row.refusedBy}`,
    detail: (row) => [statementLink(row.statement)],
    columns: [
      whoColumn("principal", "Who", (row) => row.principal),
      { ...whoColumn("role", "Role", (row) => row.role), rowHeader: false },
      textColumn("granted", "Granted by", (row) => causeWords(statements[row.statement])),
      textColumn("refused", "Refused by", (row) => row.refusedBy),
    ],
  });
  return listsView([inside, outside, breaks, half]);
})();
