// Where networks stand on the map: the layout engine moves them from places that depend on nothing but the
// topology, so that two loads of a page look the same.

const RING = 190;

function isDot(node) {
  return node.data("isDot") === true;
}

// Dots stand around their router as the seeds of a sunflower do, which fills a disc evenly.
const SEED = 21;
const SEEDS_UNDER_A_NAME = 40;

function discRadius(seeds) {
  return SEED * Math.sqrt(seeds + SEEDS_UNDER_A_NAME) + SEED;
}

function seedAt(centre, index) {
  const angle = index * Math.PI * (3 - Math.sqrt(5));
  const radius = SEED * Math.sqrt(index + SEEDS_UNDER_A_NAME);
  return { x: centre.x + Math.cos(angle) * radius, y: centre.y + Math.sin(angle) * radius };
}

// Places on rings around the router with the most neighbours, so that a chain is a line and spokes surround their hub.
function startingPlaces(members, neighbours, isRouter, ring) {
  const here = new Set(members);
  const degree = (node) => neighbours(node).filter((other) => here.has(other)).length;
  const worth = (node) => degree(node) + (isRouter(node) ? members.length : 0);
  const chain = members.every((node) => degree(node) <= 3) && members.filter((node) => degree(node) === 1).length <= 3;
  const ends = members.filter((node) => degree(node) <= 1);
  // A chain begins on the left, with its clients.
  const root = chain && ends.length > 0
    ? ends.find((node) => node.startsWith("p")) ?? ends[0]
    : members.reduce((best, node) => (worth(node) > worth(best) ? node : best), members[0]);
  const children = new Map([[root, []]]);
  const queue = [root];
  for (let place = 0; place < queue.length; place += 1) {
    for (const next of neighbours(queue[place])) {
      if (!here.has(next) || children.has(next)) continue;
      children.set(next, []);
      children.get(queue[place]).push(next);
      queue.push(next);
    }
  }
  const leaves = new Map();
  for (const node of [...queue].reverse()) {
    const below = children.get(node).reduce((sum, child) => sum + leaves.get(child), 0);
    leaves.set(node, Math.max(1, below));
  }
  const places = new Map([[root, { x: 0, y: 0 }]]);
  const open = [[root, -Math.PI / 2, Math.PI * 1.5, 1]];
  while (open.length > 0) {
    const [node, from, to, depth] = open.shift();
    const own = children.get(node);
    let angle = own.length === 1 && depth === 1 ? -Math.PI : from;
    const width = own.length === 1 && depth === 1 ? 2 * Math.PI : to - from;
    for (const child of own) {
      const share = (width * leaves.get(child)) / leaves.get(node);
      const middle = angle + share / 2;
      const crowd = Math.max(1, (leaves.get(root) * 60) / (2 * Math.PI * ring));
      const radius = depth * ring * Math.sqrt(crowd);
      places.set(child, { x: Math.cos(middle) * radius, y: Math.sin(middle) * radius });
      open.push([child, angle, angle + share, depth + 1]);
      angle += share;
    }
  }
  return places;
}

// The layout engine is asked for the same chances every time.
function withSameChances(work) {
  const random = Math.random;
  let seed = 20230728;
  Math.random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 4294967296;
  };
  try {
    return work();
  } finally {
    Math.random = random;
  }
}

// The spokes that are dots on one hub, by their hub.
function seedsOf(nodes) {
  const seeds = new Map();
  nodes.filter((node) => isDot(node)).forEach((node) => {
    const around = node.neighborhood("node");
    if (around.length !== 1 || isDot(around[0])) return;
    const hub = around[0].id();
    if (!seeds.has(hub)) seeds.set(hub, []);
    seeds.get(hub).push(node);
  });
  return seeds;
}

function runEngine(elements, count, edgeLength) {
  withSameChances(() => elements.layout({
    name: "fcose",
    quality: "default",
    randomize: false,
    animate: false,
    fit: false,
    nodeDimensionsIncludeLabels: false,
    idealEdgeLength: () => edgeLength,
    nodeRepulsion: () => 12000,
    edgeElasticity: () => 0.3,
    gravity: 0.2,
    numIter: count > 200 ? 800 : 2500,
    packComponents: false,
    tile: false,
  }).run());
}

// Lays out one connected component. A hub is as wide as the disc of its dots until the engine has found its place.
function layOutComponent(cy, component) {
  const nodes = component.nodes();
  const seeds = seedsOf(nodes);
  const dots = cy.collection([...seeds.values()].flat());
  const others = nodes.difference(dots);
  const neighbours = (id) => cy.getElementById(id).neighborhood("node").difference(dots).map((node) => node.id());
  const isRouter = (id) => cy.getElementById(id).data("router") === "yes";
  const widest = Math.max(0, ...[...seeds.values()].map((own) => discRadius(own.length)));
  const places = startingPlaces(others.map((node) => node.id()), neighbours, isRouter, RING + 2 * widest);
  const sizes = new Map();
  others.forEach((node) => {
    node.position(places.get(node.id()) || { x: 0, y: 0 });
    const own = seeds.get(node.id());
    if (!own) return;
    sizes.set(node, { width: node.data("width"), height: node.data("height") });
    node.data({ width: 2 * discRadius(own.length), height: 2 * discRadius(own.length) });
  });
  if (others.length > 2) runEngine(others.union(others.edgesWith(others)), others.length, seeds.size > 0 ? 260 : 100);
  for (const [node, size] of sizes) {
    node.data(size);
    seeds.get(node.id()).forEach((dot, index) => dot.position(seedAt(node.position(), index)));
  }
}

// Lays out the connected components one by one, and sets them in rows beside each other.
function layOut(cy) {
  const components = cy.elements().components().sort((one, other) => other.nodes().length - one.nodes().length);
  const boxes = [];
  for (const component of components) {
    layOutComponent(cy, component);
    const nodes = component.nodes();
    boxes.push({ nodes, box: nodes.boundingBox({ includeLabels: true }) });
  }
  setInRows(cy, boxes);
}

const GAP = 70;

// Where boxes stand that are set in rows of that width, and how much room they take.
function rowsWithin(boxes, width) {
  const corners = [];
  let [x, y, height, widest] = [0, 0, 0, 0];
  for (const { box } of boxes) {
    if (x > 0 && x + box.w > width) [x, y, height] = [0, y + height + GAP, 0];
    corners.push({ x, y });
    x += box.w + GAP;
    height = Math.max(height, box.h);
    widest = Math.max(widest, x);
  }
  return { corners, width: widest, height: y + height };
}

// Sets components in as many rows as let them be largest on the map.
function setInRows(cy, boxes) {
  const total = boxes.reduce((sum, { box }) => sum + box.w + GAP, 0);
  const most = Math.min(boxes.length, 24);
  let best = null;
  for (let count = 1; count <= most; count += 1) {
    const rows = rowsWithin(boxes, (total / count) * 1.1);
    const scale = Math.min(cy.width() / rows.width, cy.height() / rows.height);
    if (!best || scale > best.scale) best = { ...rows, scale };
  }
  cy.startBatch();
  boxes.forEach(({ nodes, box }, index) => {
    const corner = best.corners[index];
    nodes.forEach((node) => {
      const place = node.position();
      node.position({ x: place.x - box.x1 + corner.x, y: place.y - box.y1 + corner.y });
    });
  });
  cy.endBatch();
}
