// How the map draws what is on it: colours from the page's styles, and for every colour a mark or a kind of line.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// The frames of statuses, and below the lines, are those of src/cli/view/look.rs; a test compares them.
const FRAMES = {
  "reachable": { width: 2, style: "solid" },
  "needs-route": { width: 2, style: "dashed" },
  "blackhole": { width: 4, style: "solid" },
  "unreachable": { width: 2, style: "dotted" },
};

// The shapes of dots, where there is no room for cards.
const DOTS = {
  "reachable": "ellipse",
  "needs-route": "triangle",
  "blackhole": "diamond",
  "unreachable": "rectangle",
};

const WIRES = {
  "gateway-transit": { width: 1.5, style: "solid", arrow: true },
  "peering": { width: 1.5, style: "solid" },
  "peering-one-sided": { width: 1.5, style: "dotted", broken: true },
  "peering-disconnected": { width: 1.5, style: "dotted", broken: true },
  "peering-without-access": { width: 1.5, style: "dotted", broken: true },
  "tunnel-bgp": { width: 3, style: "solid" },
  "tunnel-static": { width: 3, style: "dashed" },
  "tunnel-bgp-idle": { width: 3, style: "dashed" },
  "tunnel-down": { width: 1.5, style: "dotted", broken: true },
  "tunnel-without-gateway": { width: 1.5, style: "dotted", broken: true },
  "clients": { width: 1.5, style: "solid" },
  "inside": { width: 1.5, style: "solid" },
  "way-out": { width: 1.5, style: "solid", arrow: true },
};

const DASHES = [9, 4];

// The ways of packets lie beside the lines that they follow.
const WAYS = {
  "there": { colour: "accent", style: "solid", word: "forward path" },
  "back": { colour: "return", style: "dashed", word: "return path" },
};

// What stands at a line of the map: a peering that works needs no word.
function wireLabel(kind) {
  return kind === "peering" ? "" : `${WIRES[kind].broken ? "✕ " : ""}${KINDS[kind]}`;
}

