// The catalog and the rules that ran.

const methodView = (() => {
  const catalog = new List({
    host: "method-lists", title: "The privileges", kind: "catalog", rows: privileges, emptyWords: "The catalog is empty.",
    words: (row) => `${row.action} ${row.description} ${row.why} ${row.level}`,
    columns: [
      textColumn("name", "Action", (row) => row.name, { rowHeader: true }),
      { key: "severity", label: "Severity", value: (row) => row.severity, paint: (cell, row) => cell.append(severityMark(row.severity)) },
      textColumn("risk", "Risk classes", (row) => row.classes.map((place) => data.classes[place]).join(", ")),
      textColumn("level", "Access level", (row) => row.level),
      textColumn("why", "Why it matters", (row) => row.why),
    ],
  });
  const concerned = new Map(rules.map((rule) => [rule, 0]));
  for (const { rule } of findings) concerned.set(rule, (concerned.get(rule) ?? 0) + 1);
  const ran = new List({
    host: "method-lists", title: "The rules", kind: "rules", rows: rules, emptyWords: "No rule ran.",
    lead: "All rules that ran, also those that found nothing.",
    words: (row) => `${row.id} ${row.title} ${row.description}`,
    columns: [
      textColumn("id", "Rule", (row) => row.id, { rowHeader: true }),
      { key: "severity", label: "At worst", value: (row) => row.severity, paint: (cell, row) => cell.append(severityMark(row.severity)) },
      numberColumn("findings", "Findings", (row) => concerned.get(row)),
      textColumn("description", "What it looks for", (row) => row.description),
      textColumn("controls", "Controls", (row) => row.controls.join("; ")),
    ],
  });
  return listsView([catalog, ran]);
})();
