// What differs between two states, the losses first: networks, who has to download the profile, warnings, routes and facts.

// How much a status is worth: a destination that is not there is worth as little as one that nothing reaches.
const LEVELS = { "reachable": 2, "needs-route": 1 };

function level(status) {
  return LEVELS[status] ?? 0;
}

function clientsText(changed) {
  return [`${classText.get(changed.class)} clients of `, named(networks[changed.gateway].name)];
}

// The destinations whose status differs, with all clients to whom it does: lost, gained, and neither.
function changedDestinations() {
  const found = new Map();
  report.comparison.clients.forEach((changed, place) => {
    for (const [network, destination, before, after] of changed.reach) {
      if (before === after) continue;
      const same = key(network, destination, before, after);
      if (!found.has(same)) found.set(same, { network, destination, before, after, clients: [], places: [] });
      found.get(same).clients.push(changed);
      found.get(same).places.push(place);
    }
  });
  // Destinations of one network that differ alike to the same clients are one row.
  const rows = new Map();
  for (const { destination, ...one } of found.values()) {
    const same = key(one.network, one.before, one.after, one.places);
    if (!rows.has(same)) rows.set(same, { ...one, destinations: [] });
    rows.get(same).destinations.push(destination);
  }
  const all = [...rows.values()];
  const step = (one) => level(one.after) - level(one.before);
  return {
    lost: all.filter((one) => step(one) < 0).sort((one, other) => step(one) - step(other)),
    gained: all.filter((one) => step(one) > 0).sort((one, other) => step(other) - step(one)),
    others: all.filter((one) => step(one) === 0),
  };
}

function networksOf(rows) {
  return new Set(rows.map((row) => row.network)).size;
}

// More rows or blocks than these would be pages.
const CHANGES_AT_ONCE = 40;

function moreText(count, one, many) {
  return count > 0 ? element("p", { class: "soft", text: `And ${counted(count, one, many)} more.` }) : null;
}

function destinationRow(row) {
  const first = row.clients[0];
  const names = row.clients.map((changed, index) => [index > 0 ? ", " : "", clientsText(changed)]);
  return element("tr", {},
    element("td", {}, element("button", { type: "button", class: "link", onclick: () => chooseClients(first, row.network) }, named(networks[row.network].name))),
    element("td", { class: "mono", text: row.destinations.join(", ") }),
    element("td", { class: "status" }, badge(row.before), element("span", { class: "arrow", "aria-label": "then", text: " → " }), badge(row.after)),
    element("td", {}, names.flat(Infinity)));
}

function destinationsBlock(heading, rows) {
  if (rows.length === 0) return null;
  const drawn = rows.slice(0, CHANGES_AT_ONCE);
  return [
    element("h3", { text: heading }),
    table(["Network", "Destination", "Before → after", "For"], drawn.map(destinationRow)),
    moreText(rows.length - drawn.length, "line", "lines"),
  ];
}

function untilText(changed) {
  const until = changed.reach.filter((row) => row[4] && row[4] !== row[3])
    .map((row) => `${shown(networks[row[0]].name)} (${row[1]}) is ${row[4]}`);
  return until.length > 0 ? `: until then ${listed(until)}` : ": what they reach is the same before";
}

function downloadsBlock(clients) {
  if (clients.length === 0) return null;
  const drawn = clients.slice(0, CHANGES_AT_ONCE);
  return element("div", {}, element("h3", { text: "They have to download the profile again" }),
    element("ul", { class: "plain" }, drawn.map((changed) => element("li", {}, clientsText(changed), element("span", { class: "soft", text: untilText(changed) })))),
    moreText(clients.length - drawn.length, "class of clients", "classes of clients"));
}

function presenceBlock(clients) {
  const words = { appears: "are new", disappears: "are no longer served" };
  const lines = clients.filter((changed) => words[changed.presence]);
  if (lines.length === 0) return null;
  return element("div", {}, element("h3", { text: "Clients" }),
    element("ul", { class: "plain" }, lines.map((changed) => element("li", {}, clientsText(changed), ` ${words[changed.presence]}`))));
}

