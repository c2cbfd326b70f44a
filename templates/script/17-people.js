// What the list of principals and the matrix share: filters, order, and what the privileges of one rest on.

const people = (() => {
  const options = (words) => words.map((word) => ({ value: word, label: word }));
  const access = ["allowed", "conditional", "not evaluated", "no privilege"];
  const accessOf = (row) => {
    const { totals } = principals.pattern(row);
    const found = [1, 2].filter((kind) => totals[kind] > 0).map((kind) => kind - 1);
    if (totals[NOT_EVALUATED] > 0 || principals.incomplete(row)) found.push(2);
    return found.length ? found : [3];
  };
  const usesOf = (row) => {
    const { used, unused } = principals.pattern(row);
    const found = [used ? 0 : -1, unused ? 1 : -1].filter((place) => place >= 0);
    return found.length ? found : [2];
  };
  const bits = (mask) => data.classes.flatMap((_, place) => (mask & (1 << place) ? [place] : []));
  const cached = new Map();
  const classesOf = (row) => {
    const pattern = principals.pattern(row);
    if (!cached.has(pattern)) cached.set(pattern, bits(pattern.classes));
    return cached.get(pattern);
  };
  const facets = () => [
    new Facet("type", "Type", ["user", "role", "group"].map((kind) => ({ value: kind, label: `${kind}s` })), (row) => [["user", "role", "group"].indexOf(principals.type(row))]),
    new Facet("access", "Access", options(access), accessOf),
    new Facet("risk", "Risk class", options(data.classes), classesOf),
    new Facet("severity", "Worst finding", [4, 3, 2, 1, 0].map((rank) => ({ value: SEVERITY_WORDS[rank], label: SEVERITY_WORDS[rank] })), (row) => [4 - concerns.worst(row)]),
    new Facet("used", "Seen to use it", options(["observed", "some not observed", "use not known"]), usesOf),
    new Facet("account", "Account", data.accounts.map(([id], place) => ({ value: id, label: accountLabel(place) })), (row) => [principals.account(row)].filter((place) => place >= 0)),
  ];

  const everyone = Array.from({ length: principals.count }, (_, place) => place);
  const keys = {
    name: (row) => principals.name(row).toLowerCase(),
    type: (row) => principals.type(row),
    account: (row) => principals.accountId(row),
    allowed: (row) => principals.pattern(row).totals[ALLOW],
    conditional: (row) => principals.pattern(row).totals[CONDITIONAL],
    worst: (row) => concerns.worst(row) * 100 + principals.pattern(row).severity * 10 + (principals.pattern(row).totals[ALLOW] > 0 ? 1 : 0),
    findings: (row) => concerns.of(row).length,
    used: (row) => principals.used(row),
  };
  const strength = [0, 3, 2, 1];
  const keyOf = (key) => keys[key] ?? (key.startsWith("p") && privileges[key.slice(1)] ? (row) => {
    const cell = principals.pattern(row).cells[key.slice(1)];
    return strength[cell & 3] * 3 + (cell & USED ? 2 : cell & UNUSED ? 0 : 1);
  } : null);
  const orders = new Map();

  return {
    facets,
    everyone,
    // Places of all principals in the order that is asked for; the riskiest first where none is.
    ordered(sort) {
      const wanted = keyOf(sort.replace("-", "")) ? sort : "-worst";
      if (!orders.has(wanted)) {
        const key = keyOf(wanted.replace("-", ""));
        const values = everyone.map(key);
        const sign = wanted.startsWith("-") ? -1 : 1;
        orders.set(wanted, [...everyone].sort((a, b) => (values[a] < values[b] ? -sign : values[a] > values[b] ? sign : a - b)));
      }
      return orders.get(wanted);
    },
    sortShown: (sort) => (keyOf(sort.replace("-", "")) ? sort : "-worst"),
    found(facetList) {
      for (const facet of facetList) facet.prepare(principals.count);
      return filterRows(this.ordered(state.sort), facetList, search.principal);
    },
  };
})();

const listKey = () => JSON.stringify([state.q, state.sort, Object.entries(state.facets).map(([facet, values]) => [facet, [...values]])]);

// The group of entitlements that a column belongs to.
const groupOfColumn = (pattern, column) => pattern.rows.find((row) => row.columns.includes(column));

const ENTITLEMENT_HEADER = ["principal_arn", "principal_type", "account_id", "action", "verdict", "used", "last_used_at", "policy", "statement", "grants", "access_level", "risk_class", "severity", "conditions", "limited_by", "source", "principal_id", "principal_name", "count", "first_used_at", "note"];

// The lines of entitlements.csv, or of not-evaluated.csv, that belong to one principal, as audit/frames/access.py writes
// them, by action.
function entitlementCsv(place, verdicts) {
  const pattern = principals.pattern(place);
  return privileges.filter((privilege) => verdicts.includes(pattern.cells[privilege.place] & 3))
    .sort((a, b) => (a.action < b.action ? -1 : 1))
    .map((privilege) => {
      const group = groupOfColumn(pattern, privilege.place);
      const [deciding] = group.grants.map((grant) => statements[grant]);
      return [
        principals.arn(place), principals.type(place), principals.accountId(place), privilege.action, VERDICT_NAMES[group.verdict],
        data.observations[group.observation], iso(group.lastUsed), deciding?.policy.label ?? "", deciding?.label ?? "", group.grants.length,
        privilege.level, data.classes[privilege.classes[0]], SEVERITY_WORDS[privilege.severity], group.conditions.map(text).join("; "),
        group.limitedBy.map((each) => `${statements[each].policy.label} ${statements[each].label}`).join("; "), group.source,
        principals.id(place), principals.name(place), group.count, iso(group.firstUsed), group.note,
      ];
    });
}

const PRINCIPAL_HEADER = ["principal_arn", "principal_type", "account_id", "principal_name", "principal_id", "path", "created_at", "last_used_at", "last_used_known", "boundary", "groups", "members", "allowed", "conditional", "not_evaluated", "complete"];

// One line of principals.csv, as audit/frames/access.py writes it.
function principalCsv(place) {
  const { totals } = principals.pattern(place);
  return [
    principals.arn(place), principals.type(place), principals.accountId(place), principals.name(place), principals.id(place), principals.path(place),
    iso(principals.created(place)), iso(principals.used(place)), principals.usedKnown(place), principals.boundary(place),
    principals.groups(place).join("; "), principals.memberCount(place), totals[ALLOW], totals[CONDITIONAL], totals[NOT_EVALUATED], !principals.incomplete(place),
  ];
}
