// The table of networks: all that the map says, and what the map has no room for.

// Rows beyond these wait for a button.
const ROWS_AT_ONCE = 200;

const tableState = { limit: ROWS_AT_ONCE, order: "network", descending: false, only: null };

const WORTH = new Map([...WORST].map((word, place) => [word, place]));

// Of each destination its row, and where two states are compared the status before and until the download.
function answerRows() {
  const clients = clientsIn(stateShown(), choice.gateway, choice.className);
  const rows = (clients ? clients.reach : []).map(([network, destination, status, reasons]) =>
    ({ network, destination, status, reasons, before: status, until: null, differs: false }));
  const changed = choice.view === "changes" ? changedClients() : null;
  if (!changed) return rows;
  const byPlace = new Map(rows.map((row) => [key(row.network, row.destination), row]));
  for (const [network, destination, before, after, until] of changed.reach) {
    const row = byPlace.get(key(network, destination));
    const differs = before !== after;
    if (row) Object.assign(row, { before, until: until !== after ? until : null, differs });
    else rows.push({ network, destination, status: after, reasons: [], before, until: null, differs });
  }
  return rows;
}

function inOrder(rows) {
  const texts = {
    network: (row) => [row.network, orderOf(row.destination)],
    destination: (row) => [orderOf(row.destination), row.network],
    status: (row) => [row.differs ? 0 : 1, WORTH.get(row.status) ?? 9, row.network],
  }[tableState.order];
  const compare = (one, other) => {
    const [left, right] = [texts(one), texts(other)];
    const place = left.findIndex((value, index) => value !== right[index]);
    if (place < 0) return 0;
    return left[place] < right[place] ? -1 : 1;
  };
  const sorted = [...rows].sort(compare);
  return tableState.descending ? sorted.reverse() : sorted;
}

function filtered(rows) {
  let kept = choice.part === null || choice.part === "all" ? rows
    : rows.filter((row) => (networks[row.network].part ?? choice.part) === choice.part);
  if (choice.status) kept = kept.filter((row) => row.status === choice.status);
  if (tableState.only) kept = kept.filter((row) => tableState.only.has(row.network));
  return kept;
}

function sortHeading(order, text) {
  const isSorted = tableState.order === order;
  const direction = tableState.descending ? "descending" : "ascending";
  const sort = () => {
    tableState.descending = isSorted ? !tableState.descending : false;
    tableState.order = order;
    showTable();
    byId("answers").querySelector(`th[data-order="${order}"] button`).focus();
  };
  return element("th", { scope: "col", "data-order": order, "aria-sort": isSorted ? direction : "none" },
    element("button", { type: "button", text, onclick: sort }));
}

function statusCell(row) {
  const cell = element("td", { class: "status" });
  if (row.differs) cell.append(badge(row.before), element("span", { class: "arrow", "aria-label": "then", text: " → " }));
  cell.append(badge(row.status));
  return cell;
}

function answerRow(row, isFirst) {
  const isPicked = row.network === choice.network;
  const pick = element("button", {
    type: "button",
    class: "pick",
    "data-network": row.network,
    "aria-pressed": isPicked ? "true" : "false",
    tabindex: isPicked || isFirst ? 0 : -1,
    onclick: () => choose({ network: row.network }),
  }, named(networks[row.network].name));
  const why = reasonsText(row.reasons);
  const until = row.until ? `until the profile is downloaded again: ${row.until}` : "";
  return element("tr", { class: [isPicked ? "picked" : "", row.differs ? "changed" : ""].join(" ").trim() },
    element("td", {}, pick),
    element("td", { class: "mono", text: row.destination }),
    statusCell(row),
    element("td", {}, [why, until].filter((text) => text).join("; ")));
}

