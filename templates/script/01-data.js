// The report's data, as audit/render/html_records.py lays it out, and the first look-ups over it.

function unpackBytes(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

// Long data lies in the page as base64 of a zlib stream, the rest as it is.
async function readData({ type, textContent }) {
  if (type === "application/json") return JSON.parse(textContent);
  return new Response(new Blob([unpackBytes(textContent)]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

const data = await readData(document.getElementById("data")).catch((error) => {
  document.getElementById("unread").hidden = false;
  throw error;
});
const text = (place) => data.strings[place];

// A set of places that is written as skip, take, skip, take …
function* fromRuns(runs) {
  let place = 0;
  for (let at = 0; at < runs.length; at += 2) {
    place += runs[at];
    for (const end = place + runs[at + 1]; place < end; place += 1) yield place;
  }
}

function runsLength(runs) {
  let sum = 0;
  for (let at = 1; at < runs.length; at += 2) sum += runs[at];
  return sum;
}

function unpackSeconds(base64) {
  const bytes = unpackBytes(base64);
  const view = new DataView(bytes.buffer);
  const seconds = new Uint32Array(bytes.length / 4);
  for (let at = 0; at < seconds.length; at += 1) seconds[at] = view.getUint32(at * 4, true);
  return seconds;
}

// The columns of a hexadecimal mask; more than 32 of them, so digit by digit.
function columnsOf(mask) {
  const columns = [];
  for (let digit = mask.length - 1, column = 0; digit >= 0; digit -= 1, column += 4) {
    const bits = parseInt(mask[digit], 16);
    for (let bit = 0; bit < 4; bit += 1) if (bits & (1 << bit)) columns.push(column + bit);
  }
  return columns;
}

const [NONE, ALLOW, CONDITIONAL, NOT_EVALUATED] = [0, 1, 2, 3];
const VERDICT_WORDS = ["not allowed", "allowed", "conditional", "not evaluated"];
const VERDICT_NAMES = ["", "allow", "conditional", "not_evaluated"];
const USED = 4;
const UNUSED = 8;
const SEVERITY_WORDS = ["none", "low", "medium", "high", "critical"];
const CONFIDENCE_WORDS = ["", "low", "medium", "high"];
const TYPES = { u: "user", g: "group", r: "role" };
const OBSERVED = data.observations.indexOf("observed");
const NOT_OBSERVED = data.observations.indexOf("not observed");

const privileges = data.privileges.map(([name, description, level, classes, severity, why], place) => ({
  place, name, description, level, classes, severity, why, action: `${data.service}:${name}`,
}));
const actionPlaces = new Map(privileges.flatMap((each) => [[each.name.toLowerCase(), each.place], [each.action.toLowerCase(), each.place]]));
const documents = new Map(data.documents.map(([id, body, lines]) => [id, { body, lines }]));

const policies = data.policies.map(([type, name, arn, owner, group, label, id]) => ({
  type: text(type), name: text(name), arn: text(arn), owner: text(owner), group: text(group), label: text(label), id,
}));
const statements = data.statements.map(([policy, index, sid]) => ({
  policy: policies[policy], index, sid: text(sid), label: text(sid) || `#${index + 1}`,
}));

// What a principal's pattern of access comes to: a verdict for every column, and totals for filters.
function readPattern(groups) {
  const cells = new Uint8Array(privileges.length);
  const totals = [0, 0, 0, 0];
  let classes = 0, allowedClasses = 0, used = 0, unused = 0, severity = 0;
  const rows = groups.map(([verdict, mask, grants, conditions, limitedBy, observation, lastUsed, source, count, firstUsed, note]) => {
    const columns = columnsOf(mask);
    for (const column of columns) {
      cells[column] = (verdict + 1) | (observation === OBSERVED ? USED : observation === NOT_OBSERVED && verdict + 1 !== NOT_EVALUATED ? UNUSED : 0);
      totals[verdict + 1] += 1;
      if (observation === OBSERVED) used += 1;
      if (observation === NOT_OBSERVED) unused += 1;
      for (const each of privileges[column].classes) {
        classes |= 1 << each;
        if (verdict + 1 === ALLOW) allowedClasses |= 1 << each;
      }
      severity = Math.max(severity, privileges[column].severity);
    }
    return { verdict: verdict + 1, columns, grants, conditions, limitedBy, observation, lastUsed, source: text(source), count, firstUsed, note: text(note) };
  });
  return { rows, cells, totals, classes, allowedClasses, used, unused, severity };
}

const patterns = data.access.map(readPattern);
const NO_ACCESS = readPattern([]);
