// The panel "Edit": the list of changes, the facts about what is picked, and a form for others.

// More facts than this are found by the filter.
const FACTS_AT_ONCE = 60;

let factsShown = { key: null, facts: [] };
let filter = "";

function tell(error) {
  const box = byId("edit-problem");
  box.hidden = error === null;
  if (error === null) return;
  const found = error.answer?.diagnostics?.filter((finding) => finding.severity === "error") ?? [];
  replace(box, element("p", {}, prose(error.message), error.answer?.help ? [": ", prose(error.answer.help)] : ""),
    found.map((finding) => element("p", {}, prose(finding.message), finding.help ? [": ", prose(finding.help)] : "")));
  say(box.textContent);
}

function toolButton(text, label, act, isOff) {
  return element("button", { type: "button", class: "tool", "aria-label": label, title: label, text, onclick: act, disabled: isOff });
}

function showList() {
  const focused = document.activeElement?.dataset?.tool;
  const { changes } = edits;
  const item = (text, place) => element("li", {}, element("code", { text: shown(text) }), " ",
    toolButton("Remove", `Remove the change ${shown(text)}`, () => change((list) => list.filter((_, at) => at !== place))));
  const tool = (name, label, act, isOff) => {
    const made = toolButton(name, label, act, isOff);
    made.dataset.tool = name;
    return made;
  };
  const isEmpty = changes.length === 0;
  replace(byId("edit-list"),
    element("h3", { text: `Changes (${changes.length})` }),
    isEmpty ? element("p", { class: "empty", text: "None yet: take a fact away, or add one." }) : element("ol", {}, changes.map(item)),
    element("div", { class: "tools" },
      tool("Undo", "Undo the last step", undo, edits.past.length === 0),
      tool("Clear", "Clear all changes", () => change(() => []), isEmpty),
      tool("Copy", "Copy the changes as text", () => copy(queryText(), "Changes"), isEmpty),
      tool("Commands", "Copy the changes as az commands", copyCommands, isEmpty),
      tool("Link", "Copy a link to the page with these changes", () => copy(location.href, "Link"), isEmpty),
      tool("Save", "Save the changes as a query file", saveQuery, isEmpty)));
  if (focused) byId("edit-list").querySelector(`[data-tool="${focused}"]:enabled`)?.focus();
}

// What facts are shown of: both ends of a line that was tapped, or a network.
function subject() {
  if (edits.link) return edits.link;
  const network = choice.network ?? choice.gateway;
  return network === null || networks[network].kind === "internet" ? [] : [network];
}

function drawFacts() {
  const names = subject().map((network) => networks[network].name);
  const wanted = factsShown.facts.filter(({ text, terms }) => names.slice(1).every((name) => terms.includes(name))
    && text.toLowerCase().includes(filter));
  const drawn = wanted.slice(0, FACTS_AT_ONCE);
  const item = (fact) => element("li", {},
    toolButton("−", `Take away ${shown(fact.text)}`, () => addChanges(`- ${fact.text}`)), " ",
    toolButton("Change", `Change ${shown(fact.text)}`, () => fillForm(fact)), " ",
    element("code", { text: shown(fact.text) }));
  replace(byId("edit-facts"),
    names.length === 0 ? element("p", { class: "empty", text: "Pick a network or a line on the map." })
      : drawn.length === 0 ? element("p", { class: "empty", text: "None." }) : element("ul", { class: "plain" }, drawn.map(item)),
    moreText(wanted.length - drawn.length, "fact", "facts"));
}

async function showFacts() {
  const [network] = subject();
  replace(byId("edit-subject"), "Facts", network === undefined ? "" : [" of ", named(networks[network].name)],
    edits.link ? [" and ", named(networks[edits.link[1]].name)] : "");
  const wanted = key(network, ...edits.changes);
  if (wanted === factsShown.key) {
    drawFacts();
    return;
  }
  factsShown = { key: wanted, facts: [] };
  try {
    // A network that the changes take away has no facts.
    const answer = network === undefined || !isThere(latest, network) ? { facts: [] } : await ask("facts", { changes: edits.changes, to: networks[network].name });
    if (factsShown.key !== wanted) return;
    factsShown = { key: wanted, facts: answer.facts };
  } catch {
    if (factsShown.key !== wanted) return;
  }
  drawFacts();
}

