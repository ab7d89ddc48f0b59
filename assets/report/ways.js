// Appliances and the Internet on the map, and the ways of packets: a line there and a line back beside peerings and connections.

const internet = networks.findIndex((network) => network.kind === "internet");

// The appliances of all states, each once, with the states that have it.
function allAppliances() {
  const found = new Map();
  for (const state of report.states) {
    for (const appliance of state.appliances ?? []) {
      const same = key(appliance.network, appliance.name);
      if (!found.has(same)) found.set(same, { ...appliance, states: [] });
      found.get(same).states.push(state.label);
    }
  }
  return [...found.values()];
}

const everyAppliance = allAppliances();

function applianceLabel(appliance, isBrief) {
  const lines = [cut(shown(appliance.name), 26)];
  // One that no row lists is called by its VNet and address.
  if (!isBrief && appliance.at !== undefined) lines.push(appliance.addresses.join(", "));
  if (!appliance.stateful) lines.push("stateless");
  return lines.join("\n");
}

// Whether clients of the part have an answer about the Internet.
function leadsOut(part) {
  const isOfPart = (clients) => part === "all" || networks[clients.gateway].part === part;
  return internet >= 0 && report.states.some((state) => state.clients.some((clients) => isOfPart(clients) && clients.byNetwork.has(internet)));
}

// What packets pass before they leave for the Internet, as the explanations of any state tell.
function exits() {
  const found = new Set();
  for (const state of report.states) {
    for (const explanation of state.explanations.filter((one) => one.network === internet)) {
      for (const { way, kind, direction } of explanation.parts.flat()) {
        if (kind !== "holds" || direction !== "there" || !way) continue;
        found.add(way[way.length - 1] === internet ? way[way.length - 2] : way[way.length - 1]);
      }
    }
  }
  found.delete(undefined);
  return [...found];
}

// The node of a stop: of a network, or of an appliance by its name.
function nodeOfStop(stop) {
  if (typeof stop === "number") return nodeOf.get(stop);
  const place = everyAppliance.findIndex((appliance) => appliance.name === stop && nodeOf.has(appliance.network));
  return place < 0 ? undefined : `a${place}`;
}

// Nodes of appliances with a line to the VNet of each, and the lines out.
function applianceElements(font, isBrief) {
  const elements = [];
  everyAppliance.forEach((appliance, place) => {
    const vnet = nodeOf.get(appliance.network);
    if (vnet === undefined) return;
    const label = applianceLabel(appliance, isBrief);
    const data = { id: `a${place}`, appliance: place, label, font, stroke: 1.5, width: widthOf(label, font) + font * 3.4, height: label.split("\n").length * font * 1.27 + font * 1.1 };
    elements.push({ data, classes: "appliance" });
    elements.push({ data: { id: `i${place}`, source: vnet, target: `a${place}`, label: "", shift: 0 }, classes: "inside" });
  });
  if (nodeOf.has(internet)) {
    const ids = new Set(exits().map(nodeOfStop));
    ids.delete(undefined);
    for (const id of ids) elements.push({ data: { id: `o${id}`, source: id, target: nodeOf.get(internet), label: "", shift: 0 }, classes: "way-out" });
  }
  return elements;
}

// The ways to the picked network and back, and those on which packets are lost, from the clients on.
function waysOf(state) {
  const explanation = state.explanationOf.get(key(choice.gateway, choice.network));
  if (choice.network === null || !explanation) return [];
  const ways = new Map();
  for (const { way, kind, direction } of explanation.parts.flat()) {
    if (!way || (kind !== "holds" && kind !== "fails")) continue;
    const holds = kind === "holds";
    const [first, last] = [way[0], way[way.length - 1]];
    const stops = way.map(nodeOfStop);
    // A way there ends at the router that delivers to the network, and a way back begins at it.
    if (direction === "there") {
      stops.unshift(`p${choice.gateway}`);
      if (holds && last !== choice.network) stops.push(nodeOf.get(choice.network));
    } else {
      if (first !== choice.network) stops.unshift(nodeOf.get(choice.network));
      if (holds) stops.push(`p${choice.gateway}`);
    }
    ways.set(key(direction, holds, ...stops), { direction, holds, stops: stops.filter((stop) => stop !== undefined) });
  }
  return [...ways.values()];
}

// As wide as can be seen, however far the map is zoomed out.
function wayWidth() {
  return Math.max(3, 2.4 / cy.zoom());
}

function wayElements(state) {
  const elements = new Map();
  // Where some destinations are reached that way, the line says so.
  for (const { direction, holds, stops } of waysOf(state).sort((one, other) => Number(one.holds) - Number(other.holds))) {
    for (let place = 1; place < stops.length; place += 1) {
      const [source, target] = [stops[place - 1], stops[place]];
      if (source === target || cy.getElementById(source).empty() || cy.getElementById(target).empty()) continue;
      const isEnd = !holds && place === stops.length - 1;
      const id = key("w", direction, source, target);
      elements.set(id, { data: { id, source, target, label: isEnd ? "✕ dropped" : "", shift: 0, thick: wayWidth() }, classes: `route ${direction}${holds ? "" : " lost"}` });
    }
  }
  return [...elements.values()];
}

// Takes the ways of the last pick off the map and puts those of this one on it.
function drawWays(state) {
  const wanted = wayElements(state);
  const drawn = cy.edges(".route");
  const there = new Set(drawn.map((edge) => key(edge.id(), ...edge.classes().sort())));
  if (drawn.length === wanted.length && wanted.every(({ data, classes }) => there.has(key(data.id, ...classes.split(" ").sort())))) return;
  drawn.remove();
  cy.add(wanted);
}
