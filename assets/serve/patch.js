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

// A state of the document with the numbers of the page.
function renumbered(state, number) {
  return {
    ...state,
    holdings: state.holdings.map((holding) => ({ ...holding, network: number[holding.network] })),
    links: state.links.map((link) => ({ ...link, from: number[link.from], to: number[link.to] })),
    appliances: (state.appliances ?? []).map((appliance) => ({ ...appliance, network: number[appliance.network] })),
    clients: state.clients.map((clients) => renumberedReach(clients, number)),
    explanations: state.explanations.map((one) => ({
      gateway: number[one.gateway],
      network: number[one.network],
      parts: one.parts.map((lines) => lines.map((line) => renumberedWay(line, number))),
    })),
  };
}

const sameFinding = (one) => (other) => one.code === other.code && one.message === other.message;

// The findings after the changes, and the places of those that come and go.
function patchedFindings(comparison, [before, after]) {
  const gone = [];
  for (const place of comparison.gone_findings) {
    const at = original.findings.findIndex((finding, number) => !gone.includes(number) && sameFinding(before.findings[place])(finding));
    if (at >= 0) gone.push(at);
  }
  const kept = original.findings.filter((_, number) => !gone.includes(number));
  const come = comparison.new_findings.map((place) => after.findings[place]);
  return { findings: [...kept, ...come], gone, come: come.map((_, place) => kept.length + place) };
}

function withRows(rows, more) {
  const known = new Set(rows.map((row) => row.at));
  return [...rows, ...more.filter((row) => !known.has(row.at))];
}

// The page with changes: `found` is the document about the components that they touch.
function patch(found) {
  const number = found.networks.map(pageNumber);
  regroup(found.networks, number);
  const touched = new Set(number.filter((place) => place !== internet));
  const after = renumbered(found.states[1], number);
  const others = (list, networkOf) => list.filter((one) => !touched.has(networkOf(one)));
  const { findings, gone, come } = patchedFindings(found.comparison, found.states);
  Object.assign(latest, {
    label: "after",
    changes: after.changes,
    command: after.command,
    holdings: [...others(original.holdings, (one) => one.network), ...after.holdings],
    links: [...others(original.links, (one) => one.from), ...after.links],
    appliances: [...others(original.appliances ?? [], (one) => one.network), ...after.appliances],
    clients: [...others(original.clients, (one) => one.gateway), ...after.clients],
    explanations: [...others(original.explanations, (one) => one.gateway), ...after.explanations],
    findings,
    rows: withRows(original.rows, after.rows),
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
  const number = found.networks.map(pageNumber);
  const last = found.states[found.states.length - 1];
  const [own] = renumbered(last, number).explanations;
  if (!own) return false;
  const explanations = [...state.explanations, own];
  const rows = withRows(state.rows, last.rows);
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