function drawing() {
  const font = getComputedStyle(document.body).fontFamily;
  const base = [
    {
      selector: "node",
      style: {
        "shape": "round-rectangle",
        "width": "data(width)",
        "height": "data(height)",
        "label": "data(label)",
        "font-family": font,
        "font-size": "data(font)",
        "line-height": 1.25,
        "text-valign": "center",
        "text-halign": "center",
        "text-wrap": "wrap",
        "text-max-width": 9000,
        "min-zoomed-font-size": 6,
        "color": colour("ink"),
        "background-color": colour("panel"),
        "border-width": 1.5,
        "border-color": colour("outline"),
      },
    },
    { selector: "node[router = 'yes']", style: { "z-index": 2 } },
    { selector: "node.site", style: { "shape": "hexagon" } },
    { selector: "node.appliance", style: { "shape": "rhomboid" } },
    { selector: "node.internet", style: { "shape": "ellipse" } },
    {
      selector: "node.pool",
      style: {
        "shape": "round-rectangle",
        "corner-radius": 22,
        "background-color": colour("accent-tint"),
        "border-color": colour("accent"),
        "border-width": 1,
      },
    },
    {
      selector: "node.dot",
      style: {
        "shape": "ellipse",
        "text-valign": "bottom",
        "text-margin-y": 3,
        "min-zoomed-font-size": 8,
        "background-color": colour("outline"),
        "border-width": 0,
      },
    },
    {
      selector: "node.named",
      style: {
        "z-index": 5,
        "min-zoomed-font-size": 0,
        "text-background-color": colour("panel"),
        "text-background-opacity": 0.94,
        "text-background-padding": 3,
        "text-background-shape": "round-rectangle",
      },
    },
    { selector: "node.absent", style: { "border-style": "dotted", "background-opacity": 0.4, "color": colour("soft") } },
    {
      selector: "edge",
      style: {
        "curve-style": "bezier",
        "control-point-step-size": 46,
        "width": 2,
        "line-color": colour("wire"),
        "label": "data(label)",
        "font-family": font,
        "font-size": 11,
        "text-margin-y": "data(shift)",
        "min-zoomed-font-size": 7,
        "color": colour("soft"),
        "text-background-color": colour("page"),
        "text-background-opacity": 1,
        "text-background-padding": 2,
        "text-background-shape": "round-rectangle",
      },
    },
  ];
  for (const [kind, wire] of Object.entries(WIRES)) {
    const style = { "width": wire.width, "line-style": wire.style, "line-dash-pattern": DASHES };
    if (wire.broken) Object.assign(style, { "line-color": colour("blackhole"), "color": colour("blackhole") });
    if (kind === "clients") style["line-color"] = colour("accent");
    // The arrow of gateway transit points at the VNet that uses the gateway.
    if (wire.arrow) Object.assign(style, { "target-arrow-shape": "triangle", "target-arrow-color": colour("wire"), "arrow-scale": 1.1 });
    base.push({ selector: `edge.${kind}`, style });
  }
  for (const word of WORST) {
    base.push({
      selector: `node.${word}`,
      style: {
        "border-color": colour(word),
        "border-style": FRAMES[word].style,
        "border-width": (node) => (FRAMES[word].width / 2) * node.data("stroke"),
        "background-color": colour(`${word}-tint`),
      },
    });
  }
  // A gateway has a double frame.
  base.push({ selector: "node.gateway", style: { "outline-width": 1.2, "outline-offset": 3, "outline-style": "solid", "outline-color": (node) => colour(WORST.find((word) => node.hasClass(word)) ?? "outline") } });
  for (const [word, shape] of Object.entries(DOTS)) {
    base.push({ selector: `node.dot.${word}`, style: { "shape": shape, "background-color": word === "unreachable" ? colour("page") : colour(word), "border-style": "solid", "border-width": 2 } });
  }
  return base.concat([
    { selector: "node.chosen", style: { "underlay-color": colour("accent"), "underlay-opacity": 0.22, "underlay-padding": 7, "underlay-shape": "round-rectangle" } },
    { selector: "node.differs", style: { "font-weight": "bold", "underlay-color": colour("ink"), "underlay-opacity": 0.28, "underlay-padding": 6 } },
    { selector: ".faded", style: { "opacity": 0.38 } },
    { selector: "edge.comes", style: { "line-color": colour("reachable"), "color": colour("reachable"), "target-arrow-color": colour("reachable") } },
    { selector: "edge.goes", style: { "line-color": colour("blackhole"), "color": colour("blackhole"), "line-style": "dotted", "target-arrow-color": colour("blackhole") } },
    {
      selector: "edge.route",
      style: { "curve-style": "unbundled-bezier", "control-point-distances": 24, "control-point-weights": 0.5, "width": "data(thick)", "line-dash-pattern": [8, 4], "target-arrow-shape": "triangle", "arrow-scale": 1.1, "z-index": 9 },
    },
    ...Object.entries(WAYS).map(([way, { colour: name, style }]) => (
      { selector: `edge.${way}`, style: { "line-color": colour(name), "target-arrow-color": colour(name), "line-style": style } })),
    { selector: "edge.lost", style: { "line-color": colour("blackhole"), "target-arrow-color": colour("blackhole"), "color": colour("blackhole") } },
    { selector: "node.picked", style: { "border-color": colour("accent"), "border-style": "solid", "border-width": 4, "underlay-color": colour("accent"), "underlay-opacity": 0.3, "underlay-padding": 8 } },
    { selector: "node.part", style: { "shape": "round-rectangle", "background-color": colour("panel"), "border-color": colour("wire") } },
    { selector: ".gone", style: { "display": "none" } },
  ]);
}

// A sample of a node or a line for the legend.
function sample(draw) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [name, value] of [["width", 34], ["height", 20], ["viewBox", "0 0 34 20"], ["aria-hidden", "true"]]) {
    svg.setAttribute(name, value);
  }
  for (const [tag, attributes] of draw) {
    const part = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    svg.append(part);
  }
  return svg;
}

