// The controls, and the start of everything.

function radios(name, values, textOf, chosen, act) {
  return values.map((value) => element("label", {},
    element("input", { type: "radio", name, value, checked: value === chosen, onchange: () => act(value) }),
    element("span", { text: textOf(value) })));
}

function showClasses() {
  const fieldset = byId("class");
  const values = choice.gateway === null ? [] : classesOf(choice.gateway);
  fieldset.hidden = values.length === 0;
  replace(fieldset, element("legend", { text: "Clients" }),
    radios("class", values, (word) => classText.get(word), choice.className, (className) => choose({ className })));
}

function chooseGateway(gateway, more = {}) {
  if (!gatewaysOf().includes(gateway)) return;
  const classes = classesOf(gateway);
  const className = classes.includes(choice.className) ? choice.className : classes[classes.length - 1];
  const part = choice.part === "all" || choice.part === null ? choice.part : networks[gateway].part;
  byId("gateway").value = String(gateway);
  // The same network is looked at from the other gateway, where that may have an answer about it.
  const isStill = choice.network !== null && latest.clientsOf.get(key(gateway, className))?.byNetwork.has(choice.network);
  choose({ gateway, className, part, network: isStill ? choice.network : null, ...more });
}

function chooseClients(changed, network) {
  chooseGateway(changed.gateway, { className: changed.class, network });
}

function showWhose() {
  replace(byId("whose"), whose(), choice.view === "now" ? "" : { before: ", before", after: ", after", changes: ": what changes" }[choice.view]);
}

function showGateways() {
  const gateways = gatewaysOf();
  replace(byId("gateway"), gateways.map((number) => element("option", { value: number, selected: number === choice.gateway, text: shown(networks[number].name) })));
  byId("gateway").disabled = gateways.length === 0;
}

function showViews() {
  const fieldset = byId("view");
  fieldset.hidden = report.states.length < 2;
  if (fieldset.hidden) return;
  const words = { before: "Before", after: "After", changes: "Changes" };
  replace(fieldset, element("legend", { text: "Show" }),
    radios("view", ["before", "after", "changes"], (word) => words[word], choice.view, (view) => choose({ view })));
}

function startControls() {
  const gateways = gatewaysOf();
  byId("gateway").addEventListener("change", (event) => chooseGateway(Number(event.target.value)));
  if (gateways.length > 0) {
    const { lost, gained, others } = report.comparison ? changedDestinations() : { lost: [], gained: [], others: [] };
    const changed = [...lost, ...gained, ...others][0]?.clients[0];
    choice.gateway = changed ? changed.gateway : gateways[0];
    const classes = classesOf(choice.gateway);
    choice.className = changed ? changed.class : classes[classes.length - 1];
  }
  showGateways();
  showClasses();
  showViews();
  startParts();
  startTheme();
}

function startParts() {
  if (partCount < 2 || networks.length <= MOST_AT_ONCE) return;
  byId("part-field").hidden = false;
  const large = membersOf.map((members, part) => ({ members, part })).filter(({ members }) => members.length > 1)
    .sort((one, other) => other.members.length - one.members.length);
  const options = large.map(({ members, part }) =>
    element("option", { value: part, text: `${partName(part)} (${members.length.toLocaleString("en")})` }));
  const select = byId("part");
  replace(select, element("option", { value: "", text: "Overview" }), options);
  select.addEventListener("change", () => {
    if (select.value === "") choose({ part: null, network: null });
    else openPart(Number(select.value));
  });
  watch(() => { select.value = choice.part === null ? "" : String(choice.part); });
}

