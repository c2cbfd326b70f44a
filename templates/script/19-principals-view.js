// The principals: searched, filtered, sorted; the open one beside them.

const principalsView = (() => {
  const facets = people.facets();
  const columns = [
    { key: "name", label: "Principal", rowHeader: true, paint: paintName },
    { key: "worst", label: "Worst finding", paint: (cell, row) => cell.append(concerns.worst(row) ? severityMark(concerns.worst(row)) : "") },
    { key: "allowed", label: "Allowed", hint: "Privileges without a condition", paint: (cell, row) => cell.append(countOrDash(principals.pattern(row).totals[ALLOW])) },
    { key: "conditional", label: "Conditional", paint: paintConditional },
    { key: "classes", label: "Risk classes", sortable: false, paint: paintClasses },
    { key: "findings", label: "Findings", paint: (cell, row) => cell.append(countOrDash(concerns.of(row).length)) },
    { key: "used", label: "Last used", paint: (cell, row) => cell.append(principals.used(row) ? day(principals.used(row)) : principals.usedKnown(row) ? "none known" : "not told") },
  ];
  const countOrDash = (value) => (value ? number(value) : "–");

  function paintName(cell, row) {
    cell.append(el("span.one-line", icon(principals.type(row)), " ", name(principals.name(row))));
    const path = principals.path(row) === "/" ? "" : `${principals.path(row)} · `;
    cell.append(el("span.under", principals.incomplete(row) ? el("b.doubt", "not fully evaluated · ") : null, `${principals.type(row)} · ${path}${accountLabel(principals.account(row))}`));
    cell.title = visible(principals.arn(row));
  }

  function paintConditional(cell, row) {
    const { totals } = principals.pattern(row);
    cell.append(countOrDash(totals[CONDITIONAL]));
    if (totals[NOT_EVALUATED]) cell.append(el("span.under.doubt", `${totals[NOT_EVALUATED]} not evaluated`));
  }

  function paintClasses(cell, row) {
    const pattern = principals.pattern(row);
    const held = data.classes.filter((_, place) => pattern.classes & (1 << place));
    const rest = held.length - 3;
    const shown = held.length === data.classes.length ? `all ${data.classes.length}` : held.slice(0, 3).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    cell.append(el("span.two-lines", shown || "–"));
    cell.title = held.join(", ");
  }

  const close = () => { go({ principal: "" }); grid.focus(grid.at.row, grid.at.column); };
  const pane = detailPane("Principal", close);
  const panel = new FacetPanel(facets, "Filter principals");
  const grid = new Grid({
    label: "Principals", columns, kind: "principals",
    onSort: (key) => go({ sort: state.sort === `-${key}` ? key : state.sort === key ? `-${key}` : key === "name" ? key : `-${key}` }),
    onOpen(row, column, byKey) {
      go({ principal: principals.arn(row) }, true);
      if (byKey) pane.focus();
    },
    isOpen: (row) => state.principal !== "" && principals.arn(row) === state.principal,
  });
  const board = makeBoard("view-principals", {
    title: "Principals", panel, grid, pane,
    tools: [button("CSV of these principals", () => download("principals.csv", [PRINCIPAL_HEADER, ...people.found(facets).map(principalCsv)]))],
  });

  let shownKey = "";
  return {
    prepare: () => people.found(facets),
    count: () => (!search.active() ? principals.count : people.everyone.reduce((sum, place) => sum + search.principal(place), 0)),
    show() {
      if (listKey() !== shownKey) {
        shownKey = listKey();
        const rows = people.found(facets);
        grid.show(rows, people.sortShown(state.sort), principals.count ? "No principal matches the search and the filters." : "The evidence holds no principals.");
        board.tell(`${number(rows.length)} of ${counted(principals.count, "principal")}`);
        panel.show();
      }
      const place = state.principal ? principals.find(state.principal) : -1;
      if (place >= 0) fillDetail(pane, close, principalDetail(place));
      else if (state.principal) fillDetail(pane, close, el("h2", "No such principal"), el("p", "This report holds no principal ", name(state.principal, "bdi.arn"), "."));
      else pane.hidden = true;
      board.showPane();
      if (place >= 0) grid.reveal(place);
      grid.markOpen();
    },
    print: (on) => grid.print(on),
  };
})();
