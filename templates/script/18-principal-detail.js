// One principal: who it is, what it may do and through what, what was found.

const TYPE_NAMES = { user: "User", group: "Group", role: "Role" };

const statementLink = (place) => {
  const statement = statements[place];
  const through = statement.policy.group && !statement.policy.type.includes("inline") ? ` through group ${statement.policy.group}` : "";
  const block = el("details.grant", el("summary", name(policyWords(statement.policy)), ", ", name(statementWords(statement)), name(through)));
  block.addEventListener("toggle", () => {
    if (block.open && block.children.length === 1) block.append(policyText(statement));
  });
  return block;
};

function accessBlock(row) {
  const times = row.observation === OBSERVED && row.count !== null ? `, ${counted(row.count, "call")}` : "";
  const observation = data.observations[row.observation] + times + (row.lastUsed ? `, last on ${moment(row.lastUsed)}` : "") + (row.source ? ` (${row.source})` : "") + (row.note ? `: ${row.note}` : "");
  return el(`section.access.access-${row.verdict}`,
    el("h4", el(`span.glyph.v${row.verdict}`), ` ${VERDICT_WORDS[row.verdict]}: ${counted(row.columns.length, "privilege")}`),
    privilegeList(row.columns),
    facts([
      ["Granted by", row.grants.length ? el("div", row.grants.map(statementLink)) : "no statement that could be read"],
      ["If", row.conditions.length ? listOf(row.conditions.map((each) => name(text(each)))) : ""],
      ["Limited by", row.limitedBy.length ? el("div", row.limitedBy.map(statementLink)) : ""],
      ["Its own use", observation],
    ]));
}

function lastUse(place) {
  if (principals.used(place)) return moment(principals.used(place));
  return principals.usedKnown(place) ? "none in AWS's tracking period" : "not told by the evidence";
}

function tagList(place) {
  const tags = principals.tags(place);
  if (tags === null) return noRoomFor("this set of tags");
  const found = [];
  for (let at = 0; at < tags.length; at += 2) found.push(el("span", name(tags[at]), " = ", name(tags[at + 1])));
  return found.length ? listOf(found) : "";
}

function principalDetail(place) {
  const pattern = principals.pattern(place);
  const concern = concerns.of(place);
  const members = [...principals.members(place)];
  return [
    el("p.detail-head", el("span.sure", icon(principals.type(place)), ` ${TYPE_NAMES[principals.type(place)]} of account ${accountLabel(principals.account(place))}`)),
    el("h2", name(principals.name(place))),
    principals.incomplete(place) ? el("p.warning", "This principal could not be fully evaluated: a policy that may decide is missing or cannot be read. What is shown is not all of it.") : null,
    facts([
      ["ARN", name(principals.arn(place), "bdi.arn")],
      ["Unique id", principals.id(place)],
      ["Created", moment(principals.created(place))],
      ["Last used", principals.type(place) === "group" ? "" : lastUse(place)],
      ["Permissions boundary", principals.boundary(place) ? name(principals.boundary(place), "bdi.arn") : ""],
      ["Groups", principals.groups(place).length ? listOf(principals.groups(place).map((each) => name(each))) : ""],
      ["Members", members.length ? growingList(members, principalLink, FIRST_NAMES, "ul.plain.names") : ""],
      ["Tags", tagList(place)],
    ]),
    section("Access", pattern.rows.length ? [...pattern.rows].sort((a, b) => a.verdict - b.verdict).map(accessBlock) : el("p", principals.incomplete(place) ? "No privilege could be established." : "None of the service's privileges.")),
    decisionSection(`principal:${principals.arn(place)}`, "For all privileges above, of"),
    concern.length ? section(counted(concern.length, "finding"), growingList(concern, findingLink, FIRST_NAMES)) : null,
  ];
}
