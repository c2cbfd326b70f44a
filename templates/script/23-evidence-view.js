// Who did what, payments held against the calls behind them, and credentials: the lists below those of the activity.

const evidenceLists = (() => {
  const { evidence } = data;
  const account = (row) => accountLabel(row.account);
  const accountCsv = (row) => data.accounts[row.account]?.[0] ?? "";
  const plainName = (arn) => arn.slice(arn.lastIndexOf("/") + 1) || arn;
  const amountColumn = (key, label, value) => ({
    key, label, kind: "number",
    value: (row) => (value(row) === null ? null : Number(value(row))),
    paint: (cell, row) => cell.append(money(value(row))),
    full: (row) => money(value(row)),
  });
  const amountCsv = (amount) => (amount === null ? null : new Amount(amount));
  const sessionWords = ([session, person, toldBy, count]) => `${text(session) || "unnamed"}${person ? ` = ${text(person)} (by the ${text(toldBy)})` : ""}: ${counted(count, "call")}`;
  const uses = evidence.uses.map(([at, principal, actor, action, environment, count, denied, failed, first, last, lastDenied, source, known, sessions]) => ({
    account: at, principal: text(principal), actor: text(actor), action: text(action), environment: text(environment), count, denied, failed, first, last, lastDenied, source: text(source), known, sessions: sessions.map(sessionWords), people: [...new Set(sessions.map(([, person]) => text(person)).filter(Boolean))].sort(),
  }));
  // As audit/frames/use.py writes the lines of these files.
  const PEOPLE = 20;
  const peopleCell = (people) => people.slice(0, PEOPLE).concat(people.length > PEOPLE ? [`${people.length - PEOPLE} more`] : []).join("; ");
  const use = {
    host: "activity-lists", title: "Used by principal", kind: "uses", rows: uses, sort: "-count",
    lead: ["As CloudTrail recorded it. A denied call is an attempt and no use. What is done on the requester website is not in CloudTrail.", leftOut(evidence.uses_refused, "usage.csv")].filter(Boolean).join(" "),
    emptyWords: "No event names anybody. Whether that means nothing was done is told by «use by principal» in Coverage.",
    words: (row) => `${row.principal} ${row.actor} ${row.action} ${row.environment} ${account(row)} ${row.sessions.join(" ")}`,
    columns: [
      whoColumn("principal", "Principal", (row) => row.principal, "nobody named"),
      textColumn("actor", "Acted as", (row) => `${row.actor}${row.known ? "" : ", not in the account's IAM"}`),
      textColumn("action", "Action", (row) => row.action.slice(row.action.indexOf(":") + 1)),
      numberColumn("count", "Calls", (row) => row.count),
      numberColumn("denied", "Denied", (row) => row.denied),
      numberColumn("failed", "Failed", (row) => row.failed),
      timeColumn("first", "First", (row) => row.first),
      timeColumn("last", "Last", (row) => row.last),
      textColumn("sessions", "Sessions", (row) => row.sessions.join("; ")),
      textColumn("environment", "Where", (row) => `${row.environment}, ${account(row)}`),
    ],
    csv: {
      file: "usage.csv",
      header: ["principal_arn", "action", "count", "first_used_at", "last_used_at", "source", "denied", "failed", "last_denied_at", "actor_type", "known", "environment", "account_id", "sessions", "people"],
      line: (row) => [row.principal, row.action, row.count, iso(row.first), iso(row.last), row.source, row.denied, row.failed, iso(row.lastDenied), row.actor, row.known, row.environment, accountCsv(row), row.sessions.length, peopleCell(row.people)],
    },
  };

  const payers = evidence.payers.map(([at, principal, actor, count, amount, workersPaid, first, last, verdict]) => ({
    account: at, principal: text(principal), actor: text(actor), count, amount, workersPaid, first, last, verdict: text(verdict).replace("_", " "),
  }));
  const paid = {
    host: "activity-lists", title: "Bonuses by who paid them", kind: "payers", rows: payers, sort: "-amount",
    lead: "By the call that explains each payment. The verdict is today's, on SendBonus.",
    emptyWords: "No payment could be laid to anybody: it takes both the list of payments and the events.",
    words: (row) => `${row.principal} ${row.actor} ${account(row)}`,
    columns: [
      whoColumn("principal", "Paid by", (row) => row.principal, "no event tells"),
      textColumn("actor", "Acted as", (row) => row.actor),
      numberColumn("count", "Bonuses", (row) => row.count),
      amountColumn("amount", "Amount", (row) => row.amount),
      numberColumn("workers", "Workers", (row) => row.workersPaid),
      timeColumn("first", "First", (row) => row.first),
      timeColumn("last", "Last", (row) => row.last),
      textColumn("verdict", "Can pay today", (row) => VERDICTS_IN_WORDS[row.verdict] || (row.principal ? "not in the evidence" : "")),
      textColumn("account", "Account", account),
    ],
    csv: {
      file: "principal-payments.csv",
      header: ["account_id", "principal_arn", "actor_type", "count", "amount", "workers", "first_at", "last_at", "verdict_today"],
      line: (row) => [accountCsv(row), row.principal, row.actor, row.count, amountCsv(row.amount), row.workersPaid, iso(row.first), iso(row.last), row.verdict.replace(" ", "_")],
    },
  };

  const totals = evidence.totals.map(([at, subject, outcome, count, amount, eventAmount]) => ({ account: at, subject: text(subject), outcome: text(outcome), count, amount, eventAmount }));
  const sums = {
    host: "activity-lists", title: "Payments and blocks against the calls behind them", kind: "totals", rows: totals,
    lead: "Every payment, block and call stands in exactly one outcome.",
    emptyWords: "Nothing was held against anything: it takes both the lists and the events.",
    words: (row) => `${row.subject} ${row.outcome} ${account(row)}`,
    columns: [
      textColumn("outcome", "Outcome", (row) => row.outcome, { rowHeader: true }),
      textColumn("subject", "Of", (row) => row.subject),
      numberColumn("count", "Rows", (row) => row.count),
      amountColumn("amount", "Paid", (row) => row.amount),
      amountColumn("eventAmount", "By the calls", (row) => row.eventAmount),
      textColumn("account", "Account", account),
    ],
    csv: {
      file: "reconciliation-totals.csv",
      header: ["account_id", "subject", "outcome", "count", "amount", "event_amount"],
      line: (row) => [accountCsv(row), row.subject, row.outcome, row.count, amountCsv(row.amount), amountCsv(row.eventAmount)],
    },
  };

  const reconciled = evidence.reconciled.map(([at, subject, outcome, explanation, worker, hit, assignment, amount, eventAmount, paidAt, eventAt, eventId, action, principal, actor, person]) => ({
    account: at, subject: text(subject), outcome: text(outcome), explanation: text(explanation), worker: text(worker), hit: text(hit), assignment: text(assignment), amount, eventAmount, paidAt, eventAt, eventId: text(eventId), action: text(action), principal: text(principal), actor: text(actor), person: text(person),
  }));
  const matches = {
    host: "activity-lists", title: "Each payment and block", kind: "reconciled", rows: reconciled,
    lead: ["What does not fit comes first. None of it is called a fraud: the explanation says what is known.", leftOut(evidence.reconciled_refused, "reconciliation.csv")].filter(Boolean).join(" "),
    emptyWords: "No row.",
    words: (row) => Object.values(row).join(" "),
    columns: [
      textColumn("outcome", "Outcome", (row) => row.outcome, { rowHeader: true }),
      textColumn("explanation", "What is known", (row) => row.explanation),
      textColumn("worker", "Worker", (row) => row.worker),
      amountColumn("amount", "Paid", (row) => row.amount),
      amountColumn("eventAmount", "By the call", (row) => row.eventAmount),
      timeColumn("paid", "Paid", (row) => row.paidAt),
      timeColumn("called", "Called", (row) => row.eventAt),
      { key: "principal", label: "Called by", value: (row) => row.principal, paint: (cell, row) => { cell.append(el("span.two-lines", name(plainName(row.principal) + (row.person ? ` (${row.person})` : "")))); if (row.principal) cell.title = visible(row.principal); } },
      textColumn("assignment", "Assignment", (row) => row.assignment),
      textColumn("event", "Event", (row) => row.eventId),
      textColumn("account", "Account", account),
    ],
    csv: {
      file: "reconciliation.csv",
      header: ["account_id", "subject", "outcome", "explanation", "worker", "amount", "event_amount", "paid_at", "event_at", "principal_arn", "actor_type", "person", "action", "assignment_id", "hit_id", "event_id"],
      line: (row) => [accountCsv(row), row.subject, row.outcome, row.explanation, row.worker, amountCsv(row.amount), amountCsv(row.eventAmount), iso(row.paidAt), iso(row.eventAt), row.principal, row.actor, row.person, row.action, row.assignment, row.hit, row.eventId],
    },
  };

  const keyWords = ([keyNumber, active, rotated, used, service]) => `key ${keyNumber} ${active ? "active" : "inactive"}${rotated ? `, made ${day(rotated)}` : ""}${used ? `, used ${day(used)}${service ? ` for ${text(service)}` : ""}` : ", no use known"}`;
  const credentials = evidence.credentials.map(([principal, password, passwordUsed, mfa, keys]) => ({ principal: text(principal), password, passwordUsed, mfa, keys: keys.map(keyWords) }));
  const attempts = new Map(evidence.last_accesses.map(([principal, at]) => [text(principal), at]));
  const holds = {
    host: "activity-lists", title: "Credentials", kind: "credentials", rows: credentials,
    lead: "Of the root users, and of users that hold a privilege. Last use is of the credential, for any service.",
    emptyWords: "The evidence holds no credential report.",
    words: (row) => `${row.principal} ${row.keys.join(" ")}`,
    columns: [
      whoColumn("principal", "Whose", (row) => row.principal, "unknown"),
      textColumn("password", "Password", (row) => (row.password === null ? "not told" : row.password ? `yes${row.passwordUsed ? `, used ${day(row.passwordUsed)}` : ""}` : "no")),
      textColumn("mfa", "MFA", (row) => (row.mfa ? "yes" : "no")),
      textColumn("keys", "Access keys", (row) => row.keys.join("; ") || "none"),
      textColumn("attempt", "Last attempt at the service", (row) => (attempts.has(row.principal) ? (attempts.get(row.principal) ? moment(attempts.get(row.principal)) : "none in 400 days") : "not asked")),
    ],
  };
  return [use, paid, sums, matches, holds].map((list) => new List(list));
})();

const activityView = listsView([...activityLists, ...evidenceLists]);
