// What is shown, kept in the address: the view, the search, the filters, the order, and the item that is open.

const VIEWS = ["summary", "findings", "principals", "matrix", "activity", "reach", "review", "coverage", "method"];
const FACET_KEYS = ["severity", "confidence", "rule", "type", "account", "access", "risk", "used", "change", "exception"];

const emptyState = () => ({ view: "summary", q: "", finding: "", principal: "", cause: "", sort: "", facets: {} });
let state = emptyState();

function readState(fragment) {
  const read = emptyState();
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  for (const key of ["q", "finding", "principal", "cause", "sort"]) read[key] = given.get(key) ?? "";
  for (const key of FACET_KEYS) if (given.get(key)) read.facets[key] = new Set(given.get(key).split(","));
  const implied = read.finding || read.cause ? "findings" : read.principal ? "principals" : "summary";
  read.view = VIEWS.includes(given.get("view")) ? given.get("view") : implied;
  return read;
}

function writeState(wanted) {
  const written = new URLSearchParams();
  if (wanted.view !== "summary" && !(wanted.finding && wanted.view === "findings")) written.set("view", wanted.view);
  for (const key of ["finding", "principal", "q", "cause", "sort"]) if (wanted[key]) written.set(key, wanted[key]);
  for (const key of FACET_KEYS) if (wanted.facets[key]?.size) written.set(key, [...wanted.facets[key]].join(","));
  return `#${written}`;
}

// Change some of the state and show it. `push` makes a step that the browser's back button undoes.
function go(changes, push = false) {
  state = { ...state, ...changes };
  const fragment = writeState(state);
  if (fragment !== (location.hash || "#")) history[push ? "pushState" : "replaceState"](null, "", fragment);
  showState();
}

const addressOf = (changes) => writeState({ ...state, finding: "", principal: "", cause: "", ...changes });
