// How the map draws what is on it: colours from the page's styles, and for every colour a mark or a kind of line.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const BORDERS = {
  "reachable": "solid",
  "needs-route": "dashed",
  "blackhole": "double",
  "unreachable": "dotted",
};

// The shapes of dots, where there is no room for cards.
const DOTS = {
  "reachable": "ellipse",
  "needs-route": "triangle",
  "blackhole": "diamond",
  "unreachable": "rectangle",
};

const WIRES = {
  "gateway-transit": { width: 4, style: "solid" },
  "peering": { width: 1.8, style: "solid" },
  "peering-one-sided": { width: 1.8, style: "dotted" },
  "peering-disconnected": { width: 1.8, style: "dotted", mark: "✕ " },
  "peering-without-access": { width: 1.8, style: "dotted", mark: "✕ " },
  "tunnel-bgp": { width: 4, style: "dashed", pattern: [14, 5] },
  "tunnel-static": { width: 2.4, style: "dashed", pattern: [7, 5] },
  "tunnel-bgp-idle": { width: 2.4, style: "dashed", pattern: [3, 5] },
  "tunnel-down": { width: 1.8, style: "dotted", mark: "✕ " },
  "tunnel-without-gateway": { width: 1.8, style: "dotted", mark: "✕ " },
  "clients": { width: 1.5, style: "solid" },
};

const BROKEN = [
  "peering-one-sided", "peering-disconnected", "peering-without-access",
  "tunnel-bgp-idle", "tunnel-down", "tunnel-without-gateway",
];

// What stands at a line of the map: a peering that works needs no word.
function wireLabel(kind) {
  return kind === "peering" ? "" : `${WIRES[kind].mark || ""}${KINDS[kind]}`;
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
        "border-color": colour("wire"),
      },
    },
    { selector: "node[router = 'yes']", style: { "z-index": 2 } },
    { selector: "node.site", style: { "shape": "barrel" } },
    { selector: "node.gateway", style: { "shape": "cut-rectangle" } },
    {
      selector: "node.pool",
      style: {
        "shape": "ellipse",
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
        "background-color": colour("wire"),
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
        "line-color": colour("wire-strong"),
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
    const style = { "width": wire.width, "line-style": wire.style };
    if (wire.pattern) style["line-dash-pattern"] = wire.pattern;
    if (BROKEN.includes(kind)) Object.assign(style, { "line-color": colour("blackhole"), "color": colour("blackhole") });
    if (kind === "peering") style["line-color"] = colour("wire");
    if (kind === "clients") style["line-color"] = colour("accent");
    if (kind === "gateway-transit") {
      // The arrow points at the hub, whose gateway the spoke uses.
      Object.assign(style, { "source-arrow-shape": "triangle", "source-arrow-color": colour("wire-strong"), "arrow-scale": 0.9 });
    }
    base.push({ selector: `edge.${kind}`, style });
  }
  for (const word of WORST) {
    base.push({
      selector: `node.${word}`,
      style: {
        "border-color": colour(word),
        "border-style": BORDERS[word],
        "border-width": "data(stroke)",
        "background-color": colour(`${word}-tint`),
      },
    });
  }
  // Two lines need more room than one.
  base.push({ selector: "node.blackhole", style: { "border-width": (node) => 1.7 * node.data("stroke") } });
  for (const [word, shape] of Object.entries(DOTS)) {
    base.push({ selector: `node.dot.${word}`, style: { "shape": shape, "background-color": word === "unreachable" ? colour("page") : colour(word), "border-style": "solid", "border-width": 2 } });
  }
  return base.concat([
    { selector: "node.chosen", style: { "underlay-color": colour("accent"), "underlay-opacity": 0.22, "underlay-padding": 7, "underlay-shape": "round-rectangle" } },
    { selector: "node.differs", style: { "font-weight": "bold", "underlay-color": colour("ink"), "underlay-opacity": 0.28, "underlay-padding": 6 } },
    { selector: ".faded", style: { "opacity": 0.38 } },
    { selector: "edge.comes", style: { "line-color": colour("reachable"), "color": colour("reachable"), "source-arrow-color": colour("reachable") } },
    { selector: "edge.goes", style: { "line-color": colour("blackhole"), "color": colour("blackhole"), "line-style": "dotted", "source-arrow-color": colour("blackhole") } },
    { selector: "edge.way", style: { "underlay-color": colour("accent"), "underlay-opacity": 0.3, "underlay-padding": 6, "opacity": 1 } },
    { selector: "edge.lost", style: { "underlay-color": colour("blackhole"), "underlay-opacity": 0.3, "underlay-padding": 6, "opacity": 1 } },
    { selector: "node.picked", style: { "border-color": colour("accent"), "border-style": "solid", "border-width": 4, "underlay-color": colour("accent"), "underlay-opacity": 0.3, "underlay-padding": 8 } },
    { selector: "node.part", style: { "shape": "round-rectangle", "background-color": colour("panel"), "border-color": colour("wire-strong") } },
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
  const wire = ([kind, { width, style, pattern }]) => {
    const broken = BROKEN.includes(kind);
    const stroke = broken ? "var(--blackhole)" : kind === "peering" ? "var(--wire)" : "var(--wire-strong)";
    const dashes = style === "dotted" ? "1.5 3" : style === "dashed" ? pattern.join(" ") : "none";
    const line = { x1: 1, y1: 10, x2: 33, y2: 10, stroke, "stroke-width": width, "stroke-dasharray": dashes };
    const arrow = ["path", { d: "M0 10 L8 5.5 L8 14.5 Z", fill: stroke }];
    return [sample(kind === "gateway-transit" ? [["line", line], arrow] : [["line", line]]), KINDS[kind]];
  };
  const outline = { fill: "var(--panel)", stroke: "var(--wire-strong)", "stroke-width": 1.5 };
  const shapes = [
    [sample([["rect", { x: 3, y: 3, width: 28, height: 14, rx: 4, ...outline }]]), "VNet"],
    [sample([["path", { d: "M7 3 H27 L31 7 V13 L27 17 H7 L3 13 V7 Z", ...outline }]]), "VNet with a gateway"],
    [sample([["path", { d: "M5 4 Q17 1 29 4 V16 Q17 19 5 16 Z", ...outline }]]), "On-premises site"],
    [sample([["ellipse", { cx: 17, cy: 10, rx: 15, ry: 7.5, fill: "var(--accent-tint)", stroke: "var(--accent)" }]]), "Client pool"],
  ];
  const status = (one) => {
    const dashes = { "reachable": "none", "needs-route": "5 3", "unreachable": "1.5 2.5", "blackhole": "none" }[one.word];
    const rect = (inset, stroke) => ["rect", {
      x: 2 + inset, y: 2 + inset, width: 30 - 2 * inset, height: 16 - 2 * inset, rx: 4,
      fill: `var(--${one.word}-tint)`, stroke: `var(--${one.word})`, "stroke-width": stroke, "stroke-dasharray": dashes,
    }];
    const drawn = one.word === "blackhole" ? [rect(0, 1.5), rect(3, 1.5)] : [rect(0.5, 2.5)];
    return [sample(drawn), `${one.mark} ${one.word}`];
  };
  const used = new Set(report.states.flatMap((state) => state.links.map((link) => link.kind)));
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
  const all = [...statuses.map(status), ...dots, ...shapes, ...wires];
  replace(byId("legend"), all.map(([drawn, text]) => element("div", {}, drawn, element("span", { text }))));
}
