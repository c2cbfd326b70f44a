// One search over everything: each view asks here whether a row of its own matches.

const search = (() => {
  const lower = (...parts) => parts.join("\n").toLowerCase();
  let principalTexts, findingTexts, statementTexts;
  let last = { typed: "", q: "", principal: null, finding: null };

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
    const named = new Set(statementTexts.flatMap((held, place) => (held.includes(q) ? [place] : [])));
    return new Set(patterns.filter((pattern) => (action !== undefined && pattern.cells[action] !== NONE)
      || (named.size > 0 && pattern.rows.some((row) => row.grants.some((grant) => named.has(grant))))));
  }

  function prepare() {
    principalTexts ??= Array.from({ length: principals.count }, (_, place) => principalText(place));
    findingTexts ??= findings.map(findingText);
    statementTexts ??= statements.map(({ policy }) => lower(policyWords(policy), policy.arn));
  }

  function find(q) {
    prepare();
    const byPattern = patternHits(q);
    const action = actionPlaces.get(q);
    const principal = new Uint8Array(principals.count);
    const finding = new Uint8Array(findings.length);
    for (let place = 0; place < principal.length; place += 1) {
      if (principalTexts[place].includes(q)) {
        principal[place] = 1;
        for (const each of concerns.of(place)) finding[each] = 1;
      } else if (byPattern.size && byPattern.has(principals.pattern(place))) principal[place] = 1;
    }
    for (let place = 0; place < finding.length; place += 1) {
      if (findingTexts[place].includes(q) || (action !== undefined && findings[place].columns.includes(action))) finding[place] = 1;
    }
    return { q, principal, finding };
  }

  // Asked for every row: as long as nothing else is typed, the answer is there.
  function current() {
    if (state.q === last.typed) return last;
    const q = state.q.trim().toLowerCase();
    const found = q === last.q ? last : q ? find(q) : { q, principal: null, finding: null };
    last = { ...found, typed: state.q };
    return last;
  }

  return {
    prepare,
    principal: (place) => current().principal?.[place] !== 0,
    finding: (place) => current().finding?.[place] !== 0,
    holds: (lowered) => lowered.includes(current().q),
    active: () => state.q.trim() !== "",
  };
})();
