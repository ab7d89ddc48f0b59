// Where networks stand on the map: the layout engine moves them from places that depend on nothing but the
// topology, so that two loads of a page look the same.

const RING = 190;

// Places on rings around the router with the most neighbours, so that a chain is a line and spokes surround their hub.
function startingPlaces(members, neighbours, isRouter) {
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
      const crowd = Math.max(1, (leaves.get(root) * 60) / (2 * Math.PI * RING));
      const radius = depth * RING * Math.sqrt(crowd);
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

// Lays out the connected components one by one, and sets them in rows beside each other.
function layOut(cy) {
  const components = cy.elements().components().sort((one, other) => other.nodes().length - one.nodes().length);
  const boxes = [];
  cy.startBatch();
  for (const component of components) {
    const nodes = component.nodes();
    const ids = nodes.map((node) => node.id());
    const neighbours = (id) => cy.getElementById(id).neighborhood("node").map((node) => node.id());
    const places = startingPlaces(ids, neighbours, (id) => cy.getElementById(id).data("router") === "yes");
    nodes.forEach((node) => node.position(places.get(node.id()) || { x: 0, y: 0 }));
  }
  cy.endBatch();
  for (const component of components) {
    const nodes = component.nodes();
    if (nodes.length > 2) {
      withSameChances(() => component.layout({
        name: "fcose",
        quality: nodes.length > 600 ? "draft" : "default",
        randomize: false,
        animate: false,
        fit: false,
        nodeDimensionsIncludeLabels: true,
        idealEdgeLength: () => 100,
        nodeRepulsion: () => 12000,
        edgeElasticity: () => 0.3,
        gravity: 0.2,
        numIter: nodes.length > 200 ? 800 : 2500,
        packComponents: false,
        tile: false,
      }).run());
    }
    boxes.push({ nodes, box: nodes.boundingBox({ includeLabels: true }) });
  }
  setInRows(cy, boxes);
}

function setInRows(cy, boxes) {
  const gap = 70;
  const area = boxes.reduce((sum, { box }) => sum + (box.w + gap) * (box.h + gap), 0);
  const width = Math.max(Math.sqrt(area) * 1.6, ...boxes.map(({ box }) => box.w + gap));
  let x = 0;
  let y = 0;
  let height = 0;
  cy.startBatch();
  for (const { nodes, box } of boxes) {
    if (x > 0 && x + box.w > width) {
      x = 0;
      y += height + gap;
      height = 0;
    }
    const [left, top] = [x, y];
    nodes.forEach((node) => {
      const place = node.position();
      node.position({ x: place.x - box.x1 + left, y: place.y - box.y1 + top });
    });
    x += box.w + gap;
    height = Math.max(height, box.h);
  }
  cy.endBatch();
}