function findingsBlock(heading, state, numbers) {
  if (numbers.length === 0) return null;
  return element("div", {}, element("h3", { text: heading }),
    element("ul", { class: "plain" }, numbers.map((number) => element("li", {}, prose(state.findings[number].message), " ",
      state.findings[number].at ? rowLink(state, state.findings[number].at) : null))));
}

function routeLines(sign, rows) {
  const [word, css] = sign === "+" ? ["gained", "added"] : ["lost", "removed"];
  return rows.map(([prefix, reasons]) => element("li", {},
    element("span", { class: css, text: `${sign} ` }), element("span", { class: "mono", text: prefix }),
    element("span", { class: "soft", text: ` ${word}: ${reasonsText(reasons)}` })));
}

function routesBlock(changed) {
  const lines = [...routeLines("−", changed.lost), ...routeLines("+", changed.gained)];
  if (lines.length === 0) return null;
  return element("div", {}, element("h3", {}, "Routes of ", clientsText(changed)), element("ul", { class: "plain" }, lines));
}

function factsBlock(facts) {
  const lines = facts.map((fact) => element("li", {},
    element("span", { class: fact.added ? "added" : "removed", text: fact.added ? "+ " : "− " }),
    element("code", { text: shown(fact.text) })));
  return element("div", {}, element("h3", { text: `Facts (${facts.length})` }),
    lines.length > 0 ? element("ul", { class: "plain" }, lines) : element("p", { class: "empty", text: "No fact differs." }));
}

// The whole change in six numbers.
function numbersOf({ lost, gained }, downloads) {
  const { comparison } = report;
  const added = comparison.facts.filter((fact) => fact.added).length;
  const numbers = [
    [networksOf(lost), "networks lost", lost.length > 0 ? "blackhole" : ""],
    [networksOf(gained), "networks gained", gained.length > 0 ? "reachable" : ""],
    [downloads.length, "classes that download again", ""],
    [comparison.new_findings.length, "new warnings", comparison.new_findings.length > 0 ? "blackhole" : ""],
    [comparison.gone_findings.length, "warnings resolved", ""],
    [comparison.facts.length, `facts changed (+${added} −${comparison.facts.length - added})`, ""],
  ];
  return element("dl", { class: "numbers" }, numbers.map(([count, text, css]) =>
    element("div", { class: css }, element("dt", { text }), element("dd", { text: count.toLocaleString("en") }))));
}

function riskText(lost) {
  if (lost.length === 0) return "No client loses a network.";
  const names = [...new Set(lost.map((row) => row.network))].map((network) => shown(networks[network].name));
  const whom = new Set(lost.flatMap((row) => row.clients)).size;
  const more = names.length - 6;
  const told = more > 0 ? [...names.slice(0, 6), `${more} more`] : names;
  return `${counted(whom, "class of clients loses", "classes of clients lose")} ${listed(told)}.`;
}

function showChanges() {
  const { comparison } = report;
  const section = byId("changes");
  section.hidden = !comparison;
  if (!comparison) return;
  const [before, after] = report.states;
  const { clients } = comparison;
  const changed = changedDestinations();
  const downloads = clients.filter((one) => one.download);
  const routes = clients.map(routesBlock).filter((block) => block);
  replace(section,
    element("h2", { id: "changes-heading", text: "What changes" }),
    numbersOf(changed, downloads),
    element("p", { class: changed.lost.length > 0 ? "risk" : "risk none" }, element("strong", { text: "Risk: " }), riskText(changed.lost)),
    destinationsBlock("Lost", changed.lost),
    destinationsBlock("Gained", changed.gained),
    destinationsBlock("Otherwise", changed.others),
    clients.length === 0 ? element("p", { class: "empty", text: "No client notices." }) : null,
    element("div", { class: "columns" },
      downloadsBlock(downloads),
      presenceBlock(clients),
      findingsBlock("New warnings", after, comparison.new_findings),
      findingsBlock("Warnings resolved", before, comparison.gone_findings),
      factsBlock(comparison.facts),
      routes.slice(0, CHANGES_AT_ONCE)),
    moreText(routes.length - CHANGES_AT_ONCE, "class of clients", "classes of clients"));
}
