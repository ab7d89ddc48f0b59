// What differs between two states: facts, routes, who has to download the profile, and warnings.

function routeLines(sign, rows) {
  const [word, css] = sign === "+" ? ["gained", "added"] : ["lost", "removed"];
  return rows.map(([prefix, reasons]) => element("li", {},
    element("span", { class: css, text: `${sign} ` }), element("span", { class: "mono", text: prefix }),
    element("span", { class: "soft", text: ` ${word}: ${reasonsText(reasons)}` })));
}

function statusLines(changed) {
  return changed.reach.filter((row) => row[2] !== row[3]).map(([network, destination, before, after]) => element("li", {},
    element("button", { type: "button", class: "link", onclick: () => chooseClients(changed, network) }, named(networks[network].name)),
    element("span", { class: "mono soft", text: ` ${destination} ` }), badge(before),
    element("span", { class: "arrow", text: " → " }), badge(after)));
}

function downloadLine(changed) {
  if (!changed.download) return null;
  const until = changed.reach.filter((row) => row[4] && row[4] !== row[3])
    .map((row) => `${shown(networks[row[0]].name)} (${row[1]}) is ${row[4]}`);
  const rest = until.length > 0 ? ` Until then, to them, ${listed(until)}.` : " What they reach is the same before.";
  return element("p", {}, element("strong", { text: "They have to download the profile again." }), rest);
}

function clientsBlock(changed) {
  const presence = { appears: "They are new.", disappears: "They are no longer served." }[changed.presence];
  const lines = [...statusLines(changed), ...routeLines("+", changed.gained), ...routeLines("-", changed.lost)];
  return element("div", {},
    element("h3", {}, `${classText.get(changed.class)} clients of `, named(networks[changed.gateway].name)),
    presence ? element("p", { text: presence }) : null,
    element("ul", { class: "plain" }, lines),
    downloadLine(changed));
}

function findingsBlock(heading, state, numbers) {
  if (numbers.length === 0) return null;
  return element("div", {}, element("h3", { text: heading }),
    element("ul", { class: "plain" }, numbers.map((number) => element("li", {}, shown(state.findings[number].message), " ",
      state.findings[number].at ? rowLink(state, state.findings[number].at) : null))));
}

// Blocks for many gateways would be pages.
const BLOCKS = 40;

function startChanges() {
  const { comparison } = report;
  const section = byId("changes");
  if (!comparison) return;
  section.hidden = false;
  const [before, after] = report.states;
  const facts = comparison.facts.map((fact) => element("li", {},
    element("span", { class: fact.added ? "added" : "removed", text: fact.added ? "+ " : "− " }),
    element("code", { text: shown(fact.text) })));
  const blocks = comparison.clients.slice(0, BLOCKS).map(clientsBlock);
  const more = comparison.clients.length - blocks.length;
  replace(section,
    element("h2", { id: "changes-heading", text: "What changes" }),
    element("div", { class: "columns" },
      element("div", {},
        element("h3", { text: `Facts (${facts.length})` }),
        facts.length > 0 ? element("ul", { class: "plain" }, facts) : element("p", { class: "empty", text: "No fact differs." })),
      blocks.length > 0 ? blocks : element("div", {}, element("h3", { text: "Clients" }), element("p", { class: "empty", text: "No client notices." })),
      findingsBlock("New warnings", after, comparison.new_findings),
      findingsBlock("Warnings settled", before, comparison.gone_findings)),
    more > 0 ? element("p", { class: "soft", text: `And ${counted(more, "class of clients", "classes of clients")} more; pick a gateway to see them.` }) : null);
}
