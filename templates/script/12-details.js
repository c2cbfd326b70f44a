// What an open item shows: policies with their marked lines, differences, lists that can be long.

const FIRST_NAMES = 24;
const FIRST_SUBJECTS = 60;

function detailPane(label, close) {
  const pane = withAttributes(el("article.detail"), { "aria-label": label, tabindex: -1 });
  pane.hidden = true;
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return pane;
}

function fillDetail(pane, close, ...content) {
  const shut = withAttributes(button("×", close, "button.close"), { "aria-label": "Close" });
  pane.replaceChildren(shut, ...content.flat().filter((each) => each !== null));
  pane.hidden = false;
  pane.scrollTop = 0;
}

// A policy's text with line numbers; the lines of one statement are marked.
function policyText(statement) {
  const held = documents.get(statement.policy.id);
  if (!held) {
    const missing = statement.policy.id < 0 ? "The evidence holds no text of this policy." : noRoomFor("the text of this policy");
    return el("p.small", missing);
  }
  const lines = held.body.split("\n");
  const [first, last] = held.lines[statement.index] ?? [1, 0];
  const part = (from, to) => lines.slice(from, to).map((line) => `${line}\n`).join("");
  const numbers = lines.map((_, at) => `${at + 1}\n`).join("");
  const code = el("code", part(0, first - 1), el("mark", part(first - 1, last)), part(Math.max(last, first - 1), lines.length));
  const block = withAttributes(el("div.code", withAttributes(el("pre.numbers", numbers), { "aria-hidden": "true" }), el("pre", code)), {
    role: "group", tabindex: 0, "aria-label": last ? `Policy text, lines ${first} to ${last} marked` : "Policy text",
  });
  requestAnimationFrame(() => {
    const mark = block.querySelector("mark");
    if (mark && mark.offsetTop > block.clientHeight / 2) block.scrollTop = mark.offsetTop - 40;
  });
  return block;
}

function statementBlock(statement) {
  const { policy } = statement;
  return el("div.cause",
    el("p", el("b", name(policyWords(policy))), ", ", name(statementWords(statement))),
    el("p.small", `${policy.type}${policy.arn || policy.owner ? " · " : ""}`, name(policy.arn || policy.owner, "bdi.arn")),
    policyText(statement));
}

// A unified difference; lines that do the same stand together.
function difference(fix) {
  const kindOf = (line) => (/^(---|\+\+\+|@@)/.test(line) ? "span.diff-head" : line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span");
  const blocks = [];
  for (const line of fix.replace(/\n$/, "").split("\n")) {
    const kind = kindOf(line);
    if (blocks.at(-1)?.kind === kind) blocks.at(-1).lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  const code = el("code", blocks.map(({ kind, lines }) => el(kind, lines.map((line) => `${line}\n`).join(""))));
  return withAttributes(el("div.code", el("pre", code)), { role: "group", tabindex: 0, "aria-label": "Policy difference" });
}

// Items as a list; past `limit` the rest comes on request, a thousand at a time.
function growingList(items, makeItem, limit, spec = "ul.plain") {
  const list = el(spec);
  const more = button("", () => grow(1000), "button.plain-button");
  let shown = 0;
  function grow(step) {
    const next = items.slice(shown, shown + step);
    list.append(...next.map((item) => el("li", makeItem(item))));
    shown += next.length;
    const rest = items.length - shown;
    more.hidden = rest === 0;
    more.textContent = `Show ${number(Math.min(rest, 1000))} more${rest > 1000 ? ` of ${number(rest)}` : ""}`;
  }
  grow(limit);
  return el("div", list, more);
}

function principalLink(place) {
  const made = link([icon(principals.type(place)), " ", name(principals.name(place))], writeState({ ...emptyState(), view: "principals", principal: principals.arn(place) }), "a.who");
  made.title = visible(principals.arn(place));
  return made;
}

const findingLink = (place) => link(
  [severityMark(findings[place].severity), " ", name(findings[place].title)],
  writeState({ ...emptyState(), view: "findings", finding: findings[place].fingerprint }), "a.finding-link",
);

// Privileges by the class they stand in.
function privilegeList(columns, others = []) {
  const groups = new Map();
  for (const column of columns) {
    const group = data.classes[privileges[column].classes[0]];
    groups.set(group, [...(groups.get(group) ?? []), privileges[column].name]);
  }
  if (others.length) groups.set("outside the catalog", others);
  return el("dl.privileges", [...groups].map(([group, names]) => el("div", el("dt", group), el("dd", names.map((each) => [el("code", each), " "]).flat()))));
}
