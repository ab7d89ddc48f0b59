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
  choose({ gateway, className, part, network: null, ...more });
}

function chooseClients(changed, network) {
  chooseGateway(changed.gateway, { className: changed.class, network });
}

function showWhose() {
  replace(byId("whose"), whose(), choice.view === "now" ? "" : { before: ", before", after: ", after", changes: ": what changes" }[choice.view]);
}

function startControls() {
  const gateways = gatewaysOf();
  replace(byId("gateway"), gateways.map((number) => element("option", { value: number, text: shown(networks[number].name) })));
  byId("gateway").disabled = gateways.length === 0;
  byId("gateway").addEventListener("change", (event) => chooseGateway(Number(event.target.value)));
  if (gateways.length > 0) {
    const changed = report.comparison?.clients.find((one) => one.reach.some((row) => row[2] !== row[3]));
    choice.gateway = changed ? changed.gateway : gateways[0];
    const classes = classesOf(choice.gateway);
    choice.className = changed ? changed.class : classes[classes.length - 1];
    byId("gateway").value = String(choice.gateway);
  }
  showClasses();
  if (report.states.length > 1) {
    byId("view").hidden = false;
    const words = { before: "Before", after: "After", changes: "Changes" };
    byId("view").append(...radios("view", ["before", "after", "changes"], (word) => words[word], choice.view, (view) => choose({ view })));
  }
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
    fit();
  });
  window.addEventListener("afterprint", () => {
    if (theme === undefined) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    document.querySelector(".legend").open = legendOpen;
    restyle();
    fit();
  });
}

function showOrigin() {
  const parts = report.states.map((state) => {
    const changes = state.changes.length > 0 ? ` with ${counted(state.changes.length, "change", "changes")}` : "";
    return [state.label === "now" ? "" : `${state.label}: `, element("code", { text: shown(state.path) }), changes];
  });
  const joined = parts.flatMap((part, index) => (index > 0 ? [" · ", ...part] : part));
  replace(byId("origin"), joined, ` · ${counted(networks.length, "network", "networks")}, profile ${report.profile}`);
  document.title = `What the VPN reaches: ${shown(latest.path)}`;
}

showOrigin();
startControls();
showWhose();
startMap();
startTable();
startReasons();
startChanges();
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
document.documentElement.dataset.ready = "yes";
