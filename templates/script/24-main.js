// Tabs, search, keyboard and print.

const views = {
  summary: { show() {}, print() {} },
  findings: findingsView, principals: principalsView, matrix: matrixView,
  activity: activityView, coverage: coverageView, method: methodView,
};
const searchField = byId("search");

function showTallies() {
  for (const tally of document.querySelectorAll("[data-tally]")) {
    const view = views[tally.dataset.tally];
    tally.textContent = search.active() || ["findings", "principals"].includes(tally.dataset.tally) ? number(view.count()) : "";
    tally.classList.toggle("matches", search.active());
  }
}

let shownView = "";
let shownQuery = null;
function showState() {
  for (const view of VIEWS) byId(`view-${view}`).hidden = view !== state.view;
  for (const tab of document.querySelectorAll(".tabs a")) {
    if (tab.dataset.view === state.view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
    tab.href = addressOf({ view: tab.dataset.view });
  }
  if (searchField.value !== state.q) searchField.value = state.q;
  if (shownQuery !== state.q) {
    shownQuery = state.q;
    showTallies();
  }
  views[state.view].show();
  if (shownView !== state.view) {
    shownView = state.view;
    scrollTo(0, 0);
  }
}

function onSearch() {
  const q = searchField.value;
  go({ q, view: q.trim() && state.view === "summary" ? "findings" : state.view });
}

function onShortcut(event) {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    searchField.focus();
    searchField.select();
  } else if (event.key === "Escape" && event.target === searchField && searchField.value) {
    searchField.value = "";
    onSearch();
  } else if (event.key === "ArrowDown" && event.target === searchField) {
    const cell = byId(`view-${state.view}`).querySelector(".grid-body [tabindex='0'], .grid-body .grid-cell");
    if (cell) event.preventDefault();
    cell?.focus();
  }
}

function fromAddress() {
  state = readState(location.hash);
  showState();
}

const printing = (on) => views[state.view].print(on);

document.documentElement.classList.add("scripted");
searchField.addEventListener("input", onSearch);
document.addEventListener("keydown", onShortcut);
addEventListener("hashchange", fromAddress);
addEventListener("popstate", fromAddress);
addEventListener("beforeprint", () => printing(true));
addEventListener("afterprint", () => printing(false));
fromAddress();
