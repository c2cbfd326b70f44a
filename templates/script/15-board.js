// A board: tools and a count above, filters to the left, the list, and the open item beside it.

function makeBoard(id, { title, panel, grid, pane, tools, foot = null }) {
  const tally = el("p.board-tally");
  const element = byId(id);
  element.append(
    el("header.board-head", el("h1", title), tally, el("div.board-tools", tools)),
    el("div.board-body", panel.element, el("div.board-list", grid.frame, foot), pane),
  );
  return {
    element,
    // The open item takes room from the list, whose rows may then be higher.
    showPane() {
      if (element.classList.toggle("open", !pane.hidden) !== this.open) grid.measure();
      this.open = !pane.hidden;
    },
    tell(words) {
      tally.textContent = words;
      if (state.view === id.replace("view-", "")) announce(words);
    },
  };
}

let announced = 0;
function announce(words) {
  clearTimeout(announced);
  announced = setTimeout(() => { byId("live").textContent = words; }, 400);
}
