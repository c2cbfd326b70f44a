// Plain lists of the activity, coverage and method views: a heading, a count, CSV, and a grid as high as its rows.

const compare = (a, b) => {
  if (a === b) return 0;
  if (a === null || a === "" || a === undefined) return -1;
  if (b === null || b === "" || b === undefined) return 1;
  return a < b ? -1 : 1;
};

// columns: as a grid's, with value(row) to sort by, and full(row) to read where that is another; csv: {file, header, line(row)}; words(row): what search looks at.
class List {
  constructor({ host, title, lead = null, kind, columns, rows, words, csv = null, sort = "", emptyWords }) {
    Object.assign(this, { columns, rows, words, sort, emptyWords });
    this.tally = el("p.board-tally");
    this.grid = new Grid({ label: title, columns, kind, onSort: (key) => this.sortBy(key), onOpen: (row) => this.expand(row) });
    this.note = el("div.list-note");
    this.note.hidden = true;
    byId(host).append(withAttributes(el("section.list",
      el("header.board-head", el("h2", title), this.tally, el("div.board-tools", csv && rows.length ? button("CSV", () => download(csv.file, [csv.header, ...this.found().map(csv.line)])) : null)),
      lead ? el("p.small", lead) : null, this.grid.frame, this.note), {}));
  }

  sortBy(key) {
    this.sort = this.sort === key ? `-${key}` : key;
    this.show();
  }

  found() {
    const rows = search.active() ? this.matches() : [...this.rows];
    const key = this.sort.replace("-", "");
    const column = this.columns.find((each) => each.key === key);
    const sign = this.sort.startsWith("-") ? -1 : 1;
    return column ? rows.sort((a, b) => sign * compare(column.value(a), column.value(b))) : rows;
  }

  // A row's texts in full, below the list: cells have room for one or two lines only.
  expand(row) {
    this.note.hidden = false;
    this.note.replaceChildren(facts(this.columns.map((column) => [column.label, name((column.full ?? column.value)(row) ?? "")])));
  }

  show() {
    const found = this.found();
    this.tally.textContent = found.length === this.rows.length ? number(found.length) : `${number(found.length)} of ${number(this.rows.length)}`;
    this.note.hidden = true;
    this.grid.show(found, this.sort, this.rows.length ? "Nothing matches the search." : this.emptyWords);
  }

  // What search looks at, put together once: a letter more in the search would make it all again.
  prepare() {
    this.texts ??= this.rows.map((row) => this.words(row).toLowerCase());
  }

  matches() {
    this.prepare();
    return this.rows.filter((_, place) => search.holds(this.texts[place]));
  }

  count() {
    return this.matches().length;
  }
}

const textColumn = (key, label, value, more = {}) => ({
  key, label, value,
  paint(cell, row) {
    const words = value(row) ?? "";
    cell.append(el("span.two-lines", prose(words, "bdi")));
    if (String(words).length > 24) cell.title = visible(words);
  },
  ...more,
});
const numberColumn = (key, label, value) => ({ key, label, value, kind: "number", paint: (cell, row) => cell.append(value(row) === null ? "" : number(value(row))) });
const timeColumn = (key, label, value) => ({ key, label: `${label}, UTC`, value: (row) => moment(value(row)), kind: "time", paint: (cell, row) => cell.append(moment(value(row)).replace(" UTC", "")) });

// A principal of the report by its name, with its type and a link; anybody else as the evidence names them.
const whoColumn = (key, label, arnOf, words = "nobody") => ({
  key, label, rowHeader: true,
  value: (row) => arnOf(row) || words,
  paint(cell, row) {
    const place = arnOf(row) ? principals.find(arnOf(row)) : -1;
    cell.append(place >= 0 ? el("span.two-lines", principalLink(place)) : el("span.two-lines", name(arnOf(row) || words)));
    if (arnOf(row)) cell.title = visible(arnOf(row));
  },
});

function listsView(lists) {
  return {
    count: () => lists.reduce((sum, list) => sum + list.count(), 0),
    prepare: () => lists.forEach((list) => list.prepare()),
    show: () => lists.forEach((list) => list.show()),
    print: (on) => lists.forEach((list) => list.grid.print(on)),
  };
}
