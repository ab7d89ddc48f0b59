// What stands beside the map: why clients reach the picked network or do not, and what would help.

function rowLink(state, at) {
  const place = state.rowOf.get(at);
  if (place === undefined) return element("span", { class: "mono", text: shown(at) });
  return element("a", { class: "mono", href: `#row-${state.label}-${place}`, text: shown(at), onclick: openRows });
}

function rowsOf(state, rows) {
  if (!rows || rows.length === 0) return null;
  const parts = [" ("];
  rows.forEach((row, index) => {
    if (index > 0) parts.push(", ");
    if (row.by_default) parts.push(`by default: ${row.by_default} at `);
    row.at.forEach((at, place) => {
      if (place > 0) parts.push(", ");
      parts.push(rowLink(state, at));
    });
  });
  return element("span", { class: "rows" }, parts, ")");
}

// The lines of an explanation, but for those that stand above them already, and those about other clients.
function ownLines(lines) {
  let isOwn = true;
  return lines.filter((line) => {
    if (line.kind === "title" || line.kind === "status") return false;
    if (line.kind === "heading") isOwn = true;
    else if (line.classes) isOwn = line.classes.includes(choice.className);
    return isOwn;
  });
}

function told(state, lines) {
  return element("div", { class: "told" }, ownLines(lines).map((line) => {
    const rows = rowsOf(state, line.rows);
    if (line.kind === "heading") return element("h4", { text: line.text });
    if (line.kind === "holds" || line.kind === "fails") {
      const sign = line.kind === "holds" ? "✓" : "✗";
      return element("p", { class: line.kind }, element("span", { class: "sign", text: sign }), element("span", {}, prose(line.text), rows));
    }
    const indent = line.kind === "step" ? `margin-left: ${1.35 + Math.min(line.depth - 2, 6) * 0.7}rem` : null;
    const made = element("p", { class: line.kind }, prose(line.text), rows);
    if (indent) made.style.cssText = indent;
    return made;
  }));
}

function explained(state, network) {
  const explanation = state.explanationOf.get(key(choice.gateway, network));
  if (!explanation) {
    const command = `tunnelog explain ${state.command} ${option("--from", networks[choice.gateway].name)} `
      + `${option("--to", networks[network].name)} --class ${choice.className}`;
    return [
      element("p", { text: "This page has no room for every proof. For this one:" }),
      element("pre", { text: shown(command) }),
    ];
  }
  return explanation.parts.flatMap((lines) => [
    explanation.parts.length > 1 ? element("p", { class: "facts", text: lines[0].text }) : null,
    told(state, lines),
  ]);
}

function planned(plan) {
  return element("div", { class: "plan" },
    element("strong", {}, prose(plan.title)),
    element("ul", { class: "changes" }, plan.changes.map((text) => element("li", {}, element("code", { text: shown(text) })))),
    plan.consequences.map((text) => element("p", {}, prose(text))),
    plan.commands.length > 0 ? element("details", {},
      element("summary", { text: "Commands" }), element("pre", { text: plan.commands.map(shown).join("\n") })) : null);
}

function helped(state, network) {
  const open = rowsFor(state, choice, network).some((row) => row[2] !== "reachable");
  // No measure leads to the Internet.
  if (!open || networks[network].kind === "internet") return [];
  const fix = state.fixOf.get(key(choice.gateway, network, choice.className));
  const heading = element("h3", { text: "What would help" });
  const command = element("pre", { text: shown(`tunnelog fix ${state.command} ${option("--from", networks[choice.gateway].name)} `
    + `${option("--to", networks[network].name)} --class ${choice.className}`) });
  if (!fix) return [heading, element("p", { text: "Plans are searched for by:" }), command];
  return [heading, fix.plans.map(planned), element("p", { class: "facts" }, prose(fix.search)),
    element("details", {}, element("summary", { text: "To search on" }), command)];
}

