// What the accounts did by their own lists: by action, and the bonuses by worker.

const activityLists = (() => {
  const account = (row) => accountLabel(row.account);
  const rank = (row) => OBSERVATION_ORDER.indexOf(row.observation);
  const accountCsv = (row) => data.accounts[row.account]?.[0] ?? "";
  const actions = new List({
    host: "activity-lists", title: "By action", kind: "activity", emptyWords: "Nothing tells of any action.",
    rows: activity, sort: "used",
    words: (row) => `${privileges[row.action].action} ${account(row)} ${data.observations[row.observation]} ${row.source} ${row.note}`,
    columns: [
      textColumn("action", "Action", (row) => privileges[row.action].name, { rowHeader: true }),
      textColumn("risk", "Risk class", (row) => data.classes[privileges[row.action].classes[0]]),
      textColumn("account", "Account", account),
      { key: "used", label: "Done", value: (row) => rank(row), paint: (cell, row) => cell.append(el(`span.seen.seen-${observationKind(row.observation)}`, data.observations[row.observation])) },
      numberColumn("count", "Count", (row) => row.count),
      { key: "amount", label: "Amount", kind: "number", value: (row) => (row.amount === null ? null : Number(row.amount)), paint: (cell, row) => cell.append(money(row.amount)) },
      timeColumn("first", "First", (row) => row.first),
      timeColumn("last", "Last", (row) => row.last),
      textColumn("note", "Source and what it leaves out", (row) => [row.source, row.note].filter(Boolean).join(": ")),
    ],
    csv: {
      file: "activity.csv",
      header: ["account_id", "action", "used", "count", "amount", "first_at", "last_at", "source", "note"],
      line: (row) => [accountCsv(row), privileges[row.action].action, data.observations[row.observation], row.count, row.amount === null ? null : new Amount(row.amount), iso(row.first), iso(row.last), row.source, row.note],
    },
  });
  const payments = new List({
    host: "activity-lists", title: "Bonuses by worker", kind: "workers", emptyWords: "No bonus is listed. Whether that means none was paid is told by SendBonus above.",
    rows: workers, sort: "-amount",
    words: (row) => `${row.worker} ${account(row)}`,
    columns: [
      textColumn("worker", "Worker", (row) => row.worker, { rowHeader: true }),
      textColumn("account", "Account", account),
      numberColumn("count", "Bonuses", (row) => row.count),
      { key: "amount", label: "Amount", kind: "number", value: (row) => Number(row.amount), paint: (cell, row) => cell.append(money(row.amount)) },
      timeColumn("first", "First", (row) => row.first),
      timeColumn("last", "Last", (row) => row.last),
    ],
    csv: {
      file: "worker-payments.csv",
      header: ["account_id", "worker", "count", "amount", "first_at", "last_at"],
      line: (row) => [accountCsv(row), row.worker, row.count, new Amount(row.amount), iso(row.first), iso(row.last)],
    },
  });
  return [actions, payments];
})();
