// A table of which only the rows in sight exist, with a keyboard, as the ARIA grid pattern describes it.
// https://www.w3.org/WAI/ARIA/apg/patterns/grid/

const OVERSCAN = 2;
const PRINTED_ROWS = 300;
const SPARE_ROWS = 60;

// columns: [{key, label, name, kind, paint(cell, row), sortable, repaints}]; paint is given an empty cell, or with
// `repaints` the cell as it was. onOpen(row, column, byKey), onFocus(row, column) and isOpen(row) as wanted.
class Grid {
  constructor({ label, columns, kind, onOpen, onFocus, onSort, isOpen, rowKind }) {
    Object.assign(this, { columns, onOpen, onFocus, onSort, isOpen, rowKind });
    this.rows = [];
    this.drawn = new Map();
    this.spare = [];
    this.height = 0;
    this.room = 0;
    this.top = 0;
    this.at = { row: 0, column: 0 };
    this.headCells = columns.map((column, place) => this.headCell(column, place));
    this.head = withAttributes(el("div.grid-head", this.headCells), { role: "row", "aria-rowindex": 1 });
    this.heads = withAttributes(el("div.grid-heads", this.head), { role: "rowgroup" });
    this.body = withAttributes(el("div.grid-body"), { role: "rowgroup" });
    this.empty = el("p.grid-empty");
    this.element = withAttributes(
      el(`div.grid.grid-${kind}`, this.heads, this.body),
      { role: "grid", "aria-label": label, "aria-colcount": columns.length },
    );
    this.frame = el(`div.grid-frame`, this.element, this.empty);
    this.element.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.body.addEventListener("click", (event) => this.onClick(event));
    this.watcher = new ResizeObserver(() => this.measure());
    this.watcher.observe(this.element);
    this.watcher.observe(this.heads);
  }

  onScroll() {
    if (this.element.scrollTop === this.top) return;
    this.top = this.element.scrollTop;
    this.draw();
  }

  headCell(column, place) {
    const content = column.sortable === false ? el("span", column.label) : button(column.label, () => this.onSort?.(column.key), "button.grid-sort");
    const cell = withAttributes(el(`div.grid-cell.c-${column.kind ?? column.key}`, content), { role: "columnheader", "aria-colindex": place + 1 });
    if (column.name) content.setAttribute("aria-label", column.name);
    if (column.hint) cell.title = visible(column.hint);
    content.tabIndex = -1;
    return cell;
  }

  // Show these rows; `sort` is a column's key, with "-" before it where it is descending.
  show(rows, sort = "", emptyWords = "Nothing matches.") {
    this.rows = rows;
    this.element.setAttribute("aria-rowcount", rows.length + 1);
    this.columns.forEach((column, place) => {
      const sorted = sort.replace("-", "") === column.key;
      if (column.sortable !== false) this.headCells[place].setAttribute("aria-sort", sorted ? (sort.startsWith("-") ? "descending" : "ascending") : "none");
    });
    this.empty.textContent = rows.length ? "" : emptyWords;
    this.empty.hidden = rows.length > 0;
    this.element.hidden = rows.length === 0;
    this.at.row = Math.min(Math.max(this.at.row, rows.length ? 0 : -1), rows.length - 1);
    this.body.style.height = `${this.height * rows.length}px`;
    if (this.top) this.scrollTo(0);
    this.draw(true);
    if (this.room <= 0) this.measure();
  }

  // Learn the sizes that rows in sight follow from. Asking the browser for them costs a layout, so they are kept until
  // the grid's size changes; a grid that was out of the page comes back to where it was.
  measure() {
    if (!this.element.isConnected || this.rows.length === 0) return;
    const probe = el("div.grid-row");
    this.body.append(probe);
    const height = probe.offsetHeight;
    probe.remove();
    const room = this.element.clientHeight - this.heads.offsetHeight;
    const changed = height !== this.height;
    if (!changed && room === this.room) return;
    Object.assign(this, { height, room });
    this.body.style.height = `${height * this.rows.length}px`;
    this.draw(changed);
    if (this.element.scrollTop !== this.top) this.element.scrollTop = this.top;
  }

  scrollTo(top) {
    this.element.scrollTop = top;
    this.top = this.element.scrollTop;
    this.draw();
  }

  // Make the rows in sight out of those that are no longer in sight; the row that has the focus stays.
  draw(changed = false) {
    if (!this.height) return;
    const printing = this.element.classList.contains("printing");
    const top = Math.min(this.top, Math.max(0, this.rows.length * this.height - this.room));
    const first = printing ? 0 : Math.max(0, Math.floor(top / this.height) - OVERSCAN);
    const room = printing ? PRINTED_ROWS : Math.ceil(this.room / this.height) + 2 * OVERSCAN;
    const last = Math.min(this.rows.length, first + room);
    const free = this.spare;
    for (const [place, row] of this.drawn) {
      if (place >= first && place < last) continue;
      if (!changed && row.contains(document.activeElement)) continue;
      this.drawn.delete(place);
      free.push(row);
    }
    let previous = null;
    for (let place = first; place < last; place += 1) {
      let row = this.drawn.get(place);
      if (!row || changed) {
        row ??= free.pop() ?? this.makeRow();
        this.paintRow(row, place);
        if (!this.drawn.has(place)) {
          if (previous) previous.after(row);
          else this.body.prepend(row);
          this.drawn.set(place, row);
        }
      }
      previous = row;
    }
    for (const row of free) row.remove();
    free.length = Math.min(free.length, SPARE_ROWS);
    this.markFocus();
  }

