// What the page says, patched with what the server says of the components that changes touch. Everything else stays as it is.

// The inventory as it was read.
const original = { ...latest, label: "before" };

const numberOf = new Map(networks.map((network, number) => [network.name, number]));
const partsRead = networks.map((network) => network.part);

function refill(list, items) {
  list.length = 0;
  for (const item of items) list.push(item);
}

// The number of a network on the page; one that is new comes after all others.
function pageNumber(network) {
  if (!numberOf.has(network.name)) {
    numberOf.set(network.name, networks.length);
    partsRead.push(membersOf.length);
    membersOf.push([]);
    networks.push({ ...network });
  }
  return numberOf.get(network.name);
}

// Components that changes join are one part of the map, which has the lowest of their numbers.
function regroup(found, number) {
  networks.forEach((network, place) => { network.part = partsRead[place]; });
  const lowest = new Map();
  found.forEach(({ part }, place) => {
    if (part !== undefined) lowest.set(part, Math.min(lowest.get(part) ?? Infinity, partsRead[number[place]]));
  });
  const into = new Map();
  found.forEach(({ part }, place) => { if (part !== undefined) into.set(partsRead[number[place]], lowest.get(part)); });
  membersOf.forEach((members) => { members.length = 0; });
  networks.forEach((network, place) => {
    if (network.part === undefined) return;
    network.part = into.get(network.part) ?? network.part;
    membersOf[network.part].push(place);
  });
  if (typeof choice.part === "number") choice.part = into.get(choice.part) ?? choice.part;
}

function renumberedWay(line, number) {
  return line.way ? { ...line, way: line.way.map((stop) => (typeof stop === "number" ? number[stop] : stop)) } : line;
}

function renumberedReach(clients, number) {
  return { ...clients, gateway: number[clients.gateway], reach: clients.reach.map(([network, ...row]) => [number[network], ...row]) };
}

function renumberedExplanations(found, number) {
  return found.explanations.map((one) => ({
    gateway: number[one.gateway],
    network: number[one.network],
    parts: one.parts.map((lines) => lines.map((line) => renumberedWay(line, number))),
  }));
}

function withRows(rows, more) {
  if (more.length === 0) return rows;
  const known = new Set(rows.map((row) => row.at));
  return [...rows, ...more.filter((row) => !known.has(row.at))];
}

// A list without what goes, each as often as it goes, and with what comes.
function moved(list, gone, come, idOf) {
  if (gone.length === 0) return [...list, ...come];
  const left = new Map();
  for (const id of gone.map(idOf)) left.set(id, (left.get(id) ?? 0) + 1);
  const kept = list.filter((one) => {
    const id = idOf(one);
    const count = left.get(id) ?? 0;
    if (count > 0) left.set(id, count - 1);
    return count === 0;
  });
  return [...kept, ...come];
}

const linkText = (link) => key(link.kind, link.from, link.to, ...link.at, ...(link.notes ?? []));

// The findings after the changes, and the places of those that come and go.
function patchedFindings({ gone, come }) {
  const places = [];
  for (const one of gone) {
    const at = original.findings.findIndex((finding, place) => !places.includes(place) && finding.code === one.code && finding.message === one.message);
    if (at >= 0) places.push(at);
  }
  const kept = places.length === 0 ? original.findings : original.findings.filter((_, place) => !places.includes(place));
  return { findings: [...kept, ...come], gone: places, come: come.map((_, place) => kept.length + place) };
}

// What clients get after the changes, who got `before`. Networks of which nothing else is said keep what was looked up of them.
function patchedClients(before, other, gateway, number) {
  const byNetwork = new Map(before?.byNetwork ?? []);
  const statusesOf = new Map(before?.statusesOf ?? []);
  const counts = new Map(before?.counts ?? WORST.map((word) => [word, 0]));
  const takes = new Map();
  const take = (network, row) => {
    if (!takes.has(network)) takes.set(network, []);
    takes.get(network).push(row);
  };
  for (const [network, destination] of other.gone) take(number[network], [number[network], destination, null]);
  for (const [network, ...row] of other.come) take(number[network], [number[network], ...row]);
  for (const [network, changed] of takes) {
    const destinations = new Set(changed.map((row) => row[1]));
    const rows = (byNetwork.get(network) ?? []).filter((row) => !destinations.has(row[1])).concat(changed.filter((row) => row[2] !== null));
    rows.sort(([, one], [, two]) => (one < two ? -1 : 1));
    const old = statusesOf.get(network);
    if (old) counts.set(old[0], counts.get(old[0]) - 1);
    if (rows.length === 0) {
      byNetwork.delete(network);
      statusesOf.delete(network);
      continue;
    }
    byNetwork.set(network, rows);
    statusesOf.set(network, statusesAmong(rows));
    counts.set(statusesOf.get(network)[0], counts.get(statusesOf.get(network)[0]) + 1);
  }
  const others = new Set([...other.lost, ...other.held.map(([prefix]) => prefix)]);
  return {
    gateway,
    class: other.class,
    reach: takes.size === 0 && before ? before.reach : [...byNetwork.values()].flat(),
    routes: [...(before?.routes ?? []).filter(([prefix]) => !others.has(prefix)), ...other.held],
    names: other.names,
    byNetwork,
    statusesOf,
    counts,
  };
}

