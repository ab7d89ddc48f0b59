// What is chosen, and who wants to know when that changes.

// More networks than this are too many to look at, and begin with an overview of their parts.
const MOST_AT_ONCE = 1000;

const choice = {
  view: report.states.length > 1 ? "changes" : "now",
  gateway: null,
  className: null,
  network: null,
  // Null shows the overview, "all" every part together.
  part: networks.length > MOST_AT_ONCE && partCount > 1 ? null : "all",
  status: null,
};

const watchers = [];

function watch(watcher) {
  watchers.push(watcher);
}

function choose(changes) {
  const before = { ...choice };
  Object.assign(choice, changes);
  if (changes.network !== undefined && changes.network !== null && choice.part !== "all") {
    choice.part = networks[changes.network].part ?? networks[choice.gateway]?.part ?? choice.part;
  }
  for (const watcher of watchers) watcher(before);
}

// The state that the map and the table are about; a comparison looks at it from its end.
function stateShown() {
  return choice.view === "changes" ? latest : stateNamed(choice.view);
}

function stateBefore() {
  return choice.view === "changes" ? report.states[0] : null;
}

function gatewaysOf() {
  const all = new Set(report.states.flatMap((state) => state.clients.map((clients) => clients.gateway)));
  return [...all].sort((one, other) => one - other);
}

function classesOf(gateway) {
  const served = new Set(report.states.flatMap((state) =>
    state.clients.filter((clients) => clients.gateway === gateway).map((clients) => clients.class)));
  return report.vocabulary.classes.map((word) => word.word).filter((word) => served.has(word));
}

// What differs for the clients that are chosen.
function changedClients() {
  const all = report.comparison ? report.comparison.clients : [];
  return all.find((one) => one.gateway === choice.gateway && one.class === choice.className);
}

// Whether something of the network differs for the clients that are chosen.
function changesOf(network) {
  const changed = choice.view === "changes" ? changedClients() : null;
  return changed ? changed.reach.filter((row) => row[0] === network && row[2] !== row[3]) : [];
}