function legend() {
  const dashed = { "solid": "none", "dashed": DASHES.join(" "), "dotted": "2 3" };
  const line = (stroke, width, style, isArrow) => {
    const drawn = ["line", { x1: 1, y1: 10, x2: isArrow ? 26 : 33, y2: 10, stroke, "stroke-width": width, "stroke-dasharray": dashed[style] }];
    return sample(isArrow ? [drawn, ["path", { d: "M33 10 L25 5.5 L25 14.5 Z", fill: stroke }]] : [drawn]);
  };
  const words = { ...KINDS, "clients": "clients connect", "inside": "appliance in the VNet", "way-out": "packets leave for the Internet" };
  const wire = ([kind, { width, style, arrow, broken }]) => {
    const stroke = broken ? "var(--blackhole)" : kind === "clients" ? "var(--accent)" : "var(--wire)";
    return [line(stroke, width, style, arrow), words[kind]];
  };
  const way = ({ colour: name, style, word }) => [line(`var(--${name})`, 3, style, true), word];
  const outline = { fill: "var(--panel)", stroke: "var(--wire)", "stroke-width": 1.5 };
  const box = ["rect", { x: 4, y: 4, width: 26, height: 12, rx: 3, ...outline }];
  const shapes = [
    [sample([box]), "VNet"],
    [sample([box, ["rect", { x: 1.5, y: 1.5, width: 31, height: 17, rx: 4, ...outline, fill: "none", "stroke-width": 1 }]]), "VNet with a gateway"],
    [sample([["path", { d: "M8 3 H26 L32 10 L26 17 H8 L2 10 Z", ...outline }]]), "On-premises site"],
    [sample([["rect", { x: 2, y: 3, width: 30, height: 14, rx: 7, fill: "var(--accent-tint)", stroke: "var(--accent)" }]]), "Client pool"],
    everyAppliance.length > 0 ? [sample([["path", { d: "M8 3 H32 L26 17 H2 Z", ...outline }]]), "Appliance"] : null,
    internet >= 0 ? [sample([["ellipse", { cx: 17, cy: 10, rx: 15, ry: 7.5, ...outline }]]), "The Internet"] : null,
  ].filter((shape) => shape);
  const status = (one) => {
    const { width, style } = FRAMES[one.word];
    const rect = ["rect", {
      x: 3, y: 3, width: 28, height: 14, rx: 4,
      fill: `var(--${one.word}-tint)`, stroke: `var(--${one.word})`, "stroke-width": width,
      "stroke-dasharray": { "solid": "none", "dashed": "5 3", "dotted": "2 2.5" }[style],
    }];
    return [sample([rect]), `${one.mark} ${one.word}`];
  };
  const used = new Set(report.states.flatMap((state) => state.links.map((link) => link.kind)));
  if (everyAppliance.length > 0) used.add("inside");
  if (exits().length > 0) used.add("way-out");
  const wires = Object.entries(WIRES).filter(([kind]) => used.has(kind)).map(wire);
  const dot = (one) => {
    const own = { fill: one.word === "unreachable" ? "var(--page)" : `var(--${one.word})`, stroke: `var(--${one.word})`, "stroke-width": 1.5 };
    const shape = {
      "reachable": ["circle", { cx: 17, cy: 10, r: 6.5, ...own }],
      "needs-route": ["path", { d: "M17 3 L24.5 17 H9.5 Z", ...own }],
      "blackhole": ["path", { d: "M17 2.5 L24.5 10 L17 17.5 L9.5 10 Z", ...own }],
      "unreachable": ["rect", { x: 11, y: 4, width: 12, height: 12, ...own }],
    }[one.word];
    return [sample([shape]), `${one.mark} ${one.word}, a spoke`];
  };
  const dots = networks.length > MOST_CARDS ? statuses.map(dot) : [];
  const all = [...statuses.map(status), ...dots, ...shapes, ...wires, ...Object.values(WAYS).map(way)];
  replace(byId("legend"), all.map(([drawn, text]) => element("div", {}, drawn, element("span", { text }))));
}