function startTheme() {
  for (const input of document.querySelectorAll('input[name="theme"]')) {
    input.addEventListener("change", () => {
      if (input.value === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = input.value;
      restyle();
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
}

// The whole map as a picture: the map itself is drawn for the size of the window, and not again before paper takes it.
function picture() {
  const canvas = cy.renderer().bufferCanvasImage({ full: true, scale: 2, maxWidth: 3000, maxHeight: 3000, bg: "#ffffff" });
  canvas.id = "map-on-paper";
  return canvas;
}

// Paper is light, and the map fits it.
function startPrint() {
  let theme;
  let legendOpen;
  window.addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.theme;
    legendOpen = document.querySelector(".legend").open;
    document.documentElement.dataset.theme = "light";
    document.querySelector(".legend").open = true;
    restyle();
    document.getElementById("map-on-paper")?.remove();
    byId("map").after(picture());
  });
  window.addEventListener("afterprint", () => {
    document.getElementById("map-on-paper")?.remove();
    if (theme === undefined) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    document.querySelector(".legend").open = legendOpen;
    restyle();
  });
}

// What is chosen stands in the address, so that a link leads to it.
function fragment() {
  const words = new URLSearchParams();
  if (choice.gateway !== null) words.set("gateway", networks[choice.gateway].name);
  if (choice.className !== null) words.set("class", choice.className);
  if (choice.network !== null) words.set("network", networks[choice.network].name);
  if (choice.view !== "now") words.set("show", choice.view);
  return `#${words}`;
}

// What stands behind it on a page that has more to keep.
let beyondChoice = () => "";

function keepInAddress() {
  const text = `${fragment()}${beyondChoice()}`;
  // Every choice is not a step back in the browser.
  if (text !== location.hash) history.replaceState(null, "", text);
}

function readFragment() {
  if (location.hash.length < 2 || location.hash.startsWith("#row-")) return;
  const words = new URLSearchParams(location.hash.slice(1));
  const named = (word) => networks.findIndex((network) => network.name === words.get(word));
  const [gateway, network] = [named("gateway"), named("network")];
  if (gateway >= 0) chooseGateway(gateway);
  if (choice.gateway !== null && classesOf(choice.gateway).includes(words.get("class"))) choose({ className: words.get("class") });
  const view = document.querySelector(`input[name="view"][value="${CSS.escape(words.get("show") ?? "")}"]`);
  if (view) {
    view.checked = true;
    choose({ view: view.value });
  }
  if (network >= 0) choose({ network });
}

function startFragment() {
  readFragment();
  addEventListener("hashchange", readFragment);
  watch(keepInAddress);
}

const MODELS = { article: "article (Microsoft’s documentation)", observed: "observed (field reports)" };

// What a change ticket asks for first: which inventories, by which model, when, and made with what.
function showHead() {
  const { title, note, date, tool } = report.page;
  const heading = shown(title ?? "What the VPN reaches");
  byId("title").textContent = heading;
  document.title = `${heading}: ${shown(latest.path)}`;
  byId("note").hidden = note === undefined;
  byId("note").textContent = note === undefined ? "" : shown(note);
  const inventory = (state) => [state.label === "now" ? "Inventory" : state.label === "before" ? "Before" : "After",
    [element("code", { text: shown(state.path) }),
      state.changes.length > 0 ? ` with ${counted(state.changes.length, "change", "changes")}` : ""]];
  const entries = [
    ...report.states.map(inventory),
    ["Networks", membersOf.flat().length.toLocaleString("en")],
    ["Model", MODELS[report.profile]],
    ...(date === undefined ? [] : [["Date", shown(date)]]),
    ["Made with", tool],
  ];
  replace(byId("origin"), entries.map(([term, text]) => element("div", {}, element("dt", { text: term }), element("dd", {}, text))));
}

showHead();
startControls();
showWhose();
startMap();
startTable();
startReasons();
showChanges();
startOverview();
startSections();
startSearch();
startPrint();
watch((before) => {
  showWhose();
  if (before.gateway !== choice.gateway || before.className !== choice.className) {
    const isFocused = document.activeElement?.name === "class";
    showClasses();
    if (isFocused) document.querySelector('input[name="class"]:checked')?.focus();
  }
});
startFragment();
document.documentElement.dataset.ready = "yes";
