// Against the last review, decisions, exceptions, controls, and what is left to do for a service that has closed.

const reviewView = (() => {
  const { review } = data;
  const list = (options) => new List({ host: "review-lists", ...options });
  const findingOf = (fingerprint) => findingPlaces.get(fingerprint);
  const spaced = (word) => word.replaceAll("_", " ");

  const changes = [...changesByFinding.values()];
  const order = ["reopened", "new", "changed severity", "cannot be told", "unchanged", "resolved"];
  const findingsThen = list({
    title: "Findings against the last review", kind: "changes", rows: changes, sort: "change",
    lead: [...review.notes.map(text), review.refused ? `Of all lists here, ${leftOut(review.refused)}` : ""].filter(Boolean).join(" ") || null,
    emptyWords: "No earlier review was given, so nothing is compared: name its evidence with --baseline.",
    words: (row) => `${row.change} ${row.rule} ${row.title} ${row.because} ${row.fingerprint}`,
    columns: [
      { key: "change", label: "Change", value: (row) => order.indexOf(row.change), full: (row) => row.change, paint: (cell, row) => cell.append(el(`span.change.change-${row.change.replaceAll(" ", "-")}`, row.change)) },
      { key: "severity", label: "Severity", value: (row) => row.severity, full: (row) => SEVERITY_WORDS[row.severity], paint: (cell, row) => cell.append(severityMark(row.severity)) },
      { key: "title", label: "Finding", rowHeader: true, value: (row) => row.title, paint: (cell, row) => { const place = findingOf(row.fingerprint); cell.append(place === undefined ? el("span.two-lines", name(row.title)) : link(name(row.title), writeState({ ...emptyState(), view: "findings", finding: row.fingerprint }), "a.two-lines")); cell.title = visible(row.title); } },
      textColumn("because", "Because", (row) => row.because),
      textColumn("account", "Account", (row) => accountLabel(row.account)),
    ],
    csv: csvOf("review-changes.csv", {
      change: (row) => row.change, fingerprint: (row) => row.fingerprint, rule: (row) => row.rule, title: (row) => row.title, severity: (row) => SEVERITY_WORDS[row.severity],
      earlier_severity: (row) => (row.earlier ? SEVERITY_WORDS[row.earlier] : ""), account_id: (row) => data.accounts[row.account]?.[0] ?? "", because: (row) => row.because,
    }),
  });
  const people = review.principals.map(([change, arn, recreated]) => ({ change: text(change), arn: text(arn), recreated }));
  const access = review.entitlements.map(([arn, action, then, now, because]) => ({ arn: text(arn), action: text(action), then: spaced(text(then)), now: spaced(text(now)), because: text(because) }));
  const gained = access.length || people.length ? [
    list({
      title: "Principals that came or went", kind: "came", rows: people, emptyWords: "None.", words: (row) => `${row.change} ${row.arn}`,
      columns: [whoColumn("arn", "Principal", (row) => row.arn), textColumn("change", "Change", (row) => (row.change === "new" ? "new" : "gone")), textColumn("again", "Made again", (row) => (row.recreated ? "the same name, another identity" : ""))],
      csv: csvOf("review-principals.csv", { change: (row) => row.change, principal_arn: (row) => row.arn, recreated: (row) => row.recreated }),
    }),
    list({
      title: "Entitlements that changed", kind: "gained", rows: access, emptyWords: "None.", words: (row) => Object.values(row).join(" "),
      columns: [whoColumn("arn", "Principal", (row) => row.arn), textColumn("action", "Action", (row) => row.action.slice(row.action.indexOf(":") + 1)), textColumn("then", "Then", (row) => row.then || "none"), textColumn("now", "Now", (row) => row.now || "none"), textColumn("because", "Because", (row) => row.because)],
      csv: csvOf("review-entitlements.csv", { principal_arn: (row) => row.arn, action: (row) => row.action, earlier: (row) => row.then, now: (row) => row.now, because: (row) => row.because }),
    }),
  ] : [];

  const decisions = review.decisions.map(([principal, actions, fingerprint, choice, decisionState, reviewer, decidedOn, justification, ticket, warnings]) => ({
    principal: text(principal), actions: actions.map(text), fingerprint, choice: text(choice), state: text(decisionState), reviewer: text(reviewer), on: text(decidedOn), justification: text(justification), ticket: text(ticket), warnings: warnings.map(text),
  }));
  const decided = list({
    title: "Recorded decisions", kind: "decisions", rows: decisions, emptyWords: "No decisions are recorded yet: every entitlement is pending.",
    words: (row) => `${row.principal} ${row.actions.join(" ")} ${row.choice} ${row.state} ${row.reviewer} ${row.justification} ${row.ticket}`,
    columns: [
      whoColumn("principal", "Principal", (row) => row.principal),
      textColumn("choice", "Decision", (row) => row.choice),
      textColumn("state", "Where it stands", (row) => row.state),
      textColumn("reviewer", "Reviewer", (row) => row.reviewer),
      textColumn("on", "On", (row) => row.on),
      textColumn("why", "Why", (row) => [row.justification, row.ticket, ...row.warnings].filter(Boolean).join(" · ")),
      textColumn("actions", "Privileges", (row) => row.actions.map((action) => action.slice(action.indexOf(":") + 1)).join(", ")),
    ],
    csv: csvOf("review-decisions.csv", {
      principal_arn: (row) => row.principal, actions: (row) => row.actions.join("; "), fingerprint: (row) => row.fingerprint, choice: (row) => row.choice, state: (row) => row.state, reviewer: (row) => row.reviewer,
      decided_on: (row) => row.on, justification: (row) => row.justification, ticket: (row) => row.ticket, warnings: (row) => row.warnings.join("; "),
    }),
  });

  const signed = list({
    title: "Signed off", kind: "signatures", rows: review.signatures.map(([who, title, statement, on, signState, key, counts]) => ({ who: text(who), title: text(title), statement: text(statement), on: text(on), state: text(signState), key: text(key), counts })),
    emptyWords: "NOT SIGNED.", words: (row) => Object.values(row).join(" "),
    columns: [
      textColumn("who", "Name", (row) => row.who, { rowHeader: true }),
      textColumn("title", "Title", (row) => row.title),
      textColumn("on", "On", (row) => row.on),
      { key: "state", label: "State", value: (row) => row.state, paint: (cell, row) => cell.append(el(row.counts ? "span" : "b.doubt", row.state)) },
      textColumn("statement", "Statement", (row) => row.statement),
      textColumn("key", "Public key", (row) => row.key || "none"),
    ],
    csv: csvOf("review-signatures.csv", { name: (row) => row.who, title: (row) => row.title, statement: (row) => row.statement, signed_on: (row) => row.on, state: (row) => row.state, key: (row) => row.key, counts: (row) => row.counts }),
  });

  const excepted = list({
    title: "Exceptions", kind: "exceptions", rows: exceptions, sort: "expires", emptyWords: "No exceptions were given.",
    words: (row) => Object.values(row).flat().join(" "),
    columns: [
      textColumn("id", "Id", (row) => row.id, { rowHeader: true }),
      textColumn("state", "State", (row) => row.state),
      textColumn("expires", "Expires", (row) => row.expires),
      textColumn("rule", "Rule", (row) => row.rule),
      textColumn("subject", "Of", (row) => row.subject),
      textColumn("reason", "Reason", (row) => row.reason),
      textColumn("owner", "Owner, approver", (row) => [row.owner, row.approver].filter(Boolean).join(", approved by ")),
      numberColumn("findings", "Findings", (row) => row.fingerprints.length),
    ],
    csv: csvOf("review-exceptions.csv", {
      id: (row) => row.id, state: (row) => row.state, subject: (row) => row.subject, rule: (row) => row.rule, reason: (row) => row.reason, owner: (row) => row.owner, approver: (row) => row.approver,
      ticket: (row) => row.ticket, expires: (row) => row.expires, fingerprints: (row) => row.fingerprints.join("; "),
    }),
  });

  const removals = review.removals.map(([title, policy, awsManaged, concerned, count, fix]) => ({ title: text(title), policy: text(policy), awsManaged, principals: concerned.map(text), count, fix: fix === null ? null : text(fix) }));
  class RemovalList extends List {
    expand(row) {
      this.note.hidden = false;
      this.note.replaceChildren(el("p", name(row.title)), row.fix === null ? el("p.small", noRoomFor("the change")) : row.fix ? difference(row.fix) : "", row.count > row.principals.length ? el("p.small", `The first ${number(row.principals.length)} of ${counted(row.count, "principal")}:`) : "", growingList(row.principals, (arn) => (principals.find(arn) >= 0 ? principalLink(principals.find(arn)) : name(arn, "bdi.arn")), FIRST_NAMES, "ul.plain.names"));
    }
  }
  const closing = review.grants_left === null ? [] : [new RemovalList({
    host: "review-lists", title: "Closing the service down", kind: "removals", rows: removals, sort: "-principals",
    lead: review.grants_left ? `${counted(review.grants_left, "grant")} of a closed service still stand. Each row is one change; open it for the change itself.` : "No grant of the closed service is left in this evidence.",
    emptyWords: "Nothing is left to remove.", words: (row) => `${row.title} ${row.policy} ${row.principals.join(" ")}`,
    columns: [
      textColumn("title", "Change", (row) => row.title, { rowHeader: true }),
      numberColumn("principals", "Frees", (row) => row.count),
      textColumn("policy", "Policy", (row) => row.policy),
      textColumn("how", "How", (row) => (row.awsManaged ? "AWS manages it: detach" : "edit or delete")),
    ],
    csv: csvOf("review-removals.csv", { title: (row) => row.title, policy: (row) => row.policy, aws_managed: (row) => row.awsManaged, principal_count: (row) => row.count, principals: (row) => row.principals.join("; "), fix: (row) => row.fix ?? "see report.json" }),
  }), list({
    title: "Evidence to save", kind: "saving", rows: review.evidence_to_save.map(([part, until, established, saved, detail]) => ({ part: text(part), until: text(until), established, saved, detail: text(detail) })),
    emptyWords: "None.", words: (row) => `${row.part} ${row.detail}`,
    columns: [
      textColumn("part", "Evidence", (row) => row.part, { rowHeader: true }),
      textColumn("saved", "In this snapshot", (row) => (row.saved ? "yes" : "no")),
      textColumn("until", "To be had until", (row) => (row.until ? `${row.until}${row.established ? "" : " (not established)"}` : "not known")),
      textColumn("detail", "What that means", (row) => row.detail),
    ],
    csv: csvOf("review-evidence.csv", { part: (row) => row.part, saved: (row) => row.saved, until: (row) => row.until, established: (row) => row.established, detail: (row) => row.detail }),
  })];

  const controls = list({
    title: "Controls", kind: "controls", rows: review.controls.map(([control, title, checked, population, notEvaluated, found, except, notCovered]) => ({ control: text(control), title: text(title), checked: text(checked), population, notEvaluated, found, except, notCovered: text(notCovered) })),
    emptyWords: "No control is mapped.", words: (row) => Object.values(row).join(" "),
    columns: [
      textColumn("control", "Control", (row) => [row.control, row.title].filter(Boolean).join(": "), { rowHeader: true }),
      textColumn("checked", "What was checked", (row) => row.checked),
      textColumn("population", "On principals", (row) => number(row.population) + (row.notEvaluated ? `, ${number(row.notEvaluated)} not evaluated` : "")),
      textColumn("findings", "Findings", (row) => number(row.found) + (row.except ? `, ${number(row.except)} excepted` : "")),
      textColumn("left", "What is not covered", (row) => row.notCovered),
    ],
    csv: csvOf("review-controls.csv", {
      control: (row) => row.control, title: (row) => row.title, checked: (row) => row.checked, population: (row) => row.population, not_evaluated: (row) => row.notEvaluated, findings: (row) => row.found, excepted: (row) => row.except, not_covered: (row) => row.notCovered,
    }),
  });
  const view = listsView([findingsThen, ...gained, decided, excepted, signed, ...closing, controls]);
  return { ...view, show() { decisionDesk.show(); view.show(); } };
})();
