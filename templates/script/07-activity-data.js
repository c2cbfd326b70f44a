// What the accounts did, by account and action, and over all accounts.

const activity = data.activity.map(([account, action, observation, count, amount, first, last, source, note]) => ({
  account, action, observation, count, amount, first, last, source: text(source), note: text(note),
}));
const workers = data.workers.map(([account, worker, count, amount, first, last]) => ({ account, worker, count, amount, first, last }));

// From the strongest answer to the weakest: one account that did it outweighs those that did not.
const OBSERVATION_ORDER = ["observed", "not collected", "partly covered", "not observed", "not tracked"].map((word) => data.observations.indexOf(word));
const observationKind = (place) => data.observations[place].replaceAll(" ", "-");

// One entry a privilege: its observation over all accounts, in words.
function exercisedByAction() {
  const byAction = privileges.map(() => []);
  for (const each of activity) byAction[each.action].push(each);
  return byAction.map((rows) => {
    const observation = OBSERVATION_ORDER.find((place) => rows.some((row) => row.observation === place)) ?? data.observations.indexOf("not tracked");
    const counts = rows.filter((row) => row.observation === OBSERVED && row.count !== null).map((row) => row.count);
    const total = counts.length ? ` (${number(counts.reduce((a, b) => a + b, 0))})` : "";
    const missing = observation === OBSERVED && rows.some((row) => data.observations[row.observation] === "not collected") ? ", and not collected everywhere" : "";
    return { observation, words: data.observations[observation] + total + missing };
  });
}
