// Principals by place, read from the columns that the data holds.

const ID_PREFIXES = { u: "AIDA", g: "AGPA", r: "AROA" };

const principals = (() => {
  const columns = data.principals;
  const created = unpackSeconds(columns.created);
  const used = unpackSeconds(columns.used);
  const count = columns.names.length;
  const incomplete = new Uint8Array(count);
  for (const place of fromRuns(columns.incomplete)) incomplete[place] = 1;

  const name = (place) => columns.names[place];
  const type = (place) => TYPES[columns.types[place]];
  const account = (place) => columns.accounts[place];
  const path = (place) => text(columns.paths[place]);
  const pattern = (place) => patterns[columns.access[place]] ?? NO_ACCESS;
  const accountId = (place) => data.accounts[account(place)]?.[0] ?? "";
  const plainArn = (place) => `arn:${data.partition}:iam::${accountId(place)}:${type(place)}${path(place)}${name(place)}`;
  const arn = (place) => columns.arns[place] ?? plainArn(place);

  let places;
  return {
    count, name, type, account, path, pattern, arn, accountId,
    incomplete: (place) => incomplete[place] === 1,
    id(place) {
      const short = columns.ids[place];
      return short.startsWith("=") ? short.slice(1) : ID_PREFIXES[columns.types[place]] + short;
    },
    created: (place) => created[place],
    used: (place) => used[place],
    usedKnown: (place) => columns.used_known[place] === "1",
    boundary: (place) => (place in columns.boundaries ? text(columns.boundaries[place]) : ""),
    groups: (place) => (columns.groups[place] ?? []).map(text),
    members: (place) => fromRuns(columns.members[place] ?? []),
    memberCount: (place) => columns.member_counts[place] ?? 0,
    // Key, value, key, value …; null where the page had no room for them.
    tags: (place) => (columns.tags[place] < 0 ? null : columns.tag_sets[columns.tags[place]].map(text)),
    find(wanted) {
      places ??= new Map(Array.from({ length: count }, (_, place) => [arn(place), place]));
      return places.get(wanted) ?? -1;
    },
  };
})();

const accountLabel = (place) => {
  const [id, alias] = data.accounts[place] ?? ["", ""];
  return alias ? `${id} (${alias})` : id;
};
