// The list of changes: what is in it, what was in it before, and how it leaves the page.

const edits = { changes: [], past: [], name: "", link: null, replaced: null, waiting: Promise.resolve() };

function opposite(change) {
  return `${change.startsWith("+") ? "-" : "+"}${change.slice(1)}`;
}

// A change that takes back one of the list takes it off instead.
function withChange(changes, change) {
  const back = changes.lastIndexOf(opposite(change));
  if (back >= 0) return changes.filter((_, place) => place !== back);
  return changes.includes(change) ? changes : [...changes, change];
}

// The clients and the network that are picked, so that the reason comes with the answer.
function picked() {
  if (choice.network === null || choice.gateway === null) return {};
  return { gateway: networks[choice.gateway].name, to: networks[choice.network].name };
}

// What the server said of the last lists: a step back asks nothing.
const said = new Map();
const MOST_SAID = 24;

async function differences(changes) {
  const text = JSON.stringify(changes);
  const found = said.get(text) ?? await ask("patch", { changes, ...picked() });
  // The files were read again since: the page follows them.
  if (found.version !== live.version) loadAgain();
  said.delete(text);
  said.set(text, found);
  if (said.size > MOST_SAID) said.delete(said.keys().next().value);
  return found;
}

// One list after the other: each begins with what the last left.
function change(next, act) {
  edits.waiting = edits.waiting.then(async () => {
    const changes = next(edits.changes);
    try {
      if (changes.length === 0) restore();
      else patch(await differences(changes));
      tell(null);
    } catch (error) {
      tell(error);
      if (!act?.keeps) return;
      restore();
    }
    if (act?.remembers !== false) edits.past.push(edits.changes);
    edits.changes = changes;
    redraw();
  });
  return edits.waiting;
}

function addChanges(...added) {
  return change((changes) => added.reduce(withChange, changes));
}

function undo() {
  change((changes) => edits.past.pop() ?? changes, { remembers: false });
}

// The changes stand in the address, behind what is chosen.
function changesFragment() {
  const words = new URLSearchParams();
  for (const one of edits.changes) words.append("change", one);
  if (edits.name !== "") words.set("name", edits.name);
  const text = String(words);
  return text === "" ? "" : `&${text}`;
}

function queryText() {
  const lines = edits.name === "" ? edits.changes : [`scenario ${edits.name}`, ...edits.changes];
  return `${lines.join("\n")}\n`;
}

function saveQuery() {
  save(`${(edits.name || "changes").replace(/[^\p{L}\p{N}._-]+/gu, "-")}.query`, "text/plain", queryText());
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied.`);
  } catch {
    tell(new Error("The browser does not let the page copy: save the changes instead."));
  }
}

async function copyCommands() {
  try {
    const { commands } = await ask("commands", { changes: edits.changes });
    await copy(`${commands.join("\n")}\n`, "Commands");
  } catch (error) {
    tell(error);
  }
}

// All that follows the states is drawn again; what is chosen stays as far as it can.
function redraw() {
  const gateways = gatewaysOf();
  if (report.states.length < 2) choice.view = "now";
  else if (choice.view === "now") choice.view = "changes";
  patchMap();
  legend();
  showHead();
  showChanges();
  showRows(false);
  if (gateways.length > 0 && !gateways.includes(choice.gateway)) chooseGateway(gateways[0]);
  else choose({});
  showGateways();
  showClasses();
  showViews();
  showEdit();
}
