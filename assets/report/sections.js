// The sections below the table: routes, peerings and connections, warnings, rows, and what the page leaves out.

function showRoutes() {
  const clients = choice.gateway === null ? null : clientsIn(stateShown(), choice.gateway, choice.className);
  const byNumber = ([one], [other]) => (orderOf(one) < orderOf(other) ? -1 : 1);
  const rows = (clients ? [...clients.routes].sort(byNumber) : []).map(([prefix, reasons]) => element("tr", {},
    element("td", { class: "mono", text: prefix }), element("td", { text: reasonsText(reasons) })));
  replace(byId("routes"),
    element("h2", { id: "routes-heading", text: "Routes on the client" }),
    clients && clients.names ? element("p", { text: shown(clients.names) }) : null,
    rows.length === 0 ? element("p", { class: "empty", text: "None." })
      : table(["Prefix", "Why"], rows, `${whose().textContent}: ${counted(rows.length, "route", "routes")}`));
}

const LINKS_AT_ONCE = 500;

// On a page that follows changes, what is folded is made when it is opened: nobody waits for it.
const isLive = document.getElementById("live") !== null;

function stateWord(link) {
  if (report.states.length === 1 || link.states.length === 2) return "";
  return link.states[0] === "after" ? "added" : "removed";
}

function linkRow(link) {
  const state = link.states.includes("after") ? latest : stateNamed(link.states[0]);
  const places = link.at.map((at) => [rowLink(state, at), " "]);
  const word = stateWord(link);
  return element("tr", {},
    element("td", {}, named(networks[link.from].name), " – ", named(networks[link.to].name)),
    element("td", {}, KINDS[link.kind], word ? element("span", { class: word, text: ` (${word})` }) : null),
    element("td", { text: (link.notes || []).map(shown).join("; ") }),
    element("td", {}, places.flat()));
}

function showLinks(isEager) {
  const visible = everyLink.filter((link) => (choice.view === "changes" || link.states.includes(choice.view))
    && (choice.part === null || choice.part === "all" || networks[link.from].part === choice.part));
  const drawn = visible.slice(0, LINKS_AT_ONCE);
  const more = visible.length - drawn.length;
  const heading = element("h2", { id: "links-heading", text: `Peerings and connections (${visible.length.toLocaleString("en")})` });
  replace(byId("links"), fold(visible.length <= 40, isEager, heading, () => [
    drawn.length === 0 ? element("p", { class: "empty", text: "None." }) : table(["Between", "Kind", "Notes", "Rows"], drawn.map(linkRow)),
    ...(more > 0 ? [element("p", { class: "soft", text: `And ${more} more: open a part of the map to see its own.` })] : []),
  ]));
}

function findingItem(state, finding) {
  const related = (finding.related || []).map((one) => [" · ", rowLink(state, one.at), " ", prose(one.message)]);
  return element("li", { class: "finding" },
    element("strong", {}, prose(finding.message)), " ",
    finding.at ? rowLink(state, finding.at) : null,
    finding.expected ? element("span", { class: "soft" }, " ", prose(finding.expected)) : null,
    related.flat(),
    finding.help ? element("p", { class: "help" }, prose(finding.help)) : null);
}

// More findings of one code than this are folded.
const FINDINGS_AT_ONCE = 5;

// The findings of one code, under it.
function findingGroup(state, code, findings) {
  return element("details", { class: "fold", open: findings.length <= FINDINGS_AT_ONCE },
    element("summary", {}, element("code", { text: code }), ` ${counted(findings.length, "finding", "findings")}`),
    element("ul", { class: "plain" }, findings.map((finding) => findingItem(state, finding))));
}

function showFindings() {
  const state = stateShown();
  const warnings = state.findings.filter((finding) => finding.severity === "warning").length;
  const notes = state.findings.length - warnings;
  const heading = notes > 0 ? `Warnings (${warnings}) and notes (${notes})` : `Warnings (${warnings})`;
  const groups = new Map();
  for (const finding of state.findings) {
    if (!groups.has(finding.code)) groups.set(finding.code, []);
    groups.get(finding.code).push(finding);
  }
  replace(byId("findings"),
    element("h2", { id: "findings-heading", text: heading }),
    state.findings.length === 0 ? element("p", { class: "empty", text: "Nothing doubtful was found." })
      : [...groups].map(([code, findings]) => findingGroup(state, code, findings)),
    state.left_out.findings > 0 ? element("p", { class: "soft", text:
      `And ${counted(state.left_out.findings, "finding", "findings")} more: tunnelog check ${shown(state.command)}` }) : null);
}

// A row is only in view where its table is.
function openRows() {
  byId("rows").querySelectorAll("details").forEach((one) => {
    one.fill();
    one.open = true;
  });
}

function rowsTable(state) {
  return element("div", { class: "scroll" }, stacking(element("table", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col", text: "Row" }), element("th", { scope: "col", text: "Text" }))),
    element("tbody", {}, state.rows.map((row, place) => element("tr", { class: "row", id: `row-${state.label}-${place}` },
      element("td", { class: "mono", text: shown(row.at) }),
      element("td", {}, element("pre", { text: row.text.split("\n").map(shown).join("\n") })))))), ["Row", "Text"]));
}

function showRows(isEager) {
  const several = report.states.length > 1;
  const title = (state) => (several ? `Rows of the inventory, ${state.label}` : "Rows of the inventory");
  const folds = report.states.map((state, index) => {
    const heading = element("h2", { id: index === 0 ? "rows-heading" : null, text: `${title(state)} (${state.rows.length.toLocaleString("en")})` });
    return fold(state.rows.length <= 60 && !several, isEager, heading, () => [rowsTable(state)]);
  });
  replace(byId("rows"), folds);
  if (location.hash.startsWith("#row-")) openRows();
}

function showAbout() {
  const profile = report.profile === "observed"
    ? "The routes on clients follow what users and labs report."
    : "The routes on clients follow Microsoft's article “About Point-to-Site VPN routing”.";
  const lines = [
    "“Reachable” means that routes exist both ways, and that each stateful appliance sees both. What firewalls and network security groups permit, ExpressRoute, Virtual WAN and NAT rules are not looked at.",
    profile,
    "Where clients run Windows, they keep the routes of the last download of their profile.",
  ];
  const leftOut = latest.left_out;
  if (leftOut.explanations > 0) {
    lines.push(`The page has proofs for ${counted(latest.explanations.length, "network", "networks")} and causes for all; for ${leftOut.explanations.toLocaleString("en")} more it has the command that gives the proof.`);
  }
  if (leftOut.fixes > 0) {
    lines.push(`Plans for ${counted(leftOut.fixes, "network that is not reached", "networks that are not reached")} are left to the command beside each.`);
  }
  if (leftOut.rows > 0) lines.push(`${counted(leftOut.rows, "row", "rows")} of the inventory are named but not shown.`);
  const { gateways, around, hops } = report.narrowed;
  if (gateways.length > 0) lines.push(`The page is narrowed to ${listed(gateways.map(shown))}.`);
  if (around.length > 0) lines.push(`The page shows what is no more than ${counted(hops, "link", "links")} away from ${listed(around.map(shown))}.`);
  replace(byId("about"), lines.map((text) => element("p", { text })));
}

function startSections() {
  const show = () => {
    showRoutes();
    showLinks(!isLive);
    showFindings();
  };
  show();
  showRows(!isLive);
  showAbout();
  watch((before) => {
    if (before.network === choice.network || before.part !== choice.part) show();
  });
}
