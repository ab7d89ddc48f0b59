// The data of the page, with what is looked up in it.

const report = JSON.parse(byId("data").textContent);
const networks = report.networks;
const statuses = report.vocabulary.statuses;
const statusOf = new Map(statuses.map((status) => [status.word, status]));
const classText = new Map(report.vocabulary.classes.map((word) => [word.word, word.text]));
const reasonText = new Map(report.vocabulary.reasons.map((word) => [word.word, word.text]));

// Of several destinations the worst decides how a network is drawn.
const WORST = ["blackhole", "unreachable", "needs-route", "reachable"];

// The words of `graph`; a test compares them.
const KINDS = {
  "gateway-transit": "gateway transit",
  "peering": "peering",
  "peering-one-sided": "one-sided peering",
  "peering-disconnected": "peering not connected",
  "peering-without-access": "peering without access",
  "tunnel-bgp": "BGP",
  "tunnel-static": "static",
  "tunnel-bgp-idle": "BGP without session",
  "tunnel-down": "connection down",
  "tunnel-without-gateway": "connection without gateway",
};

function key(...parts) {
  return parts.join("|");
}

// The statuses of a network's destinations, the worst first.
function statusesAmong(rows) {
  return WORST.filter((word) => rows.some((row) => row[2] === word));
}

// The statuses of each network, and how many networks have which by the worst.
function countStatuses(clients) {
  clients.statusesOf = new Map();
  clients.counts = new Map(WORST.map((word) => [word, 0]));
  for (const [network, rows] of clients.byNetwork) {
    const found = statusesAmong(rows);
    clients.statusesOf.set(network, found);
    clients.counts.set(found[0], clients.counts.get(found[0]) + 1);
  }
}

// Makes what a state says of networks and clients quick to look up. Clients of another state too are looked up already.
function index(state) {
  state.holdingOf = new Map(state.holdings.map((holding) => [holding.network, holding]));
  state.clientsOf = new Map(state.clients.map((clients) => [key(clients.gateway, clients.class), clients]));
  state.explanationOf = new Map(state.explanations.map((one) => [key(one.gateway, one.network), one]));
  state.fixOf = new Map(state.fixes.map((fix) => [key(fix.gateway, fix.network, fix.class), fix]));
  state.rowOf = new Map(state.rows.map((row, place) => [row.at, place]));
  for (const clients of state.clients.filter((one) => !one.byNetwork)) {
    clients.byNetwork = new Map();
    for (const row of clients.reach) {
      if (!clients.byNetwork.has(row[0])) clients.byNetwork.set(row[0], []);
      clients.byNetwork.get(row[0]).push(row);
    }
    countStatuses(clients);
  }
}

report.states.forEach(index);

const partCount = networks.reduce((most, network) => Math.max(most, (network.part ?? -1) + 1), 0);
const membersOf = Array.from({ length: partCount }, () => []);
networks.forEach((network, number) => {
  // The Internet is in no part.
  if (network.part !== undefined) membersOf[network.part].push(number);
});

// Whether the state has the network: the Internet is there where its clients have an answer about it.
function isThere(state, network) {
  return networks[network].kind === "internet" ? state.clients.some((clients) => clients.byNetwork.has(network)) : state.holdingOf.has(network);
}

function stateNamed(label) {
  return report.states.find((state) => state.label === label);
}

const latest = report.states[report.states.length - 1];

function clientsIn(state, gateway, className) {
  return state.clientsOf.get(key(gateway, className));
}

function rowsFor(state, choice, network) {
  const clients = clientsIn(state, choice.gateway, choice.className);
  return (clients && clients.byNetwork.get(network)) || [];
}

// The statuses of a network's destinations, the worst first.
function statusesFor(state, choice, network) {
  return clientsIn(state, choice.gateway, choice.className)?.statusesOf.get(network) ?? [];
}

// How many networks have which status, by the worst of each.
function countsIn(state, choice) {
  return clientsIn(state, choice.gateway, choice.className)?.counts ?? new Map(WORST.map((word) => [word, 0]));
}

function reasonsText(words) {
  return words.map((word) => reasonText.get(word) || word).join(", ");
}

const keyOfLink = new WeakMap();

function linkKey(link) {
  if (!keyOfLink.has(link)) keyOfLink.set(link, keyMade(link));
  return keyOfLink.get(link);
}

function keyMade(link) {
  const ends = link.kind.startsWith("tunnel")
    ? [link.from, link.to].sort((one, other) => one - other)
    : [link.from, link.to];
  return key(link.kind, ...ends);
}

function badge(word) {
  const status = statusOf.get(word);
  if (!status) return element("span", { class: "badge none", text: "not there" });
  return element("span", { class: `badge ${word}` },
    element("span", { class: "mark", "aria-hidden": "true", text: status.mark }), status.word);
}
