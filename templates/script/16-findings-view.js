// The findings: grouped by cause, or in the order of a column; the open one beside them.

const CHANGES = ["new", "reopened", "changed severity", "unchanged", "cannot be told"];

const findingsView = (() => {
  const options = (words) => words.map((word) => ({ value: word, label: word }));
  const accounts = data.accounts.map(([id], place) => ({ value: id, label: accountLabel(place) }));
  const facets = [
    new Facet("severity", "Severity", [4, 3, 2, 1].map((rank) => ({ value: SEVERITY_WORDS[rank], label: SEVERITY_WORDS[rank] })), (row) => [4 - findings[row].severity]),
    new Facet("confidence", "Confidence", [3, 2, 1].map((rank) => ({ value: CONFIDENCE_WORDS[rank], label: CONFIDENCE_WORDS[rank] })), (row) => [3 - findings[row].confidence]),
    new Facet("rule", "Rule", rules.map((rule) => ({ value: rule.id, label: rule.id })), (row) => [rules.indexOf(findings[row].rule)].filter((place) => place >= 0)),
    new Facet("risk", "Risk class", options(data.classes), (row) => riskClasses(findings[row].columns)),
    new Facet("account", "Account", accounts, (row) => [findings[row].account].filter((place) => place >= 0)),
  ];
  if (changesByFinding.size) facets.push(new Facet("change", "Since the last review", options(CHANGES), (row) => [CHANGES.indexOf(changesByFinding.get(findings[row].fingerprint)?.change)].filter((place) => place >= 0)));
  if (exceptions.length) facets.push(new Facet("exception", "Exception", options(["in force", "none in force"]), (row) => [inForce(exceptionsByFinding.get(findings[row].fingerprint)) ? 0 : 1]));
  const byCause = causes.flatMap((cause) => cause.findings);
  const sorters = {
    severity: (a, b) => a.severity - b.severity,
    title: (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
    who: (a, b) => a.subjectCount - b.subjectCount,
    privileges: (a, b) => a.privilegeCount - b.privilegeCount,
    confidence: (a, b) => a.confidence - b.confidence,
  };
  const orders = new Map();

  // A group's row is written as the number -1 - its place.
  const isGroup = (row) => row < 0;
  const groupOf = (row) => causes[-1 - row];

  const columns = [
    { key: "severity", label: "Severity", paint: (cell, row) => cell.append(severityMark(isGroup(row) ? groupOf(row).severity : findings[row].severity)) },
    { key: "title", label: "Finding", rowHeader: true, paint: paintTitle },
    { key: "who", label: "Who", paint: (cell, row) => cell.append(isGroup(row) ? groupOf(row).who : who(findings[row])) },
    { key: "privileges", label: "Privileges", paint: (cell, row) => cell.append(isGroup(row) ? "" : number(findings[row].privilegeCount)) },
    { key: "confidence", label: "Confidence", paint: (cell, row) => cell.append(isGroup(row) ? "" : CONFIDENCE_WORDS[findings[row].confidence]) },
  ];

  // What marks a finding in the list: new or reopened, and an exception in force.
  function standing(finding) {
    const change = changesByFinding.get(finding.fingerprint)?.change;
    const exception = exceptionsByFinding.get(finding.fingerprint);
    const words = [["new", "reopened", "changed severity"].includes(change) ? change : "", inForce(exception) ? `excepted until ${exception.expires}` : ""].filter(Boolean);
    return words.length ? el("b.standing", `${words.join(", ")} · `) : null;
  }

  function paintTitle(cell, row) {
    const group = isGroup(row) ? groupOf(row) : null;
    const words = group ? group.title : findings[row].title;
    cell.append(el("span.two-lines", el(group ? "b" : "span", name(words))));
    cell.append(el("span.under", group ? null : standing(findings[row]), group ? `${counted(group.findings.length, "finding")} of one cause · ${accountLabel(group.account)}` : `${findings[row].rule?.id ?? ""} · ${accountLabel(findings[row].account)}`));
    cell.title = visible(words);
  }

  const close = () => { go({ finding: "", cause: "" }); grid.focus(grid.at.row, grid.at.column); };
  const pane = detailPane("Finding", close);
  const panel = new FacetPanel(facets, "Filter findings");
  const grid = new Grid({
    label: "Findings", columns, kind: "findings",
    onSort: (key) => go({ sort: state.sort === `-${key}` ? key : `-${key}` }),
    onOpen(row, column, byKey) {
      go(isGroup(row) ? { cause: String(-1 - row), finding: "" } : { finding: findings[row].fingerprint, cause: "" }, true);
      if (byKey) pane.focus();
    },
    isOpen: (row) => (isGroup(row) ? state.cause === String(-1 - row) : findings[row].fingerprint === state.finding),
    rowKind: (row) => (isGroup(row) ? "group-row" : state.sort ? "" : "child-row"),
  });
  const board = makeBoard("view-findings", {
    title: "Findings", panel, grid, pane,
    tools: [
      withAttributes(button("Group by cause", () => go({ sort: state.sort ? "" : "-severity" }), "button.plain-button.group-toggle"), {}),
      button("CSV of these findings", () => download("findings.csv", [FINDING_HEADER, ...found().map(findingCsv)])),
    ],
  });

  function ordered() {
    const key = state.sort.replace("-", "");
    if (!(key in sorters)) return byCause;
    if (!orders.has(state.sort)) {
      const sign = state.sort.startsWith("-") ? -1 : 1;
      orders.set(state.sort, [...byCause].sort((a, b) => sign * sorters[key](findings[a], findings[b]) || a - b));
    }
    return orders.get(state.sort);
  }

  const found = () => {
    for (const facet of facets) facet.prepare(findings.length);
    return filterRows(ordered(), facets, search.finding);
  };

  function withGroups(rows) {
    const grouped = [];
    let before = null;
    for (const row of rows) {
      const { cause } = findings[row];
      if (cause !== before) grouped.push(-1 - cause.place);
      grouped.push(row);
      before = cause;
    }
    return grouped;
  }

  let shownKey = "";
  return {
    prepare: found,
    count: () => (!search.active() ? findings.length : findings.reduce((sum, _, place) => sum + search.finding(place), 0)),
    show() {
      const key = JSON.stringify([state.q, state.sort, [...Object.entries(state.facets)].map(([facet, values]) => [facet, [...values]])]);
      if (key !== shownKey) {
        shownKey = key;
        const rows = found();
        const grouped = !(state.sort.replace("-", "") in sorters);
        grid.show(grouped ? withGroups(rows) : rows, grouped ? "" : state.sort, findings.length ? "No finding matches the search and the filters." : "No rule found anything in what could be evaluated.");
        board.tell(`${number(rows.length)} of ${counted(findings.length, "finding")}`);
        board.element.querySelector(".group-toggle").setAttribute("aria-pressed", grouped);
        panel.show();
      }
      this.showOpen();
    },
    showOpen() {
      const finding = findings[findingPlaces.get(state.finding)];
      const cause = state.cause !== "" ? causes[Number(state.cause)] : undefined;
      if (finding) fillDetail(pane, close, findingDetail(finding));
      else if (cause) fillDetail(pane, close, causeDetail(cause));
      else if (state.finding) fillDetail(pane, close, el("h2", "No such finding"), el("p", "This report holds no finding with the fingerprint ", el("code.hash", state.finding), "."));
      else pane.hidden = true;
      board.showPane();
      if (finding) grid.reveal(finding.place);
      grid.markOpen();
    },
    print: (on) => grid.print(on),
  };
})();

const FINDING_HEADER = ["fingerprint", "rule", "severity", "confidence", "title", "account_id", "subject_count", "subjects", "privileges", "policy", "statement", "cause_count", "confidence_reason", "considered", "facts"];
const CELL_LIMIT = 32_767;

// One line of findings.csv, as audit/frames/findings.py writes it.
function findingCsv(place) {
  const finding = findings[place];
  const subjects = [...fromRuns(finding.subjects)].map(principals.arn).concat(finding.others).sort().join("; ");
  const actions = finding.columns.map((column) => privileges[column].action).concat(finding.otherPrivileges).sort().join("; ");
  const figures = [];
  for (let at = 0; at < finding.facts.length; at += 2) figures.push(`${text(finding.facts[at])}: ${text(finding.facts[at + 1])}`);
  const [cause] = finding.causes;
  return [
    finding.fingerprint, finding.rule?.id ?? "", SEVERITY_WORDS[finding.severity], CONFIDENCE_WORDS[finding.confidence], finding.title,
    data.accounts[finding.account]?.[0] ?? "", finding.subjectCount, subjects.length <= CELL_LIMIT ? subjects : "see finding-subjects",
    actions, cause?.policy.label ?? "", cause?.label ?? "", finding.causes.length, finding.reason, finding.considered.join("; "), figures.join("; "),
  ];
}
