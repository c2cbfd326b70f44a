// Tabs, search, keyboard and print.

const views = {
  summary: { show() {}, print() {} },
  findings: findingsView, principals: principalsView, matrix: matrixView,
  activity: activityView, reach: reachView, review: reviewView, coverage: coverageView, method: methodView,
};
const searchField = byId("search");

function showTallies() {
  for (const tally of document.querySelectorAll("[data-tally]")) {
    const view = views[tally.dataset.tally];
    tally.textContent = search.active() || ["findings", "principals"].includes(tally.dataset.tally) ? number(view.count()) : "";
    tally.classList.toggle("matches", search.active());
  }
}

// Only the view that is shown is in the document; the others wait, so that the page stays small.
const waiting = new Map();

function showOnly(wanted) {
  for (const view of VIEWS) {
    const place = byId(`view-${view}`);
    place.hidden = view !== wanted;
    if (view === wanted) {
      if (waiting.has(view)) place.append(waiting.get(view));
      waiting.delete(view);
    } else if (!waiting.has(view)) {
      const content = document.createDocumentFragment();
      content.append(...place.childNodes);
      waiting.set(view, content);
    }
  }
}

// On a narrow screen the tabs scroll sideways. Not with scrollIntoView: the Tab key would then start behind that tab,
// and so behind the link that skips them.
function bringIntoRow(tab) {
  const row = tab.parentElement;
  const before = tab.getBoundingClientRect().left - row.getBoundingClientRect().left;
  const after = before + tab.offsetWidth - row.clientWidth;
  if (before < 0) row.scrollLeft += before;
  else if (after > 0) row.scrollLeft += after;
}

let shownView = "";
let shownQuery = null;
function showState() {
  if (shownView !== state.view) showOnly(state.view);
  for (const tab of document.querySelectorAll(".tabs a")) {
    if (tab.dataset.view === state.view) {
      tab.setAttribute("aria-current", "page");
      bringIntoRow(tab);
    } else tab.removeAttribute("aria-current");
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

// The link that skips the tabs; its address would take the place of the view's.
function skip(event) {
  event.preventDefault();
  byId("main").focus();
}

function fromAddress() {
  state = readState(location.hash);
  showState();
}

// On paper nothing can be opened, so what is closed is opened first and closed again; a picture needs no words there.
let openedForPaper = [];
function printing(on) {
  views[state.view].print(on);
  if (on) openedForPaper = [...document.querySelectorAll(".page details:not([open], .chart *)")];
  for (const details of openedForPaper) details.open = on;
}

document.documentElement.classList.add("scripted");
searchField.addEventListener("input", onSearch);
document.querySelector(".skip").addEventListener("click", skip);
document.addEventListener("keydown", onShortcut);
addEventListener("hashchange", fromAddress);
addEventListener("popstate", fromAddress);
addEventListener("beforeprint", () => printing(true));
addEventListener("afterprint", () => printing(false));
fromAddress();

// What the first search and the first filter need is made ready while the reader reads.
const later = window.requestIdleCallback ?? ((task) => setTimeout(task, 200));
const ahead = [search.prepare, principalsView.prepare, findingsView.prepare, matrixView.prepare, activityView.prepare, reachView.prepare, reviewView.prepare];
const prepareNext = () => {
  ahead.shift()?.();
  if (ahead.length) later(prepareNext);
};
later(prepareNext);
