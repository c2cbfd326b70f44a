// Who can become a principal that can pay: ways in words, entrances from outside, and what ends them.

const reachView = (() => {
  if (!reach) return { count: () => 0, prepare() {}, show() {}, print() {} };
  const nodeName = (node) => {
    const place = principals.find(node.id);
    return place >= 0 ? principalLink(place) : el("span", name(node.label || node.id), node.type === "principal" ? "" : ` (${node.type})`);
  };
  const actionsCsv = (way) => way.columns.map((column) => privileges[column].action).sort().join("; ");
  const verdictWord = (conditional) => (conditional ? "conditional" : "allow");
  const statementsCsv = (places) => [...new Set(places)].map((place) => `${statements[place].policy.label} ${statements[place].label}`).join("; ");
  const idsCsv = (nodes) => nodes.map((node) => node.id).join("; ");
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
    title: "Inside", kind: "ways", rows: reach.inside, sort: "hops", detail: wayDetail,
    lead: `Users and roles that hold no privilege that pays, and can become somebody who does. The shortest ways, each to one holder; open one for its statements. ${leftOut(reach.refused.ways)}`,
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
    csv: csvOf("reach-inside.csv", {
      start: (row) => row.start.id, holder: (row) => row.holder.id, hops: (row) => row.hops, verdict: (row) => verdictWord(row.conditional), actions: actionsCsv, way: wayWords,
      conditions: (row) => row.steps.flatMap((step) => step.conditions).join("; "), statements: (row) => statementsCsv(row.steps.flatMap((step) => step.statements)), other_holders: (row) => row.others,
    }),
  });

  const outside = new ReachList({
    title: "From outside", kind: "entrances", rows: reach.entrances, sort: "-pays",
    lead: `Who outside these accounts may become a role inside. Those that lead to a privilege that pays come first. ${leftOut(reach.refused.entrances)}`,
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
    csv: csvOf("reach-from-outside.csv", {
      outside: (row) => row.outside.id, outside_type: (row) => row.outside.type, known: (row) => row.outside.known, role_arn: (row) => row.role.id, step: (row) => row.step.type, verdict: (row) => verdictWord(row.step.conditional),
      weaknesses: (row) => row.weaknesses.join(" "), pays: (row) => (row.way ? verdictWord(row.way.conditional) : "no"), holder: (row) => row.way?.holder.id ?? "", way: (row) => (row.way ? wayWords(row.way) : ""),
      statements: (row) => statementsCsv(row.step.statements),
    }),
  });

  const listed = (items, count) => items.slice(0, 3).map(nodeWords).join(", ") + (count > 3 ? ` and ${number(count - 3)} more` : "");
  const breaks = new ReachList({
    title: "What breaks it", kind: "cuts", rows: reach.cuts, sort: "statements",
    lead: ["The smallest sets of statements whose removal ends a reach.", ...reach.unbroken, leftOut(reach.refused.cuts)].filter(Boolean).join(" "),
    emptyWords: reach.unbroken.length ? "No cut is known; see above." : "There is nothing to break.",
    words: (row) => [...row.starts, ...row.holders].map((node) => node.id).join(" "),
    detail: (row) => [el("p", "Removing ", counted(row.statements.length, "statement"), ":"), row.statements.map(statementLink), row.left ? el("p.small", `${counted(row.left, "way")} would stay: the privilege is held by policies that this leaves.`) : null],
    columns: [
      textColumn("cut", "Remove", (row) => row.statements.map((place) => causeWords(statements[place])).join("; "), { rowHeader: true }),
      numberColumn("statements", "Statements", (row) => row.statements.length),
      textColumn("starts", "Then no longer", (row) => listed(row.starts, row.startCount)),
      textColumn("holders", "Reach", (row) => listed(row.holders, row.holderCount)),
    ],
    csv: csvOf("reach-cuts.csv", {
      statements: (row) => statementsCsv(row.statements), start_count: (row) => row.startCount, starts: (row) => idsCsv(row.starts), holder_count: (row) => row.holderCount, holders: (row) => idsCsv(row.holders), ways_left: (row) => row.left,
    }),
  });

  const half = new ReachList({
    title: "Granted on one side, refused on the other", kind: "refusals", rows: reach.refusals,
    emptyWords: "Every permission to assume a role is answered by the role's trust policy.",
    words: (row) => `${row.principal} ${row.role} ${row.refusedBy}`,
    detail: (row) => [statementLink(row.statement)],
    columns: [
      whoColumn("principal", "Who", (row) => row.principal),
      { ...whoColumn("role", "Role", (row) => row.role), rowHeader: false },
      textColumn("granted", "Granted by", (row) => causeWords(statements[row.statement])),
      textColumn("refused", "Refused by", (row) => row.refusedBy),
    ],
    csv: csvOf("reach-refused.csv", { principal_arn: (row) => row.principal, role_arn: (row) => row.role, granted_by: (row) => statementsCsv([row.statement]), refused_by: (row) => row.refusedBy }),
  });
  return listsView([inside, outside, breaks, half]);
})();
