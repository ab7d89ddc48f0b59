// The search: names, prefixes, and addresses by the longest prefix that holds them.

const MATCHES_AT_ONCE = 12;

let matches = [];
let active = -1;

function found(text) {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const state = stateShown();
  const holding = networksHolding(state, wanted);
  if (holding) return holding;
  const rank = (network, number) => {
    const name = network.name.toLowerCase();
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    if (name.includes(wanted)) return 2;
    const addresses = anyHolding(number)?.addresses || [];
    return addresses.some((prefix) => prefix.startsWith(wanted)) ? 3 : 9;
  };
  return networks
    .map((network, number) => ({ number, rank: rank(network, number) }))
    .filter((one) => one.rank < 9)
    .sort((one, other) => one.rank - other.rank || one.number - other.number)
    .slice(0, MATCHES_AT_ONCE)
    .map((one) => one.number);
}

function showMatches() {
  const input = byId("search");
  const list = byId("matches");
  const isOpen = input.value.trim() !== "" && document.activeElement === input;
  list.hidden = !isOpen;
  input.setAttribute("aria-expanded", isOpen ? "true" : "false");
  if (active >= 0 && isOpen) input.setAttribute("aria-activedescendant", `match-${active}`);
  else input.removeAttribute("aria-activedescendant");
  replace(list, matches.length === 0
    ? element("li", { class: "none", text: "Nothing is called so, or holds it" })
    : matches.map((network, index) => element("li", {
      id: `match-${index}`,
      role: "option",
      "aria-selected": index === active ? "true" : "false",
      onmousedown: (event) => { event.preventDefault(); take(network); },
    }, named(networks[network].name), element("span", { class: "mono soft", text: anyHolding(network)?.addresses[0] || "" }))));
  list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
}

function take(network) {
  byId("search").value = "";
  matches = [];
  active = -1;
  showMatches();
  choose({ network });
}

function keyInSearch(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (matches.length > 0) active = (active + step + matches.length) % matches.length;
    showMatches();
    event.preventDefault();
  } else if (event.key === "Enter" && matches.length > 0) {
    take(matches[Math.max(0, active)]);
    event.preventDefault();
  } else if (event.key === "Escape") {
    byId("search").value = "";
    matches = [];
    active = -1;
    showMatches();
  }
}

function startSearch() {
  const input = byId("search");
  input.addEventListener("input", () => {
    matches = found(input.value);
    active = matches.length > 0 ? 0 : -1;
    showMatches();
    say(matches.length === 0 && input.value.trim() !== "" ? "Nothing found." : counted(matches.length, "match", "matches"));
  });
  input.addEventListener("keydown", keyInSearch);
  input.addEventListener("focus", showMatches);
  input.addEventListener("blur", showMatches);
}
