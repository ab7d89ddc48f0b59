// What the page looks like to those who read it: what a change does first, all gateways at a glance, files to take away, narrow screens.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { expected, inventory, launch, open, page } from "./pages.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MARKS = { "reachable": "✓", "needs-route": "+", "blackhole": "!", "unreachable": "·" };

// A hub with a spoke that hangs on one side of its peering, and a site by BGP; and the same with the peering mended and BGP off.
function beforeAndAfter() {
  const files = {
    "vnets.csv": "name,address_space\nHub,10.1.0.0/16\nSpoke,10.2.0.0/16\n",
    "gateways.csv": "vnet,client_pool,asn\nHub,172.16.4.0/24,65010\n",
    "sites.csv": "name,address_space,asn\nHq,10.200.0.0/16 10.201.0.0/16,65100\n",
  };
  const peering = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,true,false\n";
  const old = inventory({ ...files, "peerings.csv": peering, "s2s.csv": "from,to,bgp\nHub,Hq,true\n" });
  const now = inventory({ ...files, "peerings.csv": `${peering}Spoke,Hub,false,true\n`, "s2s.csv": "from,to,bgp\nHub,Hq,false\n" });
  return [now, "--compare", old];
}

test("a comparison opens on what changes, the losses first", async () => {
  const file = page(...beforeAndAfter(), "--title", "CHG0012345", "--note", "Owner: <network team>", "--date", "2026-11-28");
  const { tab, said, close } = await open(browser, file);
  assert.equal(await tab.textContent("h1"), "CHG0012345");
  assert.match(await tab.title(), /^CHG0012345: /);
  assert.equal(await tab.textContent("#note"), "Owner: <network team>");
  const head = await tab.innerText("#origin");
  for (const told of [/Date\s+2026-11-28/, /Model\s+article/, /Made with\s+tunnelog \d/, /Before\s+\S/, /After\s+\S/]) assert.match(head, told);
  const place = (selector) => tab.locator(selector).evaluate((one) => one.getBoundingClientRect().top);
  assert.ok(await place("#changes") < 200 && await place("#changes") < await place("#overview"));
  assert.ok(await place("#overview") < await place("#map"));
  const numbers = await tab.$$eval("#changes .numbers > div", (all) => all.map((one) => [one.querySelector("dd").textContent, one.querySelector("dt").textContent]));
  // Hq is lost to both classes: nothing answers Windows clients without BGP, nor others.
  assert.deepEqual(numbers.slice(0, 5), [["1", "networks lost"], ["1", "networks gained"], ["1", "classes that download again"], ["1", "new warnings"], ["1", "warnings resolved"]]);
  assert.match(await tab.textContent("#changes .risk"), /^Risk: 2 classes of clients lose Hq\.$/);
  const headings = await tab.$$eval("#changes h3", (all) => all.map((one) => one.textContent));
  assert.deepEqual(headings.slice(0, 2), ["Lost", "Gained"]);
  const lost = await tab.locator("#changes .scroll").first().locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  // Without BGP the site knows no way back, and its prefixes are pushed to nobody.
  const both = "10.200.0.0/16, 10.201.0.0/16";
  assert.deepEqual(lost, [
    ["Hq", both, "✓reachable → ·unreachable", "Non-Windows clients of Hub"],
    ["Hq", both, "+needs-route → ·unreachable", "Windows clients of Hub"],
  ]);
  // The tiles say by how much.
  const deltas = await tab.$$eval(".tile", (all) => all.map((one) => [one.className.replace("tile ", ""), one.querySelector(".delta").textContent]));
  assert.deepEqual(Object.fromEntries(deltas).reachable, "±0", "one network is gained and one is lost");
  assert.doesNotMatch(await tab.textContent("main"), /`/);
  assert.deepEqual(said, []);
  await close();
});

test("the matrix has all gateways and classes, and leads to what it is about", async () => {
  const { tab, said, close } = await open(browser, page("facts/two-gateways"));
  const heads = await tab.$$eval("#overview thead tr:first-child th", (all) => all.map((one) => one.textContent));
  assert.ok(heads.length > 1);
  const cells = await tab.$$eval("#overview .cell", (all) => all.map((one) => [one.getAttribute("aria-label"), one.textContent]));
  let count = 0;
  for (const gateway of heads) {
    for (const [label, className] of [["Windows", "windows"], ["Non-Windows", "non-windows"]]) {
      for (const row of expected("two-gateways", gateway, className)) {
        const told = cells.find(([name]) => name.startsWith(`${row.network} for ${label} clients of ${gateway}: `));
        assert.ok(told && told[0].includes(row.status) && told[1].includes(MARKS[row.status]), JSON.stringify(row));
        count += 1;
      }
    }
  }
  assert.ok(count >= cells.length);
  const last = tab.locator("#overview .cell").last();
  const label = await last.getAttribute("aria-label");
  await last.click();
  const [, network, whom] = label.match(/^(.+) for (.+): /);
  assert.equal(await tab.textContent("#reasons-heading"), network);
  assert.equal(await tab.textContent("#whose"), whom);
  assert.equal(await tab.evaluate(() => document.activeElement.getAttribute("aria-label")), label);
  await tab.keyboard.press("ArrowUp");
  assert.notEqual(await tab.evaluate(() => document.activeElement.getAttribute("aria-label")), label);
  assert.deepEqual(said, []);
  await close();
});

// The lines of the ways on the map, each with its ends and how it is drawn.
const ways = (tab) => tab.evaluate(() => {
  const cy = document.querySelector("#map")._cyreg.cy;
  const name = (node) => node.data("label").split("\n")[0].replace(/^[✓+!·]+ /, "");
  return cy.edges(".route").map((edge) => [edge.hasClass("there") ? "there" : "back", name(edge.source()), name(edge.target()), edge.style("line-style"), edge.style("line-color")]);
});

test("a pick draws the way there and the way back as two lines, past the appliances", async () => {
  const { tab, said, close } = await open(browser, page("facts/hub-and-firewall"));
  assert.deepEqual(await ways(tab), [], "nothing is picked");
  await tab.fill("#search", "Spoke");
  await tab.press("#search", "Enter");
  const drawn = await ways(tab);
  const stops = (direction) => drawn.filter(([of]) => of === direction).map(([, from, to]) => [from, to]);
  const pool = (await tab.evaluate(() => document.querySelector("#map")._cyreg.cy.nodes(".pool")[0].data("label"))).split("\n")[0];
  assert.deepEqual(stops("there"), [[pool, "Hub"], ["Hub", "Firewall"], ["Firewall", "Spoke"]]);
  assert.deepEqual(stops("back"), [["Spoke", "Firewall"], ["Firewall", "Hub"], ["Hub", pool]]);
  assert.deepEqual(new Set(drawn.map(([direction, , , style]) => `${direction} ${style}`)), new Set(["there solid", "back dashed"]));
  assert.equal(new Set(drawn.map(([direction, , , , colour]) => `${direction} ${colour}`)).size, 2);
  const legend = await tab.innerText("#legend");
  for (const word of ["forward path", "return path", "Appliance"]) assert.ok(legend.includes(word), word);
  assert.match(await tab.textContent("#reasons"), /Hub → Firewall → Spoke/);
  await tab.fill("#search", "Hub");
  await tab.press("#search", "Enter");
  assert.ok((await ways(tab)).every(([, from, to]) => from !== "Spoke" && to !== "Spoke"));
  assert.deepEqual(said, []);
  await close();
});

test("the Internet is a destination of the table, the matrix and the map", async () => {
  const { tab, said, close } = await open(browser, page("facts/forced-tunnelling-firewall"));
  const table = await tab.$$eval("#answer-table .pick", (all) => all.map((one) => one.textContent));
  assert.deepEqual([...new Set(table)].sort(), ["Hub", "Internet", "Spoke"]);
  assert.ok((await tab.$$eval("#overview tbody th", (all) => all.map((one) => one.textContent))).includes("Internet"));
  const way = await tab.evaluate(() => document.querySelector("#map")._cyreg.cy.edges(".way-out").map((edge) => [edge.source().data("label").split("\n")[0], edge.target().data("label").split("\n")[0]]));
  assert.deepEqual(way, [["Firewall", "✓ Internet"]]);
  await tab.locator("#answer-table .pick", { hasText: "Internet" }).click();
  assert.equal(await tab.textContent("#reasons-heading"), "Internet");
  assert.ok((await ways(tab)).some(([direction, from, to]) => direction === "there" && from === "Firewall" && to === "Internet"));
  assert.equal(await tab.locator(".plan").count(), 0);
  assert.deepEqual(said, []);
  await close();
});

test("prefixes stand in the order of numbers", async () => {
  const made = inventory({
    "vnets.csv": "name,address_space\nHub,10.10.0.0/16 10.2.0.0/16 9.0.0.0/8\n",
    "gateways.csv": "vnet,client_pool\nHub,172.16.0.0/24\n",
  });
  const { tab, close } = await open(browser, page(made));
  const wanted = ["9.0.0.0/8", "10.2.0.0/16", "10.10.0.0/16"];
  assert.deepEqual(await tab.$$eval("#answer-table tbody td:nth-child(2)", (all) => all.map((one) => one.textContent)), wanted);
  assert.deepEqual(await tab.$$eval("#routes tbody td:first-child", (all) => all.map((one) => one.textContent)), [...wanted, "172.16.0.0/24"]);
  await close();
});

async function saved(tab, name) {
  const [download] = await Promise.all([tab.waitForEvent("download"), tab.getByRole("button", { name }).click()]);
  return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
}

test("the table is saved as CSV, with the columns of reach", async () => {
  const { tab, said, close } = await open(browser, page("facts/s2s-chain"));
  await tab.getByRole("radio", { name: "Non-Windows", exact: true }).check({ force: true });
  const [name, text] = await saved(tab, "Save the table as CSV");
  assert.equal(name, "tunnelog-VNet1-non-windows.csv");
  const rows = readFileSync(new URL("../../facts/s2s-chain/expected/reach.csv", import.meta.url), "utf8").trim().split("\n");
  const wanted = rows.filter((row, index) => index === 0 || row.startsWith("VNet1,non-windows,"));
  assert.deepEqual(text.trim().split("\r\n"), wanted);
  assert.deepEqual(said, []);
  await close();
});

test("a name that looks like a formula is text in the saved table", async () => {
  const made = inventory({ "vnets.csv": 'name,address_space\n"=1+1, a",10.1.0.0/16\n', "gateways.csv": 'vnet,client_pool\n"=1+1, a",192.168.0.0/24\n' });
  const { tab, close } = await open(browser, page(made));
  const [, text] = await saved(tab, "Save the table as CSV");
  assert.ok(text.split("\r\n")[1].startsWith(`"'=1+1, a",`), text);
  await close();
});

test("the map is saved as a drawing that has every network and line", async () => {
  const { tab, said, close } = await open(browser, page("facts/branch-office"));
  const [name, text] = await saved(tab, "Save the map as SVG");
  assert.match(name, /^tunnelog-VNet1-.*\.svg$/);
  const told = await tab.evaluate((svg) => {
    const drawing = new DOMParser().parseFromString(svg, "image/svg+xml");
    const { width, height, x, y } = drawing.documentElement.viewBox.baseVal;
    const texts = [...drawing.querySelectorAll("tspan")].map((one) => one.textContent);
    const within = [...drawing.querySelectorAll("tspan")].every((one) => Number(one.getAttribute("x")) > x && Number(one.getAttribute("x")) < x + width
      && Number(one.getAttribute("y")) > y && Number(one.getAttribute("y")) < y + height);
    const cy = document.querySelector("#map")._cyreg.cy;
    return { root: drawing.documentElement.nodeName, texts, within, labels: cy.elements().map((one) => one.data("label")).filter((label) => label), lines: drawing.querySelectorAll('path[fill="none"]').length, edges: cy.edges(":visible").length };
  }, text);
  assert.equal(told.root, "svg");
  assert.ok(told.within);
  for (const label of told.labels) for (const line of label.split("\n")) assert.ok(told.texts.includes(line), line);
  assert.equal(told.lines, told.edges);
  assert.deepEqual(said, []);
  await close();
});

test("on a narrow screen every cell can be read, and nothing scrolls sideways", async () => {
  const narrow = { viewport: { width: 390, height: 844 } };
  for (const words of [["facts/branch-office"], beforeAndAfter(), ["facts/lab-bgp-mesh"]]) {
    const { tab, said, close } = await open(browser, page(...words), narrow);
    await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    const told = await tab.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      sideways: [...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent.slice(0, 60)),
      thin: [...document.querySelectorAll("table.stacking td")].map((cell) => {
        const style = getComputedStyle(cell);
        return cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      }).filter((width) => width < 150).length,
      why: [...document.querySelectorAll("#answer-table td:last-child")].every((cell) => {
        const box = cell.getBoundingClientRect();
        return box.left >= 0 && box.right <= 390 && getComputedStyle(cell, "::before").content === '"Why"';
      }),
    }));
    assert.deepEqual(told, { page: 390, sideways: [], thin: 0, why: true }, words[0]);
    assert.deepEqual(said, []);
    await close();
  }
});

test("words at lines between the same two networks do not lie on each other", async () => {
  const { tab, close } = await open(browser, page(...beforeAndAfter()));
  const boxes = await tab.evaluate(() => {
    const cy = document.querySelector("#map")._cyreg.cy;
    return cy.edges().filter((edge) => edge.data("label") !== "").map((edge) => {
      const { x1, y1, x2, y2 } = edge.boundingBox({ includeEdges: false, includeNodes: false, includeLabels: true });
      return { label: edge.data("label"), ends: [edge.source().id(), edge.target().id()].sort().join(), x1, y1, x2, y2 };
    });
  });
  let pairs = 0;
  for (const one of boxes) {
    for (const other of boxes) {
      if (one === other || one.ends !== other.ends) continue;
      pairs += 1;
      const apart = one.x2 <= other.x1 || other.x2 <= one.x1 || one.y2 <= other.y1 || other.y2 <= one.y1;
      assert.ok(apart, JSON.stringify([one, other]));
    }
  }
  assert.ok(pairs >= 4, "two peerings and two tunnels come and go");
  await close();
});

test("no rule of axe is broken: light, dark and on a narrow screen", async () => {
  const files = [page("facts/branch-office"), page(...beforeAndAfter(), "--title", "CHG0012345"), page("facts/forced-tunnelling-firewall")];
  const settings = [{}, { colorScheme: "dark" }, { viewport: { width: 390, height: 844 } }];
  for (const file of files) {
    for (const setting of settings) {
      const { tab, close } = await open(browser, file, setting);
      await tab.evaluate(AXE);
      await tab.locator("#answer-table .pick").first().click();
      const found = await tab.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      const told = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
      assert.deepEqual(told, [], JSON.stringify(setting));
      await close();
    }
  }
});