function showTable() {
  const rows = inOrder(filtered(answerRows()));
  const place = rows.findIndex((row) => row.network === choice.network);
  const limit = Math.max(tableState.limit, place + 1);
  const drawn = rows.slice(0, limit);
  const focused = drawn.some((row) => row.network === choice.network);
  const body = element("tbody", {}, drawn.map((row, index) => answerRow(row, index === 0 && !focused)));
  body.addEventListener("keydown", moveInTable);
  const more = rows.length - drawn.length;
  const clear = () => { tableState.only = null; choose({ status: null }); };
  renew(byId("answers"),
    element("div", { class: "panel-head" },
      element("h2", { id: "answers-heading", text: "Networks" }),
      element("div", { class: "tools" },
        choice.status || tableState.only
          ? element("button", { type: "button", class: "tool", text: "Show all", onclick: clear }) : null,
        rows.length > 0
          ? element("button", { type: "button", class: "tool", "aria-label": "Save the table as CSV", text: "CSV", onclick: saveTable }) : null)),
    rows.length === 0 ? element("p", { class: "empty", text: "No destination here is what was asked for." })
      : element("div", { class: "scroll" }, stacking(element("table", { id: "answer-table" },
        element("caption", {}, whose(), `: ${counted(rows.length, "destination", "destinations")}`,
          choice.status ? `, ${choice.status} only` : ""),
        element("thead", {}, element("tr", {},
          sortHeading("network", "Network"), sortHeading("destination", "Destination"),
          sortHeading("status", choice.view === "changes" ? "Status, before → after" : "Status"),
          element("th", { scope: "col", text: "Why" }))),
        body), ["Network", "Destination", "Status", "Why"])),
    more > 0 ? element("button", {
      type: "button",
      class: "more",
      text: `Show ${Math.min(more, 1000)} more of ${more}`,
      onclick: () => { tableState.limit = limit + 1000; showTable(); },
    }) : null);
}

function moveInTable(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  if (!(event.key in moves) || !event.target.classList.contains("pick")) return;
  const all = [...byId("answers").querySelectorAll(".pick")];
  const place = Math.min(all.length - 1, Math.max(0, all.indexOf(event.target) + moves[event.key]));
  all.forEach((pick) => { pick.tabIndex = -1; });
  all[place].tabIndex = 0;
  all[place].focus();
  event.preventDefault();
}

function showSpokes(hub) {
  tableState.only = new Set(bundles.get(hub));
  showTable();
  say(`The table lists ${counted(tableState.only.size, "spoke", "spokes")} of ${shown(networks[hub].name)}.`);
  byId("answers").focus();
  byId("answers").scrollIntoView({ block: "start" });
}

function whose() {
  return element("span", {}, `${classText.get(choice.className) || ""} clients of `,
    choice.gateway === null ? "no gateway" : named(networks[choice.gateway].name));
}

// How many networks have which status; a tile leaves only its own in the table.
function showSummary() {
  const after = countsIn(stateShown(), choice);
  const before = stateBefore() ? countsIn(stateBefore(), choice) : null;
  replace(byId("summary"), statuses.map((status) => {
    const count = after.get(status.word);
    const more = before ? count - before.get(status.word) : 0;
    return element("button", {
      type: "button",
      class: `tile ${status.word}`,
      "aria-pressed": choice.status === status.word ? "true" : "false",
      onclick: () => choose({ status: choice.status === status.word ? null : status.word }),
    },
    element("span", { class: "count" }, count.toLocaleString("en"),
      before ? element("span", { class: "delta", "aria-label": `${more >= 0 ? "plus" : "minus"} ${Math.abs(more)} by the change`, role: "img",
        text: more > 0 ? `+${more}` : more < 0 ? `−${-more}` : "±0" }) : null),
    element("span", { class: "word" }, element("span", { class: "mark", "aria-hidden": "true", text: status.mark }), ` ${status.word}`),
    element("span", { class: "meaning", text: status.text === status.word ? (count === 1 ? "network" : "networks") : status.text }));
  }));
}

function startTable() {
  showTable();
  showSummary();
  watch((before) => {
    if (before.gateway !== choice.gateway || before.className !== choice.className || before.part !== choice.part) {
      tableState.limit = ROWS_AT_ONCE;
      tableState.only = null;
    }
    const focused = document.activeElement;
    const network = focused && focused.classList.contains("pick") ? focused.dataset.network : null;
    const tile = focused && focused.classList.contains("tile") ? focused.className : null;
    showTable();
    showSummary();
    if (network !== null) byId("answers").querySelector(`.pick[data-network="${network}"]`)?.focus();
    if (tile !== null) [...document.querySelectorAll(".tile")].find((one) => one.className === tile)?.focus();
  });
}
