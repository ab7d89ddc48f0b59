// The map as a drawing and the table as text, as files that the browser saves: nothing leaves the page.

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name });
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  say(`Saved as ${name}.`);
}

// What the page is about, as the name of a file takes it.
function fileName(ending) {
  const parts = ["tunnelog"];
  if (choice.gateway !== null) parts.push(networks[choice.gateway].name, choice.className);
  return `${parts.join("-").replace(/[^\p{L}\p{N}._-]+/gu, "-")}.${ending}`;
}

// A cell of CSV that no spreadsheet takes for a formula.
function csvCell(text) {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

// The rows of the table, with the columns of `reach`, and where two states are compared the status before.
function saveTable() {
  const isCompared = choice.view === "changes";
  const head = ["gateway", "class", "network", "destination", ...(isCompared ? ["before"] : []), "status", "reason"];
  const lines = inOrder(filtered(answerRows())).map((row) => [
    networks[choice.gateway].name, choice.className, networks[row.network].name, row.destination,
    ...(isCompared ? [row.before ?? ""] : []), row.status ?? "", row.reasons.join(";"),
  ]);
  save(fileName("csv"), "text/csv", [head, ...lines].map((line) => `${line.map(csvCell).join(",")}\r\n`).join(""));
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function round(value) {
  return Math.round(value * 10) / 10;
}

// A text of several lines in the middle of a place.
function drawnText(text, { x, y }, size, fill, font, weight) {
  const lines = text.split("\n");
  const first = y - ((lines.length - 1) * size * 1.25) / 2;
  return drawn("text", { "font-size": round(size), fill, "font-family": font, "font-weight": weight, "text-anchor": "middle", "dominant-baseline": "central" },
    ...lines.map((line, index) => {
      const made = drawn("tspan", { x: round(x), y: round(first + index * size * 1.25) });
      made.textContent = line;
      return made;
    }));
}

// The corners of shapes, as parts of half their width and height.
const CORNERS = {
  "triangle": [[0, -1], [1, 1], [-1, 1]],
  "diamond": [[0, -1], [1, 0], [0, 1], [-1, 0]],
  "hexagon": [[-0.5, -1], [0.5, -1], [1, 0], [0.5, 1], [-0.5, 1], [-1, 0]],
  "rhomboid": [[-1, -1], [0.333, -1], [1, 1], [-0.333, 1]],
};

function dashes(style, width) {
  return { "dashed": `${4 * width} ${2 * width}`, "dotted": `${width} ${2 * width}` }[style] ?? null;
}

function drawnNode(node) {
  const { x, y } = node.position();
  const [width, height] = [node.width() / 2, node.height() / 2];
  const stroke = node.numericStyle("border-width");
  const look = {
    "fill": node.style("background-color"),
    "stroke": stroke > 0 ? node.style("border-color") : null,
    "stroke-width": round(stroke),
    "stroke-dasharray": dashes(node.style("border-style"), stroke),
  };
  const shape = node.style("shape");
  const corners = CORNERS[shape]?.map(([across, down]) => `${round(x + across * width)} ${round(y + down * height)}`);
  let outline;
  if (shape === "ellipse") outline = drawn("ellipse", { cx: round(x), cy: round(y), rx: round(width), ry: round(height), ...look });
  else if (corners) outline = drawn("path", { d: `M${corners.join("L")}Z`, ...look });
  else outline = drawn("rect", { x: round(x - width), y: round(y - height), width: round(2 * width), height: round(2 * height), rx: node.hasClass("pool") ? round(Math.min(22, height)) : 5, ...look });
  const frame = node.hasClass("gateway") ? [drawn("rect", {
    x: round(x - width - 5), y: round(y - height - 5), width: round(2 * width + 10), height: round(2 * height + 10), rx: 7,
    fill: "none", stroke: node.style("border-color"), "stroke-width": 1.2,
  })] : [];
  const label = node.data("label");
  if (label === "") return [outline];
  const size = node.numericStyle("font-size");
  const place = node.style("text-valign") === "bottom" ? { x, y: y + height + size } : { x, y };
  return [...frame, outline, drawnText(label, place, size, node.style("color"), node.style("font-family"), node.style("font-weight"))];
}

// The head of an arrow at a point that is reached from another.
function arrowHead(tip, from, fill) {
  const angle = Math.atan2(tip.y - from.y, tip.x - from.x);
  const corner = (turn) => `${round(tip.x - 11 * Math.cos(angle + turn))} ${round(tip.y - 11 * Math.sin(angle + turn))}`;
  return drawn("path", { d: `M${round(tip.x)} ${round(tip.y)}L${corner(0.42)}L${corner(-0.42)}Z`, fill });
}

function drawnEdge(edge) {
  const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()];
  const bends = edge.controlPoints() ?? [];
  const width = edge.numericStyle("width");
  const colourOf = edge.style("line-color");
  const point = ({ x, y }) => `${round(x)} ${round(y)}`;
  const path = bends.length > 0 ? `M${point(from)}Q${point(bends[0])} ${point(to)}` : `M${point(from)}L${point(to)}`;
  const pattern = edge.style("line-style") === "dashed" ? String(edge.style("line-dash-pattern")).replaceAll(",", " ") : dashes(edge.style("line-style"), width);
  const parts = [drawn("path", { d: path, fill: "none", stroke: colourOf, "stroke-width": width, "stroke-dasharray": pattern })];
  if (edge.style("source-arrow-shape") !== "none") parts.push(arrowHead(from, bends[0] ?? to, colourOf));
  if (edge.style("target-arrow-shape") !== "none") parts.push(arrowHead(to, bends[0] ?? from, colourOf));
  const label = edge.data("label");
  if (label) {
    const middle = edge.midpoint();
    middle.y += edge.numericStyle("text-margin-y");
    const size = edge.numericStyle("font-size");
    const half = widthOf(label, size) / 2 + 2;
    parts.push(drawn("rect", { x: round(middle.x - half), y: round(middle.y - size * 0.7), width: round(2 * half), height: round(size * 1.4), rx: 3, fill: colour("page") }));
    parts.push(drawnText(label, middle, size, edge.style("color"), edge.style("font-family"), null));
  }
  return parts;
}

// The map as it is drawn, whole, with colours of the page's own.
function saveMap() {
  const box = cy.elements(":visible").boundingBox({ includeLabels: true });
  const [x, y, width, height] = [box.x1 - 20, box.y1 - 20, box.w + 40, box.h + 40].map(round);
  const svg = drawn("svg", { width, height, viewBox: `${x} ${y} ${width} ${height}` },
    drawn("rect", { x, y, width, height, fill: colour("page") }),
    ...cy.edges(":visible").toArray().flatMap(drawnEdge),
    ...cy.nodes(":visible").toArray().flatMap(drawnNode));
  const title = drawn("title", {});
  title.textContent = document.title;
  svg.prepend(title);
  save(fileName("svg"), "image/svg+xml", `${new XMLSerializer().serializeToString(svg)}\n`);
}
