// Reasons and plans that the page does not have yet: they are asked for when a network is picked.

let plansFound = { key: null, plans: [], text: "" };

// The changes that a state has.
function changesIn(state) {
  return state === latest ? edits.changes : [];
}

async function fetchReason() {
  const { network, gateway } = choice;
  if (network === null || gateway === null) return;
  const state = stateShown();
  if (state.explanationOf.has(key(gateway, network)) || rowsFor(state, choice, network).length === 0) return;
  try {
    const found = await ask("reason", { changes: changesIn(state), ...picked() });
    const isWanted = choice.network === network && choice.gateway === gateway && stateShown() === state;
    if (!isWanted || state.explanationOf.has(key(gateway, network)) || !explain(state, found)) return;
    showRows(false);
    showReasons();
    refresh();
    showPlans();
  } catch (error) {
    tell(error);
  }
}

function plansKey() {
  return key(choice.gateway, choice.network, choice.className, ...edits.changes);
}

function planItem(plan) {
  return element("div", { class: "plan" },
    element("strong", { text: `Cost ${plan.cost}` }),
    element("ul", { class: "changes" }, plan.changes.map((one) => element("li", {}, element("code", { text: shown(one) })))),
    element("button", { type: "button", class: "tool", text: "Add to the changes", onclick: () => addChanges(...plan.changes) }),
    plan.commands.length > 0 ? element("details", {},
      element("summary", { text: "Commands" }), element("pre", { text: plan.commands.map(shown).join("\n") })) : null);
}

async function findPlans() {
  const wanted = plansKey();
  plansFound = { key: wanted, plans: [], text: "Searching …" };
  showPlans();
  try {
    const answer = await ask("fix", { changes: edits.changes, class: choice.className, ...picked() });
    const text = answer.already ? "Nothing has to be changed." : answer.plans.length === 0 ? "No plan was found." : "";
    plansFound = { key: wanted, plans: answer.plans, text };
  } catch (error) {
    plansFound = { key: wanted, plans: [], text: error.message };
  }
  showPlans();
}

// Plans for what is picked, below its reasons.
function showPlans() {
  document.getElementById("edit-plans")?.remove();
  const { network, gateway } = choice;
  if (network === null || gateway === null || networks[network].kind === "internet" || stateShown() !== latest) return;
  if (!rowsFor(latest, choice, network).some((row) => row[2] !== "reachable")) return;
  const isFound = plansFound.key === plansKey();
  byId("reasons").append(element("div", { id: "edit-plans" },
    isFound ? null : element("button", { type: "button", class: "more", text: "Find plans", onclick: findPlans }),
    isFound && plansFound.text ? element("p", {}, prose(plansFound.text)) : null,
    isFound ? plansFound.plans.map(planItem) : null));
}
