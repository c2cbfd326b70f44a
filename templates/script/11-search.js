// One search over everything: each view asks here whether a row of its own matches.

const search = (() => {
  const lower = (...parts) => parts.join("\n").toLowerCase();
  let principalTexts, findingTexts;
  let last = { q: "", principal: null, finding: null };

  const principalText = (place) => lower(
    principals.arn(place), principals.id(place), accountLabel(principals.account(place)), principals.boundary(place),
    ...principals.groups(place), ...(principals.tags(place) ?? []),
  );
  const findingText = (finding) => lower(
    finding.title, finding.rule?.id ?? "", finding.rule?.title ?? "", finding.fingerprint, accountLabel(finding.account),
    finding.reason, ...finding.others, ...finding.causes.map((each) => `${policyWords(each.policy)} ${each.policy.arn} ${each.label}`),
  );

  // Principals with a policy of that name, or, where an action is spelt out, those that may use it.
  function patternHits(q) {
    const action = actionPlaces.get(q);
    const named = new Set(data.statements.flatMap((_, place) => (lower(policyWords(statements[place].policy), statements[place].policy.arn).includes(q) ? [place] : [])));
    return new Set(patterns.filter((pattern) => (action !== undefined && pattern.cells[action] !== NONE)
      || (named.size > 0 && pattern.rows.some((row) => row.grants.some((grant) => named.has(grant))))));
  }

  function prepare() {
    principalTexts ??= Array.from({ length: principals.count }, (_, place) => principalText(place));
    findingTexts ??= findings.map(findingText);
  }

  function find(q) {
    prepare();
    const byPattern = patternHits(q);
    const principal = Uint8Array.from(principalTexts, (held, place) => (held.includes(q) || byPattern.has(principals.pattern(place)) ? 1 : 0));
    const byName = Uint8Array.from(principalTexts, (held) => (held.includes(q) ? 1 : 0));
    const anyName = byName.includes(1);
    const action = actionPlaces.get(q);
    const finding = Uint8Array.from(findings, (each, place) => {
      if (findingTexts[place].includes(q) || (action !== undefined && each.columns.includes(action))) return 1;
      if (anyName) for (const subject of fromRuns(each.subjects)) if (byName[subject]) return 1;
      return 0;
    });
    return { q, principal, finding };
  }

  function current() {
    const q = state.q.trim().toLowerCase();
    if (q !== last.q) last = q ? find(q) : { q, principal: null, finding: null };
    return last;
  }

  return {
    prepare,
    principal: (place) => current().principal?.[place] !== 0,
    finding: (place) => current().finding?.[place] !== 0,
    texts: (...parts) => lower(...parts).includes(state.q.trim().toLowerCase()),
    active: () => state.q.trim() !== "",
  };
})();
