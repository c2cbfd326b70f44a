// Decisions that a reviewer enters in this page. They stay in this browser until they are saved as decisions.json, which
// `mturk-audit review apply` checks; nothing is sent anywhere.

const CHOICES = ["", "keep", "modify", "revoke", "exception"];
const CHOICE_WORDS = { "": "undecided", keep: "keep", modify: "modify", revoke: "revoke", exception: "exception" };

const decisions = (() => {
  const place = `mturk-audit/decisions/${data.review.evidence}`;
  const empty = () => ({ reviewer: "", role: "", entries: {} });
  let held = empty();
  // A browser may forbid a page from a file to keep anything; then the decisions last as long as the page is open.
  try {
    held = { ...empty(), ...JSON.parse(localStorage.getItem(place) ?? "{}") };
  } catch { /* kept in memory alone */ }

  function keep() {
    try {
      localStorage.setItem(place, JSON.stringify(held));
    } catch { /* kept in memory alone */ }
  }

  // The subjects of an entry: each principal with the privileges that the decision is about.
  function subjectsOf(key) {
    if (key.startsWith("finding:")) {
      const finding = findings[findingPlaces.get(key.slice(8))];
      if (!finding) return [];
      const actions = finding.columns.map((column) => privileges[column].action).concat(finding.otherPrivileges).sort();
      return [...fromRuns(finding.subjects)].map((each) => ({ place: each, actions }));
    }
    const found = principals.find(key.slice(10));
    const actions = found < 0 ? [] : principals.pattern(found).rows.flatMap((row) => row.columns.map((column) => privileges[column].action)).sort();
    return actions.length ? [{ place: found, actions }] : [];
  }

  function records() {
    return Object.entries(held.entries).flatMap(([key, entry]) => subjectsOf(key).map(({ place: subject, actions }) => ({
      principal_arn: principals.arn(subject), unique_id: principals.id(subject), actions,
      fingerprint: key.startsWith("finding:") ? key.slice(8) : "",
      choice: entry.choice, reviewer: held.reviewer, role: held.role, decided_on: entry.on,
      justification: entry.justification, ticket: entry.ticket,
      snapshot_sha256: data.review.evidence, quarter: data.review.quarter,
    })));
  }

  return {
    get reviewer() { return held.reviewer; },
    get role() { return held.role; },
    name(field, value) { held[field] = value; keep(); },
    of: (key) => held.entries[key] ?? { choice: "", justification: "", ticket: "" },
    set(key, changes) {
      const entry = { ...this.of(key), ...changes, on: new Date().toISOString().slice(0, 10) };
      if (entry.choice) held.entries[key] = entry;
      else delete held.entries[key];
      keep();
    },
    forget() { held = empty(); keep(); },
    keys: () => Object.keys(held.entries),
    subjectsOf,
    // What keeps the decisions from being saved; empty where nothing does.
    wanting() {
      if (!held.reviewer.trim()) return "Name the reviewer first.";
      const bare = Object.values(held.entries).filter((entry) => entry.choice !== "keep" && !entry.justification.trim()).length;
      return bare ? `${counted(bare, "decision")} to modify, revoke or except ${bare === 1 ? "has" : "have"} no justification yet.` : "";
    },
    save() {
      const content = { schema: "mturk-audit/decisions/1", evidence_sha256: data.review.evidence, quarter: data.review.quarter, decisions: records() };
      saveAs("decisions.json", `${JSON.stringify(content, null, 2)}\n`, "application/json");
    },
  };
})();

// A field with its label; `made` is an input, a select or a textarea.
let fields = 0;
function field(words, made) {
  fields += 1;
  made.id = `field-${fields}`;
  return el("div.field", withAttributes(el("label", words), { for: made.id }), made);
}

function textField(words, value, change, spec = "input") {
  const made = el(spec);
  if (spec === "input") made.type = "text";
  made.value = value;
  made.addEventListener("input", () => change(made.value));
  return field(words, made);
}

// What to decide of one finding or one principal.
function decisionSection(key, about) {
  const concerned = decisions.subjectsOf(key).length;
  if (!concerned) return null;
  const entry = decisions.of(key);
  const choice = el("select", CHOICES.map((word) => {
    const option = el("option", CHOICE_WORDS[word]);
    option.value = word;
    return option;
  }));
  choice.value = entry.choice;
  const more = el("div.decision-more",
    textField("Justification", entry.justification, (value) => decisions.set(key, { justification: value }), "textarea"),
    textField("Ticket", entry.ticket, (value) => decisions.set(key, { ticket: value })));
  more.hidden = !entry.choice;
  choice.addEventListener("change", () => {
    decisions.set(key, { choice: choice.value, justification: more.querySelector("textarea").value, ticket: more.querySelector("input").value });
    more.hidden = !choice.value;
    announce(choice.value ? `Decided: ${CHOICE_WORDS[choice.value]}` : "Decision taken back");
  });
  return section("Decide", el("p.small", `${about} ${counted(concerned, "principal")}. Saved from the Review view.`), field("Decision", choice), more);
}

// The reviewer's desk in the review view: who decides, what was decided here, and the file.
const decisionDesk = (() => {
  function entryLink(key) {
    const address = key.startsWith("finding:") ? { view: "findings", finding: key.slice(8) } : { view: "principals", principal: key.slice(10) };
    const words = key.startsWith("finding:") ? findings[findingPlaces.get(key.slice(8))]?.title ?? key : principals.name(principals.find(key.slice(10)));
    return el("span", el("b", CHOICE_WORDS[decisions.of(key).choice]), ": ", link(name(words), writeState({ ...emptyState(), ...address })));
  }

  return {
    show() {
      const keys = decisions.keys().filter((key) => decisions.subjectsOf(key).length);
      const message = withAttributes(el("p.small.doubt"), { role: "status" });
      const save = button("Save decisions.json", () => {
        message.textContent = keys.length ? decisions.wanting() : "Nothing is decided yet: open a finding or a principal.";
        if (!message.textContent) decisions.save();
      }, "button.plain-button");
      const forget = button("Forget them", () => { decisions.forget(); this.show(); }, "button.plain-button");
      forget.hidden = keys.length === 0;
      byId("review-desk").replaceChildren(withAttributes(el("section.desk",
        el("h2", "Your decisions"),
        el("p.small", "Open a finding or a principal to decide on it. What you decide stays in this browser until you save it; ", el("code", "mturk-audit review apply"), " checks the file and records it."),
        el("div.desk-fields",
          textField("Reviewer", decisions.reviewer, (value) => decisions.name("reviewer", value)),
          textField("Role", decisions.role, (value) => decisions.name("role", value))),
        el("p", keys.length ? `${counted(keys.length, "decision")} entered here:` : "No decision is entered here yet."),
        keys.length ? growingList(keys, entryLink, FIRST_NAMES) : null,
        el("div.desk-tools", save, forget), message), { "aria-label": "Your decisions" }));
    },
  };
})();
