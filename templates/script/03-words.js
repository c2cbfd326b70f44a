// Numbers, times and texts as the rest of the report writes them.

// The same signs as `visible` in audit/render/view_words.py.
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const visible = (value) => String(value).replace(UNSEEN, (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);

const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
const counted = (value, singular, plural = `${singular}s`) => `${number(value)} ${value === 1 ? singular : plural}`;
const iso = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().replace(".000Z", "Z") : "");
const moment = (seconds) => (seconds ? `${iso(seconds).slice(0, 16).replace("T", " ")} UTC` : "");
const day = (seconds) => iso(seconds).slice(0, 10);

function money(amount) {
  if (amount === null) return "";
  const [whole, part = ""] = amount.split(".");
  return `$${number(whole)}.${part.replace(/0+$/, "").padEnd(2, "0")}`;
}

const countWords = (counts) => ["user", "role", "group", "policy"].filter((kind) => counts[kind])
  .map((kind) => counted(counts[kind], kind, kind === "policy" ? "policies" : undefined)).join(", ");

// As `VERDICT_WORDS` in audit/render/view_glossary.py.
const VERDICTS_IN_WORDS = { allow: "allowed", conditional: "conditional", "implicit deny": "not allowed", "explicit deny": "denied", "not evaluated": "not evaluated" };

// What a page of bounded size leaves out, and where it is.
const noRoomFor = (what, file = "report.json") => `This page has no room for ${what}; ${file} holds it.`;
const leftOut = (count, file = "report.json") => (count ? `${counted(count, "more row")} had no room on this page; ${file} holds ${count === 1 ? "it" : "them"}.` : "");

// As `policy_words` and `cause_words` in audit/render/view_causes.py.
function policyWords(policy) {
  const owner = policy.owner ? principals.find(policy.owner) : -1;
  const holder = owner < 0 ? policy.owner.slice(policy.owner.lastIndexOf("/") + 1) : principals.name(owner);
  if (policy.type === "group inline") return `inline ${policy.name} of group ${policy.group || holder}`;
  if (policy.type === "inline") return `inline ${policy.name} of ${holder}`;
  return policy.name;
}

const statementWords = (statement) => `statement ${statement.sid || statement.index + 1}`;
const causeWords = (statement) => `${policyWords(statement.policy)}, ${statementWords(statement)}`;
