// The map: what is on it, and how it follows what is chosen.

// In a part with more networks than this, spokes of one hub are drawn as one.
const MOST_DRAWN = 1200;

// The most parts that an overview draws.
const MOST_PARTS = 240;

// With more networks than this, a spoke is a dot whose shape tells its status.
const MOST_CARDS = 120;

// Names of dots are read only from near by.
const DOT_FONT = 4;

let cy = null;
let drawnPart;
let nodeOf = new Map();
let bundles = new Map();

const brush = document.createElement("canvas").getContext("2d");

// Asked once: where something on the page was changed, asking has all of it styled.
const family = getComputedStyle(document.body).fontFamily;

function widthOf(label, size) {
  brush.font = `${size}px ${family}`;
  return Math.max(...label.split("\n").map((line) => brush.measureText(line).width));
}

function cut(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

// The links of all states, each once, with the states that have it.
function allLinks() {
  const found = new Map();
  for (const state of report.states) {
    const seen = new Map();
    for (const link of state.links) {
      const same = linkKey(link);
      seen.set(same, (seen.get(same) || 0) + 1);
      const id = key(same, seen.get(same));
      if (!found.has(id)) found.set(id, { ...link, id, states: [] });
      found.get(id).states.push(state.label);
    }
  }
  return [...found.values()];
}

const everyLink = allLinks();

function anyHolding(network) {
  const shownFirst = [...report.states].reverse();
  return shownFirst.map((state) => state.holdingOf.get(network)).find((holding) => holding);
}

function hasGateway(network) {
  return report.states.some((state) => state.holdingOf.get(network)?.gateway);
}

function visibleNetworks() {
  const members = choice.part === "all" ? membersOf.flat().sort((one, other) => one - other) : membersOf[choice.part];
  return leadsOut(choice.part) ? [...members, internet] : members;
}

// Spokes that hang on one hub alone, by their hub, where there are too many networks to draw each.
function bundled(visible) {
  const groups = new Map();
  if (visible.length <= MOST_DRAWN) return groups;
  const neighbours = new Map(visible.map((network) => [network, new Set()]));
  for (const link of everyLink) {
    neighbours.get(link.from)?.add(link.to);
    neighbours.get(link.to)?.add(link.from);
  }
  for (const network of visible) {
    const around = neighbours.get(network);
    if (around.size !== 1 || networks[network].kind === "site" || hasGateway(network)) continue;
    const [hub] = around;
    if (!groups.has(hub)) groups.set(hub, []);
    groups.get(hub).push(network);
  }
  for (const [hub, spokes] of groups) if (spokes.length < 4) groups.delete(hub);
  return groups;
}

function networkElements() {
  const visible = visibleNetworks();
  bundles = bundled(visible);
  nodeOf = new Map();
  for (const [hub, spokes] of bundles) for (const spoke of spokes) nodeOf.set(spoke, `b${hub}`);
  const elements = [];
  const hasDots = visible.length > MOST_CARDS;
  const font = visible.length > 400 ? 34 : hasDots ? 20 : 13;
  for (const network of visible) {
    if (nodeOf.has(network)) continue;
    nodeOf.set(network, `n${network}`);
    const router = networks[network].kind === "site" || hasGateway(network);
    const isDot = hasDots && !router && networks[network].kind === "vnet";
    const kind = networks[network].kind === "vnet" ? (hasGateway(network) ? "gateway" : "vnet") : networks[network].kind;
    const data = { id: `n${network}`, network, router: router ? "yes" : "no", label: "", width: 24, height: 24, font: isDot ? DOT_FONT : font, isDot, stroke: 3 };
    elements.push({ data, classes: isDot ? "dot" : kind });
    const pool = anyHolding(network)?.gateway?.client_pool || [];
    if (pool.length > 0) {
      const label = `${pool[0]}${pool.length > 1 ? " …" : ""}\nclients`;
      elements.push({
        data: { id: `p${network}`, pool: network, label, font: font * 0.92, width: widthOf(label, font * 0.92) * 1.22 + 16, height: font * 3.3 },
        classes: "pool",
      });
      elements.push({ data: { id: `c${network}`, source: `n${network}`, target: `p${network}`, label: "", shift: 0 }, classes: "clients" });
    }
  }
  for (const [hub] of bundles) {
    elements.push({ data: { id: `b${hub}`, bundle: hub, label: "", width: 110, height: 44, font, stroke: 3 }, classes: "vnet" });
  }
  elements.push(...applianceElements(font, hasDots));
  const drawn = new Set();
  const labelled = visible.length <= 150;
  for (const link of everyLink) {
    const [source, target] = [nodeOf.get(link.from), nodeOf.get(link.to)];
    if (!source || !target || source === target) continue;
    const isBundled = source.startsWith("b") || target.startsWith("b");
    const id = isBundled ? key("e", source, target, link.kind) : `e${link.id}`;
    if (drawn.has(id)) continue;
    drawn.add(id);
    const label = labelled ? wireLabel(link.kind) : "";
    elements.push({ data: { id, source, target, label, shift: 0, plain: label, states: link.states }, classes: link.kind });
  }
  return elements;
}

function partElements() {
  const large = membersOf
    .map((members, part) => ({ members, part }))
    .filter(({ members }) => members.length > 1)
    .sort((one, other) => other.members.length - one.members.length);
  return large.slice(0, MOST_PARTS).map(({ part }) => ({
    data: { id: `q${part}`, part, label: "", width: 180, height: 74, font: 14 },
    classes: "part",
  }));
}

// The gateway whose clients stand for a part: the one that is chosen, or else the first.
function gatewayOf(part) {
  if (choice.gateway !== null && networks[choice.gateway].part === part) return choice.gateway;
  return gatewaysOf().find((gateway) => networks[gateway].part === part) ?? null;
}

function partName(part) {
  const members = membersOf[part];
  return shown(networks[gatewayOf(part) ?? members.find(hasGateway) ?? members[0]].name);
}

function draw() {
  drawnPart = choice.part;
  const isOverview = choice.part === null;
  cy.elements().remove();
  cy.add(isOverview ? partElements() : networkElements());
  refresh();
  // Where packets go does not move what they pass.
  cy.edges(".route").remove();
  if (isOverview) {
    cy.layout({ name: "grid", animate: false, avoidOverlap: true, avoidOverlapPadding: 18, condense: true, fit: false, cols: Math.ceil(0.9 * Math.sqrt(cy.nodes().length)) }).run();
  } else {
    layOut(cy);
  }
  drawWays(stateShown());
  spreadWords();
  fit();
  sizeNames();
}

// The room that a word at a line takes from top to bottom.
const WORD_HEIGHT = 19;

// Words at several lines between the same two stand below each other.
function spreadWords() {
  const beside = new Map();
  cy.edges().forEach((edge) => {
    const pair = [edge.source().id(), edge.target().id()].sort().join();
    if (edge.data("label")) beside.set(pair, [...(beside.get(pair) ?? []), { edge, y: edge.midpoint().y }]);
  });
  for (const words of beside.values()) {
    words.sort((one, other) => one.y - other.y);
    let lowest = -Infinity;
    for (const word of words) {
      word.place = Math.max(word.y, lowest + WORD_HEIGHT);
      lowest = word.place;
    }
    const middle = words.reduce((sum, { place, y }) => sum + place - y, 0) / words.length;
    for (const { edge, y, place } of words) edge.data("shift", place - y - middle);
  }
}

// On a map of many networks the names of routers stay as large as they can be read, however far it is zoomed out.
function sizeNames() {
  if (choice.part === null || visibleNetworks().length <= MOST_CARDS) return;
  const font = Math.min(70, Math.max(13, 10.5 / cy.zoom()));
  cy.startBatch();
  cy.nodes().forEach((node) => {
    if (isDot(node)) return;
    const size = node.hasClass("pool") ? font * 0.7 : font;
    const { label } = node.data();
    const lines = label.split("\n").length;
    const width = node.hasClass("pool") ? widthOf(label, size) * 1.22 + 16 : widthOf(label, size) + size * 2;
    node.data({ font: size, stroke: Math.max(3, 2 / cy.zoom()), width, height: size * (lines * 1.27 + 0.9) });
  });
  cy.nodes(".named").forEach((node) => node.data("font", 11 / cy.zoom()));
  cy.edges(".route").data("thick", wayWidth());
  cy.endBatch();
}

let isSizing = false;

function sizeNamesSoon() {
  if (isSizing) return;
  isSizing = true;
  requestAnimationFrame(() => {
    isSizing = false;
    sizeNames();
  });
}

function fit() {
  cy.resize();
  cy.fit(cy.elements(":visible"), 28);
  if (cy.zoom() > 1.25) {
    cy.zoom(1.25);
    cy.center(cy.elements(":visible"));
  }
  fitted = view();
}

// Where the map stood when it was last made to fit.
let fitted = null;

function view() {
  return [cy.zoom(), cy.pan().x, cy.pan().y].join(" ");
}

// A map that was left as it fitted goes on fitting; one that somebody moved stays where it is.
function takeRoom() {
  if (fitted === view()) fit();
  else cy.resize();
}

function marksOf(found) {
  return found.map((word) => statusOf.get(word).mark).join("");
}

function labelOf(network, state, isBrief) {
  const marks = marksOf(statusesFor(state, choice, network));
  const addresses = (state.holdingOf.get(network) || anyHolding(network))?.addresses ?? [];
  const lines = [`${marks} ${cut(shown(networks[network].name), 26)}`.trim()];
  if (addresses.length > 0 && !isBrief) lines.push(`${addresses[0]}${addresses.length > 1 ? ` +${addresses.length - 1}` : ""}`);
  const changed = changesOf(network)[0];
  if (changed) lines.push(`${changed[2] || "not there"} → ${changed[3] || "not there"}`);
  return lines.join("\n");
}

function countOf(members, state, gateway) {
  const counts = new Map(statuses.map((status) => [status.word, 0]));
  for (const network of members) {
    const worst = statusesFor(state, { gateway, className: choice.className }, network)[0];
    if (worst) counts.set(worst, counts.get(worst) + 1);
  }
  return statuses.filter((status) => counts.get(status.word) > 0)
    .map((status) => `${status.mark} ${counts.get(status.word).toLocaleString("en")}`).join("   ");
}

function refreshNode(node, state) {
  const { network, bundle, part, pool, appliance } = node.data();
  if (appliance !== undefined) {
    node.toggleClass("gone", choice.view !== "changes" && !everyAppliance[appliance].states.includes(choice.view));
    return;
  }
  node.removeClass([...WORST, "picked", "chosen", "absent", "differs", "faded", "gone"]);
  if (pool !== undefined) {
    node.toggleClass("chosen", pool === choice.gateway);
    node.toggleClass("gone", !state.holdingOf.get(pool)?.gateway?.client_pool.length && choice.view !== "changes");
    return;
  }
  let label;
  if (part !== undefined) {
    const members = membersOf[part];
    label = [cut(partName(part), 22), counted(members.length, "network", "networks"), countOf(members, state, gatewayOf(part))].join("\n").trim();
    node.toggleClass("chosen", members.includes(choice.gateway));
  } else if (bundle !== undefined) {
    const spokes = bundles.get(bundle);
    label = [`${spokes.length.toLocaleString("en")} spokes`, countOf(spokes, state, choice.gateway)].join("\n").trim();
    node.toggleClass("picked", choice.network !== null && nodeOf.get(choice.network) === node.id());
    const worst = WORST.find((word) => spokes.some((spoke) => statusesFor(state, choice, spoke)[0] === word));
    if (worst) node.addClass(worst);
  } else {
    label = labelOf(network, state, node.data("isDot") || node.data("font") > 13);
    const worst = statusesFor(state, choice, network)[0];
    if (worst) node.addClass(worst);
    node.toggleClass("picked", network === choice.network);
    node.toggleClass("chosen", network === choice.gateway && network !== choice.network);
    node.toggleClass("absent", !isThere(state, network));
    node.toggleClass("gone", !isThere(state, network) && choice.view !== "changes");
    const differs = changesOf(network).length > 0;
    node.toggleClass("differs", differs && network !== choice.network);
    node.toggleClass("faded", choice.status !== null && worst !== choice.status && network !== choice.gateway);
  }
  if (node.data("isDot")) {
    const isPicked = node.hasClass("picked");
    node.toggleClass("named", isPicked);
    node.data({ label, font: isPicked ? 11 / cy.zoom() : DOT_FONT });
    return;
  }
  const { font } = node.data();
  const height = label.split("\n").length * font * 1.27 + font * 1.1;
  const width = widthOf(label, node.hasClass("differs") ? font + 1 : font);
  // The corners of a site slant.
  node.data({ label, width: Math.max(74, width + font * (node.hasClass("site") ? 4.6 : 2.3)), height });
}

function refreshEdge(edge) {
  const { states } = edge.data();
  if (!states) return;
  edge.removeClass(["comes", "goes", "gone"]);
  const { plain } = edge.data();
  const sign = choice.view !== "changes" || states.length > 1 ? "" : states.includes("after") ? "+ " : "− ";
  edge.data("label", plain === "" && sign === "" ? "" : `${sign}${plain || "peering"}`);
  if (choice.view === "changes") {
    edge.toggleClass("comes", !states.includes("before"));
    edge.toggleClass("goes", !states.includes("after"));
  } else {
    edge.toggleClass("gone", !states.includes(choice.view));
  }
}

function refresh() {
  const state = stateShown();
  cy.startBatch();
  cy.nodes().forEach((node) => refreshNode(node, state));
  cy.edges().forEach(refreshEdge);
  cy.endBatch();
  drawWays(state);
  describe(state);
}

// What the map shows, for those who do not see it.
function describe(state) {
  const inView = choice.part === null ? networks.map((_, number) => number) : visibleNetworks();
  const found = new Map();
  for (const network of inView) {
    const [worst] = statusesFor(state, choice, network);
    found.set(worst, (found.get(worst) ?? 0) + 1);
  }
  const counts = statuses.map((status) => `${found.get(status.word) ?? 0} ${status.word}`);
  byId("map-text").textContent = choice.part === null
    ? `An overview of ${counted(partCount, "part", "parts")}. The list “Part of the map” opens one.`
    : `A map of ${counted(inView.length, "network", "networks")}: ${listed(counts)}. The tables of networks, `
      + "and of peerings and connections, say all that the map shows. Arrow keys move the map, plus and minus zoom, 0 fits it.";
  byId("map").setAttribute("aria-label", choice.part === null ? "Overview of parts" : "Map of networks");
}

function pickOnMap(node) {
  const { network, bundle, part, pool, appliance } = node.data();
  if (appliance !== undefined) choose({ network: everyAppliance[appliance].network });
  else if (part !== undefined) openPart(part);
  else if (network !== undefined) choose({ network });
  else if (pool !== undefined) chooseGateway(pool);
  else if (bundle !== undefined) showSpokes(bundle);
}

// A part opens with clients of its own.
function openPart(part) {
  const gateway = gatewayOf(part);
  if (gateway !== null && gateway !== choice.gateway) chooseGateway(gateway, { part });
  else choose({ part, network: null });
}

function zoomBy(factor) {
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

function keyOnMap(event) {
  const pans = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  if (pans[event.key]) cy.panBy({ x: pans[event.key][0], y: pans[event.key][1] });
  else if (event.key === "+" || event.key === "=") zoomBy(1.25);
  else if (event.key === "-") zoomBy(0.8);
  else if (event.key === "0") fit();
  else return;
  event.preventDefault();
}

function startMap() {
  cy = cytoscape({
    container: byId("map"),
    elements: [],
    style: drawing(),
    minZoom: 0.03,
    maxZoom: 4,
    autounselectify: true,
    boxSelectionEnabled: false,
    textureOnViewport: networks.length > 1500,
    hideEdgesOnViewport: networks.length > 1500,
  });
  cy.on("tap", "node", (event) => pickOnMap(event.target));
  cy.on("zoom", sizeNamesSoon);
  cy.on("mouseover", "node", (event) => hover(event.target, true));
  cy.on("mouseout", "node", (event) => hover(event.target, false));
  byId("map").addEventListener("keydown", keyOnMap);
  const tool = (text, label, act) => element("button", { type: "button", class: "tool", "aria-label": label, title: label, text, onclick: act });
  const overview = partCount > 1 && networks.length > MOST_AT_ONCE;
  replace(byId("tools"),
    overview ? tool("Overview", "Show the overview of parts", () => choose({ part: null, network: null })) : null,
    tool("−", "Zoom out", () => zoomBy(0.8)),
    tool("+", "Zoom in", () => zoomBy(1.25)),
    tool("Fit", "Fit the map", fit),
    tool("SVG", "Save the map as SVG", saveMap));
  legend();
  draw();
  watch((before) => {
    if (choice.part !== drawnPart) draw();
    else refresh();
    sizeNames();
    const node = choice.network !== null && choice.network !== before.network ? cy.getElementById(nodeOf.get(choice.network)) : null;
    if (node && node.length > 0) bringIntoView(node);
  });
  new ResizeObserver(takeRoom).observe(byId("map"));
}

function bringIntoView(node) {
  const { x, y } = node.renderedPosition();
  const isInside = x > 40 && y > 30 && x < cy.width() - 40 && y < cy.height() - 30;
  if (!isInside) cy.center(node);
}

// Under the pointer a dot says its name.
function hover(node, isOver) {
  byId("map").style.cursor = isOver ? "pointer" : "";
  if (!isDot(node) || node.hasClass("picked")) return;
  node.toggleClass("named", isOver);
  node.data("font", isOver ? 11 / cy.zoom() : DOT_FONT);
}

function restyle() {
  cy.style(drawing());
  refresh();
  sizeNames();
}
