// All gateways and classes at a glance: networks down, classes across, and each mark leads to what it is about.

// Rows of the matrix beyond these wait for a button.
const MATRIX_ROWS = 15;

// More classes than these are counted instead, on a narrow screen sooner.
const MATRIX_COLUMNS = 24;
const NARROW_COLUMNS = 3;

const narrow = matchMedia("(max-width: 640px)");
let rowsOfMatrix = MATRIX_ROWS;

function matrixColumns() {
  return gatewaysOf().flatMap((gateway) => classesOf(gateway).map((className) => ({ gateway, className })));
}

function matrixNetworks() {
  return [...new Set(report.states.flatMap((state) => state.clients.flatMap((clients) => [...clients.byNetwork.keys()])))]
    .sort((one, other) => one - other);
}

const columnsOfMatrix = matrixColumns();
const networksOfMatrix = matrixNetworks();

// The statuses of a network before and after; before is null where only one state is shown.
function statusesIn(column, network) {
  const before = stateBefore();
  return { before: before ? statusesFor(before, column, network) : null, after: statusesFor(stateShown(), column, network) };
}

function differsIn(column, network) {
  const { before, after } = statusesIn(column, network);
  return before !== null && before.join() !== after.join();
}

function matrixCell(column, network) {
  const { before, after } = statusesIn(column, network);
  const differs = before !== null && before.join() !== after.join();
  if (after.length === 0 && !differs) return element("td", {});
  const isChosen = column.gateway === choice.gateway && column.className === choice.className && network === choice.network;
  const words = (found) => found.join(", ") || "not there";
  const told = `${shown(networks[network].name)} for ${classText.get(column.className)} clients of ${shown(networks[column.gateway].name)}: `
    + `${differs ? `${words(before)}, then ` : ""}${words(after)}`;
  const marks = (found) => marksOf(found) || "–";
  return element("td", { class: after[0] ?? "" }, element("button", {
    type: "button",
    class: `cell ${after[0] ?? ""}${differs ? " differs" : ""}`,
    "aria-label": told,
    title: told,
    "aria-pressed": isChosen ? "true" : "false",
    tabindex: -1,
    "data-cell": key(column.gateway, column.className, network),
    text: differs ? `${marks(before)}→${marks(after)}` : marks(after),
    onclick: () => {
      chooseGateway(column.gateway, { className: column.className, network });
      byId("whose").scrollIntoView({ block: "start" });
    },
  }));
}

function columnButton(column, text) {
  return element("button", { type: "button", class: "link", onclick: () => chooseGateway(column.gateway, { className: column.className }) }, text);
}

function matrixHead() {
  const gateways = gatewaysOf();
  const group = (gateway) => element("th", { scope: "colgroup", colspan: classesOf(gateway).length }, named(networks[gateway].name));
  const heading = (column) => {
    const counts = countsIn(stateShown(), column);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return element("th", { scope: "col" }, columnButton(column, classText.get(column.className)),
      element("span", { class: "soft", text: ` ${counts.get("reachable")} of ${all}` }));
  };
  return element("thead", {},
    element("tr", {}, element("td", {}), gateways.map(group)),
    element("tr", {}, element("th", { scope: "col", text: "Network" }), columnsOfMatrix.map(heading)));
}

function matrixTable() {
  const differing = (network) => columnsOfMatrix.some((column) => differsIn(column, network));
  const ordered = stateBefore() === null ? networksOfMatrix
    : [...networksOfMatrix].sort((one, other) => Number(differing(other)) - Number(differing(one)) || one - other);
  const drawn = ordered.slice(0, rowsOfMatrix);
  const row = (network) => element("tr", { class: network === choice.network ? "picked" : "" },
    element("th", { scope: "row" }, named(networks[network].name)),
    columnsOfMatrix.map((column) => matrixCell(column, network)));
  const body = element("tbody", {}, drawn.map(row));
  body.addEventListener("keydown", moveInMatrix);
  const more = ordered.length - drawn.length;
  return [
    element("div", { class: "scroll" }, element("table", { class: "matrix" }, matrixHead(), body)),
    more > 0 ? element("button", {
      type: "button",
      class: "more",
      text: `Show ${Math.min(more, 200).toLocaleString("en")} more of ${more.toLocaleString("en")}`,
      onclick: () => { rowsOfMatrix += 200; showOverview(); },
    }) : null,
  ];
}

function countsTable() {
  const drawn = columnsOfMatrix.slice(0, 200);
  const rows = drawn.map((column) => {
    const counts = countsIn(stateShown(), column);
    const isChosen = column.gateway === choice.gateway && column.className === choice.className;
    return element("tr", { class: isChosen ? "picked" : "" },
      element("td", {}, columnButton(column, [named(networks[column.gateway].name), `, ${classText.get(column.className)}`])),
      statuses.map((status) => element("td", { text: counts.get(status.word).toLocaleString("en") })));
  });
  return [
    table(["Clients", ...statuses.map((status) => `${status.mark} ${status.word}`)], rows),
    moreText(columnsOfMatrix.length - drawn.length, "class of clients", "classes of clients"),
  ];
}

function showOverview() {
  const isCounted = columnsOfMatrix.length > (narrow.matches ? NARROW_COLUMNS : MATRIX_COLUMNS);
  const legend = statuses.map((status) => element("span", { class: status.word },
    element("span", { class: "mark", "aria-hidden": "true", text: status.mark }), ` ${status.word}`));
  renew(byId("overview"),
    element("div", { class: "panel-head" }, element("h2", { id: "overview-heading", text: "All gateways and classes" }),
      isCounted ? null : element("p", { class: "marks" }, legend)),
    isCounted ? countsTable() : matrixTable());
  const cells = [...byId("overview").querySelectorAll(".cell")];
  const entry = cells.find((cell) => cell.getAttribute("aria-pressed") === "true") ?? cells[0];
  if (entry) entry.tabIndex = 0;
}

function moveInMatrix(event) {
  const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  const cell = event.target.closest("td");
  if (!(event.key in steps) || !cell) return;
  const [down, across] = steps[event.key];
  const rows = [...event.currentTarget.rows];
  let [row, column] = [rows.indexOf(cell.parentElement), cell.cellIndex];
  event.preventDefault();
  // Cells without a destination have nothing to stand on.
  for (;;) {
    [row, column] = [row + down, column + across];
    const next = rows[row]?.cells[column];
    if (!next || column < 1) return;
    const button = next.querySelector(".cell");
    if (!button) continue;
    event.target.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
    return;
  }
}

function startOverview() {
  // One class has no more to show than the table of networks.
  if (columnsOfMatrix.length < 2) return;
  byId("overview").hidden = false;
  showOverview();
  narrow.addEventListener("change", showOverview);
  watch(() => {
    const cell = document.activeElement?.dataset?.cell;
    showOverview();
    if (cell) byId("overview").querySelector(`[data-cell="${CSS.escape(cell)}"]`)?.focus({ preventScroll: true });
  });
}