function allClients(found, number) {
  const other = new Map(found.clients.map((one) => [key(number[one.gateway], one.class), one]));
  const clients = original.clients.map((before) => {
    const id = key(before.gateway, before.class);
    const changed = other.get(id);
    other.delete(id);
    return changed ? patchedClients(before, changed, before.gateway, number) : before;
  });
  for (const one of other.values()) clients.push(patchedClients(null, one, number[one.gateway], number));
  return clients.filter(({ reach, routes }) => reach.length > 0 || routes.length > 0);
}

// The page with changes: `found` says what is other than in the inventory as it was read.
function patch(found) {
  const number = found.networks.map(pageNumber);
  regroup(found.networks, number);
  const { findings, gone, come } = patchedFindings(found.findings);
  const holdings = found.holdings.come.map((holding) => ({ ...holding, network: number[holding.network] }));
  const without = new Set([...found.holdings.gone.map((network) => number[network]), ...holdings.map(({ network }) => network)]);
  const onPage = (link) => ({ ...link, from: number[link.from], to: number[link.to] });
  const inPlace = (appliance) => ({ ...appliance, network: number[appliance.network] });
  const explained = new Set(found.networks.map((_, place) => number[place]));
  Object.assign(latest, {
    label: "after",
    changes: found.changes,
    command: found.command,
    holdings: without.size === 0 ? original.holdings : [...original.holdings.filter(({ network }) => !without.has(network)), ...holdings],
    links: moved(original.links, found.links.gone.map(onPage), found.links.come.map(onPage), linkText),
    appliances: moved(original.appliances ?? [], found.appliances.gone.map(inPlace), found.appliances.come.map(inPlace), ({ network, name }) => key(network, name)),
    clients: allClients(found, number),
    explanations: [...original.explanations.filter(({ gateway }) => !explained.has(gateway)), ...renumberedExplanations(found, number)],
    findings,
    rows: withRows(original.rows, found.rows),
  });
  index(latest);
  refill(report.states, [original, latest]);
  report.comparison = {
    facts: found.comparison.facts,
    clients: found.comparison.clients.map((clients) => renumberedReach(clients, number)),
    new_findings: come,
    gone_findings: gone,
  };
  follow();
}

// The page without changes.
function restore() {
  regroup([], []);
  Object.assign(latest, original, { label: "now" });
  refill(report.states, [latest]);
  delete report.comparison;
  follow();
}

// Puts an explanation, and the rows that it names, into the state that it is of.
function explain(state, found) {
  const [own] = renumberedExplanations(found, found.networks.map(pageNumber));
  if (!own) return false;
  const explanations = [...state.explanations, own];
  const rows = withRows(state.rows, found.rows);
  // Without changes the inventory is what it was.
  for (const one of state.label === "now" ? [original, latest] : [state]) {
    Object.assign(one, { explanations, rows });
    index(one);
  }
  return true;
}

// What is worked out of the states follows them.
function follow() {
  refill(everyLink, allLinks());
  refill(everyAppliance, allAppliances());
  refill(columnsOfMatrix, matrixColumns());
  refill(networksOfMatrix, matrixNetworks());
}

// The map with the lines that there are now. It is laid out anew where networks come or go, and where there is room for words at lines.
function patchMap() {
  if (choice.part !== drawnPart) return;
  const wanted = choice.part === null ? partElements() : networkElements();
  const ids = new Set(wanted.map(({ data }) => data.id));
  const isNode = ({ data }) => data.source === undefined;
  const nodes = wanted.filter(isNode);
  if (nodes.length !== cy.nodes().length || nodes.some(({ data }) => cy.getElementById(data.id).empty())) {
    draw();
    return;
  }
  let differs = false;
  cy.startBatch();
  cy.edges().not(".route").forEach((edge) => {
    if (ids.has(edge.id())) return;
    edge.remove();
    differs = true;
  });
  for (const one of wanted.filter((each) => !isNode(each))) {
    const drawnEdge = cy.getElementById(one.data.id);
    if (drawnEdge.nonempty()) {
      drawnEdge.data("states", one.data.states);
    } else {
      cy.add(one);
      differs = true;
    }
  }
  cy.endBatch();
  if (differs && choice.part !== null && visibleNetworks().length <= MOST_CARDS) draw();
}
