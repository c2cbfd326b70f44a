// One finding, in the order that a reader asks: what, how sure, who, which privileges, because, what now.

const section = (title, ...content) => el("section", el("h3", title), ...content);

function subjectsOf(finding) {
  const items = [...fromRuns(finding.subjects), ...finding.others];
  return growingList(items, (item) => (typeof item === "number" ? principalLink(item) : name(item, "bdi.arn")), FIRST_SUBJECTS, "ul.plain.names");
}

function pairs(places) {
  const found = [];
  for (let at = 0; at < places.length; at += 2) found.push([text(places[at]), name(text(places[at + 1]))]);
  return found;
}

function fixSection(finding, rule) {
  const words = prose(rule?.remediation ?? "");
  if (finding.fix === null) return section("Fix", words, el("p.small", noRoomFor("the policy difference")));
  return section("Fix", words, text(finding.fix) ? difference(text(finding.fix)) : null);
}

// What the last review and the exceptions say of it.
function standingSection(finding) {
  const change = changesByFinding.get(finding.fingerprint);
  const exception = exceptionsByFinding.get(finding.fingerprint);
  if (!change && !exception) return null;
  return section("Standing", facts([
    ["Since the last review", change ? [change.change, change.earlier && change.earlier !== change.severity ? `, then ${SEVERITY_WORDS[change.earlier]}` : ""].join("") : ""],
    ["Because", change?.because ? name(change.because) : ""],
    ["Exception", exception ? name(`${exception.id}, ${exception.state}, until ${exception.expires}: ${exception.reason}`) : ""],
    ["Answered for by", exception ? name([exception.owner, exception.approver].filter(Boolean).join(", approved by ")) : ""],
  ]));
}

function findingDetail(finding) {
  const { rule } = finding;
  const address = writeState({ ...emptyState(), view: "findings", finding: finding.fingerprint });
  const ways = waysOf(finding);
  return [
    el("p.detail-head", severityMark(finding.severity), el("span.sure", ` Confidence ${CONFIDENCE_WORDS[finding.confidence]}: ${finding.reason}`)),
    el("h2", name(finding.title)),
    prose(rule?.description ?? ""),
    standingSection(finding),
    section(`Who: ${who(finding)}`, el("p.small", `Account ${accountLabel(finding.account)}`), subjectsOf(finding)),
    finding.privilegeCount ? section(`Privileges: ${number(finding.privilegeCount)}`, privilegeList(finding.columns, finding.otherPrivileges)) : null,
    ways.length ? section(`Ways: ${number(ways.length)}`, wayGraph(ways)) : null,
    finding.causes.length ? section("Because", growingList(finding.causes, statementBlock, 4, "ul.plain.cause-blocks")) : null,
    finding.considered.length ? section("Also considered", listOf(finding.considered.map((each) => prose(each, "bdi")), "ul.plain.spaced")) : null,
    finding.facts.length ? section("Figures", facts(pairs(finding.facts))) : null,
    fixSection(finding, rule),
    rule?.falsePositive ? section("How to tell a false positive", prose(rule.falsePositive)) : null,
    decisionSection(`finding:${finding.fingerprint}`, "For this finding and its"),
    rule?.controls.length ? section("Controls", listOf(rule.controls, "ul.plain.names")) : null,
    section("Identity", facts([["Rule", el("code", rule?.id ?? "")], ["Fingerprint", el("code.hash", finding.fingerprint)], ["Address", link(address, address)]])),
  ];
}

function causeDetail(cause) {
  const first = findings[cause.findings[0]];
  return [
    el("p.detail-head", severityMark(cause.severity), el("span.sure", ` ${counted(cause.findings.length, "finding")} of one cause`)),
    el("h2", name(cause.title)),
    el("p.small", `${cause.who} · account ${accountLabel(cause.account)}`),
    section("Findings", growingList(cause.findings, findingLink, FIRST_NAMES)),
    first.causes.length ? section("The statement", statementBlock(first.causes[0])) : null,
  ];
}