  makeRow() {
    const cells = this.columns.map((column, at) => {
      const cell = withAttributes(el(`div.grid-cell.c-${column.kind ?? column.key}`), { role: column.rowHeader ? "rowheader" : "gridcell", "aria-colindex": at + 1 });
      cell.tabIndex = -1;
      return cell;
    });
    return withAttributes(el("div", cells), { role: "row" });
  }

  paintRow(row, place) {
    const value = this.rows[place];
    row.className = `grid-row ${this.rowKind?.(value) ?? ""}`.trim();
    row.setAttribute("aria-rowindex", place + 2);
    row.dataset.place = place;
    row.style.transform = `translateY(${place * this.height}px)`;
    if (this.isOpen) row.setAttribute("aria-selected", this.isOpen(value));
    this.columns.forEach((column, at) => {
      const cell = row.children[at];
      if (!column.repaints) {
        cell.replaceChildren();
        if (cell.title) cell.removeAttribute("title");
      }
      column.paint(cell, value);
    });
  }

  cell(row, column) {
    if (row < 0) return this.headCells[column].firstElementChild;
    return this.drawn.get(row)?.children[column];
  }

  // One cell of the grid can be reached with Tab: the one where the reader was last.
  markFocus() {
    const wanted = this.cell(this.at.row, this.at.column) ?? this.drawn.values().next().value?.children[this.at.column];
    if (this.marked && this.marked !== wanted) this.marked.tabIndex = -1;
    this.marked = wanted;
    if (wanted) wanted.tabIndex = 0;
  }

  focus(row, column) {
    this.at = {
      row: Math.min(Math.max(row, -1), this.rows.length - 1),
      column: Math.min(Math.max(column, 0), this.columns.length - 1),
    };
    if (this.at.row >= 0) {
      const top = this.at.row * this.height;
      const room = this.room - this.height;
      this.scrollTo(top < this.top ? top : Math.max(this.top, top - room));
    }
    this.markFocus();
    const cell = this.cell(this.at.row, this.at.column);
    cell?.focus({ preventScroll: true });
    this.showColumn(cell);
    this.onFocus?.(this.rows[this.at.row], this.at.column);
  }

  // Bring a cell out from behind the first column, which stays in place, or from beyond the edge.
  showColumn(cell) {
    if (!cell || this.at.column === 0) return;
    const frame = this.element.getBoundingClientRect();
    const fixed = this.headCells[0].getBoundingClientRect();
    const left = getComputedStyle(this.headCells[0]).left === "0px" ? fixed.right : frame.left;
    const box = cell.getBoundingClientRect();
    if (box.left < left) this.element.scrollLeft -= left - box.left;
    else if (box.right > frame.right - 16) this.element.scrollLeft += box.right - frame.right + 16;
  }

  onKey(event) {
    const { row, column } = this.at;
    const page = Math.max(1, Math.floor(this.room / this.height) - 1);
    const far = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1],
      PageDown: [row + page, column], PageUp: [Math.max(0, row - page), column],
      Home: [far ? 0 : row, 0], End: [far ? this.rows.length - 1 : row, this.columns.length - 1],
    };
    if (event.key in moves && !event.altKey) {
      event.preventDefault();
      this.focus(...moves[event.key]);
    } else if (event.key === "Enter" && row >= 0 && event.target.closest(".grid-row")) {
      event.preventDefault();
      this.onOpen?.(this.rows[row], column, true);
    }
  }

  onClick(event) {
    const cell = event.target.closest(".grid-cell");
    const row = event.target.closest(".grid-row");
    if (!cell || !row) return;
    this.focus(Number(row.dataset.place), [...row.children].indexOf(cell));
    this.onOpen?.(this.rows[this.at.row], this.at.column);
  }

  // Bring a row into sight without moving the focus.
  reveal(value) {
    const place = this.rows.indexOf(value);
    if (place < 0 || !this.height) return;
    this.at.row = place;
    const top = place * this.height;
    const room = this.room - this.height;
    if (top < this.top || top > this.top + room) this.scrollTo(Math.max(0, top - room / 3));
  }

  markOpen() {
    for (const [place, row] of this.drawn) row.setAttribute("aria-selected", this.isOpen(this.rows[place]));
  }

  print(on) {
    this.element.classList.toggle("printing", on);
    this.printed?.remove();
    this.printed = null;
    if (on && this.rows.length > PRINTED_ROWS) {
      this.printed = el("p.print-note", `${number(PRINTED_ROWS)} of ${counted(this.rows.length, "row")} are printed; filter the list, or take the CSV file for all of them.`);
      this.frame.append(this.printed);
    }
    this.draw(true);
  }
}
