// The start of all that the server adds to the page.

function readChanges() {
  const words = new URLSearchParams(location.hash.slice(1));
  return { changes: words.getAll("change"), name: words.get("name") ?? "", view: words.get("show") };
}

function takeFromAddress() {
  // A link to a row or a section says nothing of changes.
  if (location.hash !== "" && !location.hash.includes("=")) return;
  const { changes, name, view } = readChanges();
  edits.name = name;
  byId("edit-name").value = name;
  if (changes.join("\n") === edits.changes.join("\n")) return;
  if (["before", "after"].includes(view)) choice.view = view;
  change(() => changes, { keeps: true, remembers: false });
}

// Both ends of a line that is tapped.
function pickLine(edge) {
  const ends = [edge.source(), edge.target()].map((node) => node.data("network") ?? node.data("pool")).filter((end) => end !== undefined);
  if (ends.length === 0) return;
  edits.link = ends.length > 1 && ends[0] !== ends[1] ? ends : null;
  if (edits.link) showFacts();
  else choose({ network: ends[0] });
  byId("edit").scrollIntoView({ block: "nearest" });
}

function startEdit() {
  beyondChoice = changesFragment;
  document.querySelector(".workspace").after(makePanel());
  showColumns();
  watch((before) => {
    if (before.network !== choice.network || before.gateway !== choice.gateway) edits.link = null;
    showFacts();
    fetchReason();
    showPlans();
  });
  cy.on("tap", "edge", (event) => pickLine(event.target));
  addEventListener("hashchange", takeFromAddress);
  showEdit();
  takeFromAddress();
  fetchReason();
  watchFiles();
}

startEdit();
