// Against the last review, decisions, exceptions, controls, and what is left to do for a service that has closed.

const reviewView = (() => {
  const { review } = data;
  const list = (options) => new List({ host: "review-lists", ...options });
  const findingOf = (fingerprint) => findingPlaces.get(fingerprint);
  const left = review.refused ? ` ${counted(review.refused, "row")} of these lists had no room on this page; report.json holds all.` : "";
  const spaced = (word) => word.replaceAll("_", " ");

  const changes = [...changesByFinding.values()];
  const order = ["reopened", "new", "changed severity", "cannot be told", "unchanged", "resolved"];
  const findingsThen = list({
    title: "Findings against the last review", kind: "changes", rows: changes, sort: "change",
    lead: (review.notes.length ? review.notes.map(text).join(" ") : "") + left || null,
    emptyWords: "No earlier review was given, so nothing is compared: name its evidence with --baseline.",
    words: (row) => `${row.change} ${row.rule} ${row.title} ${row.because} ${row.fingerprint}`,
    columns: [
      { key: "change", label: "Change", value: (row) => order.indexOf(row.change), full: (row) => row.change, paint: (cell, row) => cell.append(el(`span.change.change-${row.change.replaceAll(" ", "-")}`, row.change)) },
      { key: "severity", label: "Severity", value: (row) => row.severity, full: (row) => SEVERITY_WORDS[row.severity], paint: (cell, row) => cell.append(severityMark(row.severity)) },
      { key: "title", label: "Finding", rowHeader: true, value: (row) => row.title, paint: (cell, row) => { const place = findingOf(row.fingerprint); cell.append(place === undefined ? el("span.two-lines", name(row.title)) : link(name(row.title), writeState({ ...emptyState(), view: "findings", finding: row.fingerprint }), "a.two-lines")); cell.title = visible(row.title); } },
      textColumn("because", "Because", (row) => row.because),
      textColumn("account", "Account", (row) => accountLabel(row.account)),
    ],
  });
  const people = review.principals.map(([change, arn, recreated]) => ({ change: text(change), arn: text(arn), recreated }));
  const access = review.entitlements.map(([arn, action, then, now, because]) => ({ arn: text(arn), action: text(action), then: spaced(text(then)), now: spaced(text(now)), because: text(because) }));
  const gained = access.length || people.length ? [
    list({
      title: "Principals that came or went", kind: "came", rows: people, emptyWords: "None.", words: (row) => `${row.change} ${row.arn}`,
      columns: [whoColumn("arn", "Principal", (row) => row.arn), textColumn("change", "Change", (row) => (row.change === "new" ? "new" : "gone")), textColumn("again", "Made again", (row) => (row.recreated ? "the same name, another identity" : ""))],
    }),
    list({
      title: "Entitlements that changed", kind: "gained", rows: access, emptyWords: "None.", words: (row) => Object.values(row).join(" "),
      columns: [whoColumn("arn", "Principal", (row) => row.arn), textColumn("action", "Action", (row) => row.action.slice(row.action.indexOf(":") + 1)), textColumn("then", "Then", (row) => row.then || "none"), textColumn("now", "Now", (row) => row.now || "none"), textColumn("because", "Because", (row) => row.because)],
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
  });

  const removals = review.removals.map(([title, policy, awsManaged, concerned, count, fix]) => ({ title: text(title), policy: text(policy), awsManaged, principals: concerned.map(text), count, fix: fix === null ? null : text(fix) }));
  class RemovalList extends List {
    expand(row) {
      this.note.hidden = false;
      this.note.replaceChildren(el("p", name(row.title)), row.fix === null ? el("p.small", "This page has no room for the change; report.json holds it.") : row.fix ? difference(row.fix) : "", row.count > row.principals.length ? el("p.small", `The first ${number(row.principals.length)} of ${counted(row.count, "principal")}:`) : "", growingList(row.principals, (arn) => (principals.find(arn) >= 0 ? principalLink(principals.find(arn)) : name(arn, "bdi.arn")), FIRST_NAMES, "ul.plain.names"));
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
  }), list({
    title: "Evidence to save", kind: "saving", rows: review.evidence_to_save.map(([part, until, established, saved, detail]) => ({ part: text(part), until: text(until), established, saved, detail: text(detail) })),
    emptyWords: "None.", words: (row) => `${row.part} ${row.detail}`,
    columns: [
      textColumn("part", "Evidence", (row) => row.part, { rowHeader: true }),
      textColumn("saved", "In this snapshot", (row) => (row.saved ? "yes" : "no")),
      textColumn("until", "To be had until", (row) => (row.until ? `${row.until}${row.established ? "" : " (not established)"}` : "not known")),
      textColumn("detail", "What that means", (row) => row.detail),
    ],
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
  });
  const view = listsView([findingsThen, ...gained, decided, excepted, signed, ...closing, controls]);
  return { ...view, show() { decisionDesk.show(); view.show(); } };
})();
