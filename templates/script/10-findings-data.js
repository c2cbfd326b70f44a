// Findings by place, their causes, and what of both a principal has.

const rules = data.rules.map(([id, title, severity, description, remediation, falsePositive, controls]) => ({
  id, title, severity, description, remediation, falsePositive, controls,
}));

const findings = data.findings.map(([rule, title, severity, confidence, reason, account, subjects, others, mask, otherPrivileges, causes, considered, facts, fix, fingerprint], place) => {
  const columns = columnsOf(mask);
  return {
    place, title, severity, confidence, account, subjects, others, columns, facts, fix, fingerprint,
    rule: rules[rule],
    reason: text(reason),
    otherPrivileges: otherPrivileges.map(text),
    causes: causes.map((each) => statements[each]),
    considered: considered.map(text),
    privilegeCount: columns.length + otherPrivileges.length,
    subjectCount: runsLength(subjects) + others.length,
  };
});
const findingPlaces = new Map(findings.map((finding) => [finding.fingerprint, finding.place]));

const causes = data.causes.map(([title, account, severity, who, runs], place) => ({
  place, title, account, severity, who, findings: [...fromRuns(runs)],
}));
for (const cause of causes) {
  cause.findings.sort((a, b) => findings[b].severity - findings[a].severity || a - b);
  for (const place of cause.findings) findings[place].cause = cause;
}

// `3 users, 12 roles`
function who(finding) {
  const counts = { policy: finding.others.length };
  for (const place of fromRuns(finding.subjects)) counts[principals.type(place)] = (counts[principals.type(place)] ?? 0) + 1;
  return countWords(counts);
}

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