function factsOf(state, network) {
  const holding = state.holdingOf.get(network);
  if (networks[network].kind === "internet") return element("p", { class: "facts", text: "What lies outside all networks: packets leave for it by an appliance or a site." });
  if (!holding) return element("p", { class: "facts", text: "It is not in this inventory." });
  const parts = [networks[network].kind === "site" ? "On-premises site" : holding.gateway ? "VNet with a gateway" : "VNet"];
  if (holding.addresses.length > 0) parts.push(holding.addresses.join(", "));
  if (holding.asn !== undefined) parts.push(`AS ${holding.asn}`);
  if (holding.transit) parts.push("transit");
  const { gateway } = holding;
  if (gateway) {
    if (gateway.client_pool.length > 0) parts.push(`clients get ${gateway.client_pool.join(", ")}`);
    if (gateway.custom_routes.length > 0) parts.push(`custom routes ${gateway.custom_routes.join(", ")}`);
    if (gateway.sku) parts.push(shown(gateway.sku));
    if (!gateway.bgp) parts.push("no BGP");
  }
  const inside = (state.appliances ?? []).filter((appliance) => appliance.network === network);
  const appliances = inside.map((one) => [" · appliance ", named(one.name), one.at ? [" ", rowLink(state, one.at)] : null]);
  return element("p", { class: "facts" }, parts.join(" · "), " · ", rowLink(state, holding.at), appliances);
}

function verdicts(state, network) {
  const rows = rowsFor(state, choice, network);
  if (rows.length === 0) {
    return element("p", { class: "empty", text: "Not connected to these clients by any chain of peerings and connections, or without a destination of its own." });
  }
  return element("ul", { class: "verdicts" }, rows.map(([, destination, status, reasons]) => element("li", {},
    badge(status), element("span", { class: "mono", text: destination }),
    element("span", { class: "why", text: reasonsText(reasons) }))));
}

function showReasons() {
  const panel = byId("reasons");
  const { network, gateway } = choice;
  if (network === null || gateway === null) {
    replace(panel,
      element("h2", { id: "reasons-heading", text: gateway === null ? "No Point-to-Site clients" : "Why?" }),
      element("p", { class: gateway === null ? "soft" : "soft prompt", text: gateway === null
        ? "No gateway on this page has a client pool."
        : "Pick a network on the map, in the table or by search: here stands why clients reach it or do not, and what would help." }));
    return;
  }
  const state = stateShown();
  const before = stateBefore();
  const changed = changesOf(network);
  const here = isThere(state, network) || !before ? state : before;
  replace(panel,
    element("h2", { id: "reasons-heading" }, named(networks[network].name)),
    factsOf(here, network),
    changed.length > 0 ? element("ul", { class: "verdicts" }, changed.map((row) => element("li", {},
      badge(row[2]), element("span", { class: "arrow", text: " → " }), badge(row[3]),
      element("span", { class: "mono", text: row[1] })))) : null,
    changed.length > 0 ? null : verdicts(here, network),
    element("h3", {}, before ? (here === state ? "After the change: " : "Before the change: ") : "", whose()),
    explained(here, network),
    helped(here, network));
  panel.scrollTop = 0;
}

function say(text) {
  byId("said").textContent = text;
}

// The result of a pick as one sentence.
function sayResult() {
  if (choice.network === null || choice.gateway === null) return;
  const rows = rowsFor(stateShown(), choice, choice.network);
  const name = shown(networks[choice.network].name);
  const found = rows.map((row) => `${row[1]} is ${row[2]}: ${reasonsText(row[3])}`).join("; ");
  const changed = changesOf(choice.network).map((row) => `${row[1]} was ${row[2] || "not there"}`).join(", ");
  say(`${name} for ${whose().textContent}: ${found || "no destination"}${changed ? ` (${changed})` : ""}.`);
}

function startReasons() {
  showReasons();
  watch(() => {
    showReasons();
    sayResult();
  });
}
