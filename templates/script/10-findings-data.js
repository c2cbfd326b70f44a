// Findings by place, their causes, and what of both a principal has.

const rules = data.rules.map(([id, title, severity, description, remediation, falsePositive, controls]) => ({
  id, title, severity, description, remediation, falsePositive, controls,
}));

// A title with the words of its causes where their signs stand.
const titleOf = (pattern, causes) => (pattern.startsWith("\ue008")
  ? pattern.slice(1)
  : pattern.replace(/[\ue000-\ue007]/g, (sign) => causeWords(causes[sign.charCodeAt(0) - 0xe000])));

// What takes time to put together is put together when it is asked for: many findings are there, few are looked at.
class Finding {
  #held; #title; #columns;

  constructor([rule, title, severity, confidence, reason, account, subjects, others, mask, otherPrivileges, causes, considered, facts, fix, fingerprint], place) {
    this.#held = { title, reason, mask, otherPrivileges, causes, considered };
    Object.assign(this, { place, rule: rules[rule], severity, confidence, account, subjects, others, facts: data.lists[facts], fix, fingerprint, cause: null });
  }

  get title() { return this.#title ??= titleOf(text(this.#held.title), this.causes); }
  get reason() { return text(this.#held.reason); }
  get columns() { return this.#columns ??= columnsOf(this.#held.mask); }
  get otherPrivileges() { return this.#held.otherPrivileges.map(text); }
  get causes() { return this.#held.causes.map((each) => statements[each]); }
  get considered() { return data.lists[this.#held.considered].map(text); }
  get privilegeCount() { return this.columns.length + this.#held.otherPrivileges.length; }
  get subjectCount() { return runsLength(this.subjects) + this.others.length; }
}

const findings = data.findings.map((row, place) => new Finding(row, place));
const findingPlaces = new Map(findings.map((finding) => [finding.fingerprint, finding.place]));

// What became of findings since the last review, and the exceptions that answer for some.
const changesByFinding = new Map(data.review.changes.map(([change, fingerprint, rule, title, severity, earlier, account, because]) => [fingerprint, {
  change: text(change), fingerprint, rule: text(rule), title: text(title), severity, earlier, account, because: text(because),
}]));
const exceptions = data.review.exceptions.map(([id, exceptionState, subject, rule, reason, owner, approver, ticket, expires, fingerprints]) => ({
  id: text(id), state: text(exceptionState), subject: text(subject), rule: text(rule), reason: text(reason), owner: text(owner), approver: text(approver), ticket: text(ticket), expires: text(expires), fingerprints,
}));
const exceptionsByFinding = new Map(exceptions.flatMap((each) => each.fingerprints.map((fingerprint) => [fingerprint, each])));
const inForce = (exception) => exception !== undefined && !["expired", "not yet in force"].includes(exception.state);

// `3 users, 12 roles`
function kindsOf(places, others) {
  const counts = { policy: others };
  for (const place of places) counts[principals.type(place)] = (counts[principals.type(place)] ?? 0) + 1;
  return countWords(counts);
}

const who = (finding) => kindsOf(fromRuns(finding.subjects), finding.others.length);

// The findings of one cause, the worst first, and what they have in common.
const causes = data.causes.map((runs, place) => {
  const places = [...fromRuns(runs)].sort((a, b) => findings[b].severity - findings[a].severity || a - b);
  const first = findings[places[0]];
  let words, title;
  const cause = {
    place, findings: places, severity: first.severity, account: first.account,
    get title() {
      const [statement] = first.causes;
      return title ??= statement ? causeWords(statement) : first.rule?.title ?? "";
    },
    get who() {
      words ??= kindsOf(new Set(places.flatMap((each) => [...fromRuns(findings[each].subjects)])), new Set(places.flatMap((each) => findings[each].others)).size);
      return words;
    },
  };
  for (const each of places) findings[each].cause = cause;
  return cause;
});

const riskClasses = (columns) => {
  const places = new Set(columns.flatMap((column) => privileges[column].classes));
  return data.classes.flatMap((_, place) => (places.has(place) ? [place] : []));
};

// By principal: the places of its findings, and the worst severity among them.
const concerns = (() => {
  let lists, worst;
  const prepare = () => {
    lists = new Map();
    worst = new Uint8Array(principals.count);
    for (const finding of findings) {
      for (const place of fromRuns(finding.subjects)) {
        if (lists.has(place)) lists.get(place).push(finding.place);
        else lists.set(place, [finding.place]);
        worst[place] = Math.max(worst[place], finding.severity);
      }
    }
  };
  return {
    of(place) { if (!lists) prepare(); return lists.get(place) ?? []; },
    worst(place) { if (!lists) prepare(); return worst[place]; },
  };
})();
