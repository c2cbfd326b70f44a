// What was answered and what is missing.

const coverageView = (() => {
  const account = (row) => accountLabel(row[0]);
  const accountCsv = (row) => data.accounts[row[0]]?.[0] ?? "";
  const states = ["not collected", "partial", "complete", "not tracked", "not applicable"];
  const parts = new List({
    host: "coverage-lists", title: "Parts of the question", kind: "coverage", rows: data.coverage, emptyWords: "No part of the question is recorded.",
    sort: "state", words: (row) => `${account(row)} ${row.slice(1).join(" ")}`,
    columns: [
      textColumn("part", "Part", (row) => row[1], { rowHeader: true }),
      textColumn("account", "Account", account),
      { key: "state", label: "Answer", value: (row) => states.indexOf(row[2]), paint: (cell, row) => cell.append(el(`span.state.state-${row[2].replace(" ", "-")}`, row[2])) },
      textColumn("share", "Answered", (row) => (row[3] === null ? "" : row[4] === null ? number(row[3]) : `${number(row[3])} of ${number(row[4])}`)),
      textColumn("detail", "What is missing, and what that means", (row) => row[5]),
    ],
    csv: { file: "coverage.csv", header: ["account_id", "part", "state", "answered", "total", "detail"], line: (row) => [accountCsv(row), ...row.slice(1)] },
  });
  const unevaluated = new List({
    host: "coverage-lists", title: "Principals not fully evaluated", kind: "unevaluated", emptyWords: "Every principal was evaluated.",
    rows: people.everyone.filter(principals.incomplete), words: (row) => principals.arn(row),
    columns: [
      { key: "name", label: "Principal", rowHeader: true, value: (row) => principals.name(row), paint: (cell, row) => cell.append(principalLink(row)) },
      textColumn("account", "Account", (row) => accountLabel(principals.account(row))),
      textColumn("privileges", "Privileges in doubt", (row) => number(principals.pattern(row).totals[NOT_EVALUATED])),
    ],
    csv: csvOf("coverage-principals.csv", { principal_arn: principals.arn, account_id: principals.accountId, not_evaluated: (row) => principals.pattern(row).totals[NOT_EVALUATED] }),
  });
  const defects = new List({
    host: "coverage-lists", title: "Defects in policies", kind: "defects", rows: data.defects, emptyWords: "No policy had a part that could not be evaluated.",
    words: (row) => `${account(row)} ${row.slice(1, 4).join(" ")}`,
    columns: [
      textColumn("subject", "Policy or principal", (row) => row[1], { rowHeader: true }),
      textColumn("where", "Where", (row) => row[2]),
      textColumn("detail", "What is wrong", (row) => row[3]),
      numberColumn("principals", "Principals in doubt", (row) => runsLength(row[4])),
    ],
    csv: csvOf("coverage-defects.csv", { account_id: accountCsv, subject: (row) => row[1], where: (row) => row[2], detail: (row) => row[3], principals: (row) => [...fromRuns(row[4])].map(principals.arn).join("; ") }),
  });
  const gaps = new List({
    host: "coverage-lists", title: "Gaps in the evidence", kind: "gaps", rows: data.gaps, emptyWords: "No gap was recorded.",
    words: (row) => `${account(row)} ${row.slice(1).join(" ")}`,
    columns: [
      textColumn("source", "Source", (row) => row[1], { rowHeader: true }),
      textColumn("account", "Account", account),
      textColumn("reason", "Why", (row) => row[2]),
      textColumn("item", "Item", (row) => row[3] || "all of it"),
      textColumn("detail", "What that means", (row) => row[4]),
    ],
    csv: { file: "gaps.csv", header: ["account_id", "source", "reason", "item", "detail"], line: (row) => [accountCsv(row), ...row.slice(1)] },
  });
  const files = new List({
    host: "coverage-lists", title: "Files of the evidence", kind: "files", rows: data.files, emptyWords: "The evidence is one file; its hash is in the summary.",
    words: (row) => row.slice(0, 2).join(" "),
    columns: [
      textColumn("path", "File", (row) => row[0], { rowHeader: true }),
      numberColumn("rows", "Rows", (row) => row[2]),
      numberColumn("calls", "API calls", (row) => row[3]),
      timeColumn("started", "From", (row) => row[4]),
      timeColumn("ended", "To", (row) => row[5]),
      textColumn("hash", "SHA-256", (row) => row[1]),
    ],
    csv: csvOf("coverage-files.csv", { path: (row) => row[0], sha256: (row) => row[1], rows: (row) => row[2], api_calls: (row) => row[3], started_at: (row) => iso(row[4]), ended_at: (row) => iso(row[5]) }),
  });
  return listsView([parts, unevaluated, defects, gaps, files]);
})();
