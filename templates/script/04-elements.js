// Making elements. Text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);

// el("p.small", "text", child): a tag with classes, then texts and elements.
function el(spec, ...children) {
  const [tag, ...classes] = spec.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  made.append(...children.flat().filter((child) => child !== null).map((child) => (child instanceof Node ? child : visible(child))));
  return made;
}

function withAttributes(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, visible(value));
  return made;
}

function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  made.append(use);
  return made;
}

const severityMark = (rank) => el(`span.sev.sev-${SEVERITY_WORDS[rank]}`, icon(SEVERITY_WORDS[rank]), ` ${SEVERITY_WORDS[rank]}`);

// A sentence; what stands between backticks in it is set as code, as `code` in audit/render/templates.py does.
function prose(sentence, spec = "p") {
  const parts = String(sentence).split("`");
  return el(spec, parts.length % 2 ? parts.map((part, at) => (at % 2 ? el("code", part) : part)) : sentence);
}

// A name from outside: its own direction, so that it cannot reorder what stands around it.
const name = (value, spec = "bdi") => el(spec, value);

function button(words, action, spec = "button.plain-button") {
  const made = el(spec, words);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

function link(words, fragment, spec = "a") {
  const made = el(spec, words);
  made.href = fragment;
  return made;
}

function listOf(items, spec = "ul.plain") {
  return el(spec, items.map((item) => el("li", item)));
}

// Pairs of a name and its value; pairs with no value are left out.
function facts(pairs) {
  return el("dl.facts", pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined)
    .map(([term, value]) => el("div", el("dt", term), el("dd", value))));
}