// A value as changes write it.
function term(column, text) {
  const value = text.trim();
  if (!column.is_name || /^[\p{L}\p{N}.\/:-][\p{L}\p{N}_.\/:-]*$/u.test(value)) return value;
  const escapes = { "\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return `"${value.replace(/[\\"\n\r\t]/g, (letter) => escapes[letter])}"`;
}

function formRelation() {
  return live.relations.find((relation) => relation.name === byId("edit-relation").value);
}

function showColumns(values = []) {
  const relation = formRelation();
  replace(byId("edit-columns"), relation.columns.map((column, place) => element("div", { class: "field" },
    element("label", { for: `edit-column-${place}`, text: column.label }),
    element("input", { id: `edit-column-${place}`, list: column.is_network ? "edit-networks" : null, value: values[place] ?? "", autocomplete: "off", spellcheck: "false", required: true }))));
  byId("edit-meaning").textContent = relation.meaning;
}

// The form with a fact in it, which what is added replaces.
function fillForm(fact) {
  edits.replaced = fact;
  byId("edit-relation").value = fact.relation;
  showColumns(fact.terms);
  byId("edit-column-0").focus();
  say("Change the values and add the fact: it takes the place of the old one.");
}

function addFromForm(event) {
  event.preventDefault();
  const relation = formRelation();
  const values = relation.columns.map((column, place) => term(column, byId(`edit-column-${place}`).value));
  const fact = `${relation.name}(${values.join(", ")})`;
  const isAway = event.submitter?.value === "-";
  const old = edits.replaced && !isAway && edits.replaced.relation === relation.name && edits.replaced.text !== fact
    ? [`- ${edits.replaced.text}`] : [];
  edits.replaced = null;
  addChanges(...old, `${isAway ? "-" : "+"} ${fact}`);
}

function panelForm() {
  const relations = element("select", { id: "edit-relation", onchange: () => { edits.replaced = null; showColumns(); } },
    live.relations.map(({ name }) => element("option", { value: name, selected: name === "bgp", text: name })));
  return element("form", { onsubmit: addFromForm },
    element("div", { class: "field" }, element("label", { for: "edit-relation", text: "Relation" }), relations),
    element("p", { id: "edit-meaning", class: "soft" }),
    element("div", { id: "edit-columns" }),
    element("div", { class: "tools" },
      element("button", { type: "submit", class: "tool", value: "+", text: "Add" }),
      element("button", { type: "submit", class: "tool", value: "-", text: "Take away" })));
}

function makePanel() {
  const nameField = element("input", { id: "edit-name", autocomplete: "off", oninput: (event) => { edits.name = event.target.value.trim(); keepInAddress(); } });
  const filterField = element("input", { id: "edit-filter", type: "search", autocomplete: "off", oninput: (event) => { filter = event.target.value.trim().toLowerCase(); drawFacts(); } });
  return element("section", { class: "panel", id: "edit", "aria-labelledby": "edit-heading" },
    element("h2", { id: "edit-heading", text: "Edit" }),
    element("p", { class: "soft", text: "Changes are tried here alone: no file is written, and Azure is not asked." }),
    element("p", { id: "edit-ended", class: "risk", role: "status", hidden: true, text: "The server has ended: start it again, and follow its link." }),
    element("div", { id: "edit-problem", class: "risk", role: "alert", hidden: true }),
    element("div", { class: "columns" },
      element("div", {}, element("div", { id: "edit-list" }),
        element("div", { class: "field" }, element("label", { for: "edit-name", text: "Name" }), nameField)),
      element("div", {}, element("h3", { id: "edit-subject" }),
        element("div", { class: "field" }, element("label", { for: "edit-filter", text: "Filter" }), filterField),
        element("div", { id: "edit-facts" })),
      element("div", {}, element("h3", { text: "Another fact" }), panelForm())),
    element("datalist", { id: "edit-networks" }));
}

function showEdit() {
  showList();
  showFacts();
  // The names that the form suggests: many, and seldom others.
  const list = byId("edit-networks");
  const names = networks.filter(({ kind }) => kind !== "internet");
  if (list.childElementCount !== names.length) replace(list, names.map(({ name }) => element("option", { value: name })));
}
