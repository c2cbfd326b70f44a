// Principals by privileges. Shape tells the verdict and use, colour repeats it; the line below spells out one cell.

const CELL_WORDS = (cell) => (cell & 3 ? VERDICT_WORDS[cell & 3] + (cell & USED ? ", observed in use" : cell & UNUSED ? ", not observed in use" : "") : "not allowed");

const matrixView = (() => {
  const facets = people.facets();
  const groupStarts = new Set(privileges.filter((each, place) => place === 0 || each.classes[0] !== privileges[place - 1].classes[0]).map((each) => each.place));
  const exercised = exercisedByAction();
  const columns = [
    { key: "name", label: "Principal", kind: "who", rowHeader: true, paint: paintName },
    ...privileges.map((privilege) => ({
      key: `p${privilege.place}`, label: privilege.name, name: `${privilege.name}; in the accounts: ${exercised[privilege.place].words}`, kind: groupStarts.has(privilege.place) ? "priv.first" : "priv",
      hint: `${privilege.name} (${data.classes[privilege.classes[0]]}): ${privilege.description}. In the accounts: ${exercised[privilege.place].words}.`,
      repaints: true, paint: (cell, row) => paintCell(cell, row, privilege),
    })),
  ];

  function paintName(cell, row) {
    cell.append(el("span.one-line", icon(principals.type(row)), " ", name(principals.name(row))));
    cell.title = visible(principals.arn(row));
  }

  function paintCell(cell, row, privilege) {
    const value = principals.pattern(row).cells[privilege.place];
    if (cell.shown === value) return;
    cell.shown = value;
    cell.className = `grid-cell c-priv${groupStarts.has(privilege.place) ? " first" : ""} v${value & 3}${value & USED ? " used" : value & UNUSED ? " unused" : ""}`;
    cell.setAttribute("aria-label", `${privilege.name}: ${CELL_WORDS(value)}`);
  }

  const inspector = withAttributes(el("div.inspector", el("p.small", "Move over the grid with the arrow keys; Enter opens the principal.")), { "aria-label": "The cell in focus", role: "group" });
  const pane = detailPane("Principal", () => {});
  const panel = new FacetPanel(facets, "Filter principals");
  panel.element.open = false;
  const grid = new Grid({
    label: "Principals by privileges", columns, kind: "matrix",
    onSort: (key) => go({ sort: key === "name" ? (state.sort === "name" ? "-name" : "name") : state.sort === `-${key}` ? key : `-${key}` }),
    onOpen: (row, column, byKey) => { if (column === 0 || byKey) go({ view: "principals", principal: principals.arn(row) }, true); },
    onFocus: inspect,
  });
  grid.element.classList.add("has-bands");
  grid.head.before(bands());
  grid.head.after(exercise());
  const bar = withAttributes(el("div.column-bar"), { "aria-hidden": "true" });
  bar.hidden = true;
  grid.element.append(bar);
  const board = makeBoard("view-matrix", {
    title: "Privilege matrix", panel, grid, pane, foot: el("div.matrix-foot", legend(), inspector),
    tools: [
      button("CSV of these entitlements", () => saveEntitlements("entitlements.csv", [ALLOW, CONDITIONAL])),
      patterns.some((pattern) => pattern.totals[NOT_EVALUATED])
        ? button("CSV of what was not evaluated", () => saveEntitlements("not-evaluated.csv", [NOT_EVALUATED])) : "",
    ],
  });

  function saveEntitlements(file, verdicts) {
    download(file, [ENTITLEMENT_HEADER, ...people.found(facets).flatMap((place) => entitlementCsv(place, verdicts))]);
  }

  // The names of the risk classes over their columns.
  function bands() {
    const counts = new Map();
    for (const each of privileges) counts.set(each.classes[0], (counts.get(each.classes[0]) ?? 0) + 1);
    const made = [...counts].map(([place, width]) => {
      const band = el(`div.band${width < 2 ? ".narrow" : ""}`, el("span", data.classes[place]));
      band.style.gridColumn = `span ${width}`;
      return band;
    });
    return withAttributes(el("div.bands", el("div.band-corner"), made), { "aria-hidden": "true" });
  }

  // What the accounts did, below the names of the privileges; a reader hears it with each name.
  function exercise() {
    const marks = exercised.map(({ observation, words }, place) => {
      const mark = el(`div.done.done-${observationKind(observation)}${groupStarts.has(place) ? ".first" : ""}`);
      mark.title = words;
      return mark;
    });
    return withAttributes(el("div.bands.dones", el("div.band-corner", "Done in the accounts"), marks), { "aria-hidden": "true" });
  }

  function legend() {
    const item = (kind, words) => el("li", el(`span.glyph.${kind}`), ` ${words}`);
    return withAttributes(el("ul.legend", item("v1.used", "allowed, observed in use"), item("v1.unused", "allowed, not observed"), item("v1", "allowed, use not known"), item("v2.used", "conditional, observed"), item("v2.unused", "conditional, not observed"), item("v2", "conditional, use not known"), item("v3", "not evaluated"), item("v0", "not allowed"),
      el("li.legend-done", "Done in the accounts: ", OBSERVATION_ORDER.flatMap((place) => [el(`span.done.done-${observationKind(place)}`), ` ${data.observations[place]} `]))), { "aria-label": "Legend" });
  }

  function inspect(row, column) {
    for (const cell of grid.element.querySelectorAll(".column-focus")) cell.classList.remove("column-focus");
    const head = grid.headCells[column];
    head?.classList.add("column-focus");
    bar.hidden = !(column > 0);
    if (column > 0) {
      bar.style.insetInlineStart = `${head.offsetLeft}px`;
      bar.style.inlineSize = `${head.offsetWidth}px`;
      bar.style.blockSize = `${grid.body.offsetTop + grid.body.offsetHeight}px`;
    }
    if (row === undefined || column === 0) {
      inspector.replaceChildren(el("p.small", row === undefined ? "Enter sorts by this column." : "Enter opens the principal."));
      return;
    }
    const privilege = privileges[column - 1];
    const pattern = principals.pattern(row);
    const group = groupOfColumn(pattern, privilege.place);
    inspector.replaceChildren(
      el("p", el("b", name(principals.name(row))), " · ", el("code", privilege.name), ` · ${CELL_WORDS(pattern.cells[privilege.place])}. `, group ? grantedWords(group) : null),
      el("p.small", `${data.classes[privilege.classes[0]]}, ${SEVERITY_WORDS[privilege.severity]}: ${privilege.why}. In the accounts: ${exercised[privilege.place].words}.`.replace("..", ".")),
    );
  }

  function grantedWords(group) {
    const by = group.grants.map((each) => causeWords(statements[each]));
    const some = (words) => words.slice(0, 2).join("; ") + (words.length > 2 ? ` and ${number(words.length - 2)} more` : "");
    const conditions = group.conditions.map(text);
    return name(`${by.length ? `Granted by ${some(by)}. ` : ""}${conditions.length ? `If ${some(conditions)}. ` : ""}Its own use: ${data.observations[group.observation]}${group.lastUsed ? `, last on ${moment(group.lastUsed)}` : ""}.`);
  }

  let shownKey = "";
  return {
    prepare: () => people.found(facets),
    show() {
      if (listKey() !== shownKey) {
        shownKey = listKey();
        const rows = people.found(facets);
        grid.show(rows, people.sortShown(state.sort), principals.count ? "No principal matches the search and the filters." : "The evidence holds no principals.");
        board.tell(`${number(rows.length)} of ${counted(principals.count, "principal")} by ${counted(privileges.length, "privilege")}`);
        panel.show();
      }
    },
    print: (on) => grid.print(on),
  };
})();
