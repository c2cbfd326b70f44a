// Filters with counts. A row passes a facet when it has one of the chosen values; it must pass every facet.

const SHOWN_OPTIONS = 20;

// of(row) gives the places of the row's options, as an array made once a row.
class Facet {
  constructor(key, label, options, of) {
    Object.assign(this, { key, label, options, of });
    this.counts = new Uint32Array(options.length);
    this.bits = [];
  }

  // Once for all rows; told apart by their number, since a page's rows never change.
  prepare(count) {
    if (this.bits.length !== count) this.bits = Array.from({ length: count }, (_, row) => this.of(row));
  }

  chosen() {
    const values = state.facets[this.key];
    if (!values?.size) return null;
    const places = this.options.flatMap((option, place) => (values.has(option.value) ? [place] : []));
    return Uint8Array.from(this.options, (_, place) => (places.includes(place) ? 1 : 0));
  }
}

// The rows of `order` that pass the search and all facets. Each facet counts the rows that all the others let through.
function filterRows(order, facets, passesSearch) {
  const chosen = facets.map((facet) => facet.chosen());
  for (const facet of facets) facet.counts.fill(0);
  const found = [];
  for (const row of order) {
    if (!passesSearch(row)) continue;
    let failed = -1, failures = 0;
    for (let at = 0; at < facets.length && failures < 2; at += 1) {
      if (chosen[at] && !facets[at].bits[row].some((option) => chosen[at][option])) {
        failed = at;
        failures += 1;
      }
    }
    if (failures === 0) found.push(row);
    for (let at = 0; at < facets.length; at += 1) {
      if (failures === 0 || (failures === 1 && failed === at)) for (const option of facets[at].bits[row]) facets[at].counts[option] += 1;
    }
  }
  return found;
}

function toggleFacet(key, value) {
  const values = new Set(state.facets[key]);
  if (!values.delete(value)) values.add(value);
  go({ facets: { ...state.facets, [key]: values } });
}

// The panel of a view's facets. It is made anew when counts change; the focus stays on the same option.
class FacetPanel {
  constructor(facets, label) {
    this.facets = facets;
    this.body = el("div.facet-groups");
    this.summary = el("summary", "Filters");
    this.element = withAttributes(el("details.facets", this.summary, this.body), { "aria-label": label });
    this.element.open = matchMedia("(min-width: 70rem)").matches;
    this.element.addEventListener("toggle", () => this.show());
  }

  show() {
    const active = document.activeElement?.closest?.(".facet-option")?.dataset.option;
    const chosen = this.facets.reduce((sum, facet) => sum + (state.facets[facet.key]?.size ?? 0), 0);
    this.summary.textContent = chosen ? `Filters (${chosen} on)` : "Filters";
    if (!this.element.open) return;
    this.body.replaceChildren(...this.facets.map((facet) => this.group(facet)));
    if (chosen) this.body.prepend(button("Clear all filters", () => go({ facets: {} }), "button.plain-button.clear"));
    if (active) this.body.querySelector(`[data-option="${CSS.escape(active)}"]`)?.focus();
  }

  group(facet) {
    const values = state.facets[facet.key] ?? new Set();
    const options = facet.options.map((option, place) => ({ ...option, count: facet.counts[place], on: values.has(option.value) }))
      .filter((option) => option.count > 0 || option.on);
    const shown = options.length > SHOWN_OPTIONS ? options.filter((option) => option.on).concat(options.filter((option) => !option.on).sort((a, b) => b.count - a.count)).slice(0, SHOWN_OPTIONS) : options;
    const rest = options.length - shown.length;
    if (shown.length === 0) return "";
    return el("fieldset.facet", el("legend", facet.label), shown.map((option) => this.option(facet, option)),
      rest > 0 ? el("p.small", `${number(rest)} more; search finds them`) : null);
  }

  option(facet, option) {
    const made = button([option.mark ?? null, el("span.facet-word", option.label), " ", el("span.facet-count", number(option.count))], () => toggleFacet(facet.key, option.value), "button.facet-option");
    made.dataset.option = `${facet.key}:${option.value}`;
    return withAttributes(made, { "aria-pressed": option.on });
  }
}
