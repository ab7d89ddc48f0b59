// What the page of `serve` does in a browser. Statuses are those of `facts/*/expected`, which are written by hand.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { expected, inventory, launch, openServed, rows, run, serve } from "./pages.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const MARKS = { "reachable": "✓", "needs-route": "+", "blackhole": "!", "unreachable": "·" };
const CHANGES = ["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)"];

// The statuses after the changes; where two are compared, the last of a cell is the one after.
const statusesOf = (table) => table.map(([network, destination, status]) => [network, destination, status.split("→").pop().trim()]);
const wanted = (topology, className) =>
  expected(topology, "VNet1", className).map((row) => [row.network, row.destination, `${MARKS[row.status]} ${row.status}`]);

const listOf = (tab) => tab.$$eval("#edit-list li code", (all) => all.map((one) => one.textContent));
const factsOf = (tab) => tab.$$eval("#edit-facts li code", (all) => all.map((one) => one.textContent));
const button = (tab, name) => tab.getByRole("button", { name, exact: true });

async function settled(tab, changes) {
  await tab.waitForFunction((text) => [...document.querySelectorAll("#edit-list li code")].map((one) => one.textContent).join("\n") === text, changes.join("\n"));
}

async function add(tab, relation, ...values) {
  await tab.selectOption("#edit-relation", relation);
  for (const [place, value] of values.entries()) await tab.fill(`#edit-column-${place}`, value);
  await button(tab, "Add").click();
}

async function show(tab, label) {
  await tab.getByRole("radio", { name: label, exact: true }).check({ force: true });
}

const linkWith = (changes) => `#${new URLSearchParams(changes.map((one) => ["change", one]))}`;

// A server and a tab that shows its page; nothing is said on the console but what is expected.
async function served(path, work, { hash = "", says = [] } = {}) {
  const server = await serve(path);
  const { tab, said, close } = await openServed(browser, server.link, {}, hash);
  try {
    await work(tab, server);
    assert.deepEqual(said, says);
  } finally {
    await close();
    server.stop();
  }
}

test("changes by a form, with the keyboard alone, give the answers that were written by hand", async () => {
  await served("facts/s2s-chain", async (tab) => {
    await show(tab, "Non-Windows");
    assert.deepEqual(statusesOf(await rows(tab)), wanted("s2s-chain", "non-windows"));
    for (const [place, [one, other]] of [["VNet1", "VNet2"], ["VNet2", "VNet3"]].entries()) {
      await tab.focus("#edit-relation");
      await tab.keyboard.press("Tab");
      await tab.keyboard.type(one);
      await tab.keyboard.press("Tab");
      await tab.keyboard.press("Control+A");
      await tab.keyboard.type(other);
      await tab.keyboard.press("Enter");
      await settled(tab, CHANGES.slice(0, place + 1));
      await tab.fill("#edit-column-0", "");
    }
    for (const [label, className] of [["Windows", "windows"], ["Non-Windows", "non-windows"]]) {
      await show(tab, label);
      assert.deepEqual(statusesOf(await rows(tab)), wanted("s2s-chain-bgp", className), className);
    }
    // The same on the map, in the matrix and in words.
    assert.match(await tab.textContent("#changes"), /Gained.*VNet2/s);
    assert.equal(await tab.textContent('#overview .cell[aria-label^="VNet3 for Non-Windows"]'), "·→✓");
    assert.match(await tab.textContent("#links"), /static \(removed\)/);
    assert.match(await tab.textContent("#links"), /BGP \(added\)/);
    const labels = await tab.evaluate(() => document.querySelector("#map")._cyreg.cy.edges().map((edge) => edge.data("label")));
    assert.deepEqual(labels.filter((label) => label).sort(), ["+ BGP", "+ BGP", "− static", "− static"]);
  });
});

test("a reason follows the changes, and so does one that is picked later", async () => {
  await served("facts/s2s-chain", async (tab) => {
    await show(tab, "Non-Windows");
    await tab.fill("#search", "VNet3");
    await tab.press("#search", "Enter");
    await tab.waitForSelector("#reasons .told");
    assert.match(await tab.textContent("#reasons"), /unreachable/);
    await add(tab, "bgp", "VNet1", "VNet2");
    await settled(tab, CHANGES.slice(0, 1));
    await add(tab, "bgp", "VNet2", "VNet3");
    await settled(tab, CHANGES);
    await tab.waitForFunction(() => /VNet1 → VNet2 → VNet3/.test(document.querySelector("#reasons").textContent));
    await tab.fill("#search", "VNet2");
    await tab.press("#search", "Enter");
    await tab.waitForFunction(() => /VNet1 → VNet2/.test(document.querySelector("#reasons .told")?.textContent));
    await show(tab, "Before");
    await tab.waitForFunction(() => /dropped at VNet2|no return path|has no route/.test(document.querySelector("#reasons .told")?.textContent));
    assert.match(await tab.textContent("#reasons"), /blackhole/);
  });
});

test("a tap on a line shows what it consists of, and takes it away", async () => {
  await served("facts/s2s-chain-bgp", async (tab) => {
    await tab.locator("#map").scrollIntoViewIfNeeded();
    const middle = () => tab.evaluate(() => {
      const { cy } = document.querySelector("#map")._cyreg;
      const name = (node) => node.data("label").split("\n")[0].split(" ").pop();
      const edge = cy.edges().filter((one) => [one.source(), one.target()].map(name).sort().join() === "VNet2,VNet3")[0];
      const box = document.querySelector("#map").getBoundingClientRect();
      const middle = edge.renderedMidpoint();
      return { x: box.x + middle.x, y: box.y + middle.y };
    });
    // The map fits itself into the room that the panel leaves it.
    let [before, place] = [null, await middle()];
    while (before === null || before.x !== place.x || before.y !== place.y) {
      await tab.waitForTimeout(200);
      [before, place] = [place, await middle()];
    }
    await tab.mouse.click(place.x, place.y);
    await tab.waitForFunction(() => document.querySelector("#edit-subject").textContent === "Facts of VNet2 and VNet3" || document.querySelector("#edit-subject").textContent === "Facts of VNet3 and VNet2");
    await tab.waitForSelector("#edit-facts li");
    assert.deepEqual(await factsOf(tab), ["bgp(VNet2, VNet3)", "s2s(VNet2, VNet3)"]);
    await button(tab, "Take away s2s(VNet2, VNet3)").click();
    await settled(tab, ["- s2s(VNet2, VNet3)"]);
    const row = (await rows(tab)).find(([network]) => network === "VNet3");
    assert.match(row[2], /→ · unreachable$/);
    await tab.waitForFunction(() => document.querySelectorAll("#edit-facts li").length === 0);
  });
});

test("a fact is changed in the form, and the new one takes its place", async () => {
  await served("facts/custom-route", async (tab) => {
    const gateway = await tab.$eval("#gateway option", (one) => one.textContent);
    await tab.waitForSelector("#edit-facts li");
    const route = (await factsOf(tab)).find((fact) => fact.startsWith("custom_route("));
    await button(tab, `Change ${route}`).click();
    assert.equal(await tab.inputValue("#edit-column-0"), gateway);
    await tab.fill("#edit-column-1", "10.99.0.0/16");
    await button(tab, "Add").click();
    await settled(tab, [`- ${route}`, `+ custom_route(${gateway}, 10.99.0.0/16)`]);
    await tab.fill("#edit-filter", `Route(${gateway}, 10.99`);
    await tab.waitForFunction(() => document.querySelectorAll("#edit-facts li").length === 1);
    assert.deepEqual(await factsOf(tab), [`custom_route(${gateway}, 10.99.0.0/16)`]);
  });
});

test("changes are undone, taken off one by one, taken back by their opposites, and all at once", async () => {
  await served("facts/s2s-chain", async (tab) => {
    const untouched = await rows(tab);
    await add(tab, "bgp", "VNet1", "VNet2");
    await add(tab, "bgp", "VNet2", "VNet3");
    await settled(tab, CHANGES);
    await button(tab, "Undo the last step").click();
    await settled(tab, CHANGES.slice(0, 1));
    await add(tab, "bgp", "VNet2", "VNet3");
    await settled(tab, CHANGES);
    await button(tab, `Remove the change ${CHANGES[0]}`).click();
    await settled(tab, CHANGES.slice(1));
    await tab.selectOption("#edit-relation", "bgp");
    await tab.fill("#edit-column-0", "VNet2");
    await tab.fill("#edit-column-1", "VNet3");
    await button(tab, "Take away").click();
    await settled(tab, []);
    assert.deepEqual(await rows(tab), untouched);
    assert.ok(await tab.isHidden("#changes") && await tab.isHidden("#view"));
    await button(tab, "Undo the last step").click();
    await settled(tab, CHANGES.slice(1));
    await button(tab, "Clear all changes").click();
    await settled(tab, []);
    assert.deepEqual(await rows(tab), untouched);
  });
});

test("what cannot be done is told, and changes nothing", async () => {
  await served("facts/s2s-chain", async (tab) => {
    await add(tab, "bgp", "VNet1", "VNet2");
    await settled(tab, CHANGES.slice(0, 1));
    const response = tab.waitForResponse((one) => one.status() === 422);
    await add(tab, "s2s", "VNet1", "Nowhere");
    await response;
    await tab.waitForSelector("#edit-problem:not([hidden])");
    assert.match(await tab.textContent("#edit-problem"), /Nowhere/);
    assert.deepEqual(await listOf(tab), CHANGES.slice(0, 1));
    await add(tab, "bgp", "VNet2", "VNet3");
    await settled(tab, CHANGES);
    assert.ok(await tab.isHidden("#edit-problem"));
  // Chromium itself says that an answer was a refusal.
  }, { says: ["error: Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"] });
});

test("a link has the changes, the name and what is chosen, and saved changes are a query file", async () => {
  await served("facts/s2s-chain", async (tab, { link }) => {
    await settled(tab, CHANGES);
    await tab.fill("#edit-name", "BGP on the chain");
    await show(tab, "Non-Windows");
    const address = tab.url();
    const [download] = await Promise.all([tab.waitForEvent("download"), button(tab, "Save the changes as a query file").click()]);
    assert.equal(download.suggestedFilename(), "BGP-on-the-chain.query");
    const file = await download.path();
    assert.equal(readFileSync(file, "utf8"), `scenario BGP on the chain\n${CHANGES.join("\n")}\n`);
    assert.match(run("whatif", "facts/s2s-chain", "--query", file, "--format", "csv"), /BGP on the chain,.*VNet3/);
    // The link in another tab, while this one goes on by itself.
    const other = await openServed(browser, link, {}, new URL(address).hash);
    await settled(other.tab, CHANGES);
    assert.equal(await other.tab.inputValue("#edit-name"), "BGP on the chain");
    assert.deepEqual(statusesOf(await rows(other.tab)), wanted("s2s-chain-bgp", "non-windows"));
    await button(tab, "Clear all changes").click();
    await settled(tab, []);
    await other.tab.reload();
    await settled(other.tab, CHANGES);
    assert.deepEqual(statusesOf(await rows(other.tab)), wanted("s2s-chain-bgp", "non-windows"));
    await show(tab, "Non-Windows");
    assert.deepEqual(statusesOf(await rows(tab)), wanted("s2s-chain", "non-windows"));
    assert.deepEqual(other.said, []);
    await other.close();
  }, { hash: linkWith(CHANGES) });
});

test("changes are copied as commands, in their order, and what has none is told of", async () => {
  const server = await serve("facts/s2s-chain");
  const changes = ["+ bgp(VNet1, VNet2)", "+ client(laptop, VNet1)", "+ os(laptop, windows)", "+ custom_route(VNet1, 10.9.0.0/16)"];
  const { tab, close } = await openServed(browser, server.link, { permissions: ["clipboard-read", "clipboard-write"] }, linkWith(changes));
  await settled(tab, changes);
  await button(tab, "Copy the changes as az commands").click();
  await tab.waitForFunction(() => document.querySelector("#said").textContent === "Commands copied.");
  const lines = (await tab.evaluate(() => navigator.clipboard.readText())).trim().split("\n");
  const place = (pattern) => lines.findIndex((line) => pattern.test(line));
  const places = [/^az network vpn-connection update .*enable-bgp/i, /^# no command for `\+ client\(laptop, VNet1\)`: Azure has no list of clients$/, /^az network vnet-gateway update .*--custom-routes 10\.9\.0\.0\/16$/].map(place);
  assert.ok(places[0] >= 0 && places[0] < places[1] && places[1] < places[2], lines.join("\n"));
  await close();
  server.stop();
});

test("a step back asks nothing of the server", async () => {
  await served("facts/s2s-chain", async (tab) => {
    const asked = [];
    tab.on("request", (request) => { if (/api\/patch$/.test(request.url())) asked.push(request.postDataJSON().changes); });
    await add(tab, "bgp", "VNet1", "VNet2");
    await settled(tab, CHANGES.slice(0, 1));
    await add(tab, "bgp", "VNet2", "VNet3");
    await settled(tab, CHANGES);
    for (const left of [1, 0]) {
      await button(tab, "Undo the last step").click();
      await settled(tab, CHANGES.slice(0, left));
    }
    assert.deepEqual(asked, [CHANGES.slice(0, 1), CHANGES]);
    await show(tab, "Non-Windows");
    assert.deepEqual(statusesOf(await rows(tab)), wanted("s2s-chain", "non-windows"));
  });
});

test("a page is narrowed as a report is, and a change brings what it joins", async () => {
  const path = inventory(PAIRS);
  const server = await serve(path, "--gateway", "A");
  const { tab, said, close } = await openServed(browser, server.link);
  assert.match(await tab.textContent("#origin"), /Networks2/);
  assert.match(await tab.textContent("#about"), /narrowed to A/);
  const joined = ["+ s2s(B, C)", "+ bgp(B, C)"];
  await tab.evaluate((hash) => { location.hash = hash; }, linkWith(joined));
  await settled(tab, joined);
  await show(tab, "Non-Windows");
  const csv = run("reach", path, "--format", "csv", "--gateway", "A", "--class", "non-windows", ...joined.flatMap((one) => ["--with", one]));
  const lines = csv.trim().split("\n").slice(1).map((line) => line.split(",")).map(([, , network, destination, status]) => [network, destination, `${MARKS[status]} ${status}`]);
  assert.deepEqual(statusesOf(await rows(tab)).sort(), lines.sort());
  assert.deepEqual(await tab.$$eval("#gateway option", (all) => all.map((one) => one.textContent)), ["A"]);
  assert.deepEqual(said, []);
  await close();
  server.stop();
});

test("a plan is found, added to the changes, and does what it says", async () => {
  await served("facts/spoke-without-transit", async (tab) => {
    await tab.fill("#search", "VNet3");
    await tab.press("#search", "Enter");
    await button(tab, "Find plans").click();
    const plan = tab.locator("#edit-plans .plan").first();
    assert.match(await plan.textContent(), /\+ gateway_transit\(VNet1, VNet3\)/);
    assert.match(await plan.textContent(), /az network vnet peering update .*useRemoteGateways=true/);
    await plan.getByRole("button", { name: "Add to the changes" }).click();
    await settled(tab, ["+ gateway_transit(VNet1, VNet3)"]);
    const row = (await rows(tab)).find(([network]) => network === "VNet3");
    assert.match(row[2], /unreachable → ✓ reachable/);
    assert.equal(await tab.locator("#edit-plans").count(), 0);
  });
});

const PAIRS = {
  "vnets.csv": "name,address_space\nA,10.1.0.0/16\nB,10.2.0.0/16\nC,10.3.0.0/16\nD,10.4.0.0/16\n",
  "gateways.csv": "vnet,client_pool,asn\nA,192.168.1.0/24,65001\nB,,65002\nC,192.168.3.0/24,65003\nD,,65004\n",
  "s2s.csv": "from,to,bgp\nA,B,true\nC,D,true\n",
};

test("what the page patches is what `reach` says of the whole inventory, also where components join and networks come", async () => {
  const path = inventory(PAIRS);
  await served(path, async (tab) => {
    const steps = [
      ["- bgp(C, D)"],
      ["- bgp(C, D)", "+ s2s(B, C)", "+ bgp(B, C)"],
      ["- bgp(C, D)", "+ s2s(B, C)", "+ bgp(B, C)", "+ vnet(E)", "+ address(E, 10.5.0.0/16)", "+ peered(B, E)", "+ peered(E, B)", "+ gateway_transit(B, E)"],
      ["+ vnet(E)", "+ address(E, 10.5.0.0/16)"],
      ["- bgp(A, B)"],
    ];
    for (const changes of steps) {
      await tab.evaluate((hash) => { location.hash = hash; }, linkWith(changes));
      await settled(tab, changes);
      const csv = run("reach", path, "--format", "csv", ...changes.flatMap((one) => ["--with", one]));
      for (const gateway of ["A", "C"]) {
        await tab.selectOption("#gateway", { label: gateway });
        for (const [label, className] of [["Windows", "windows"], ["Non-Windows", "non-windows"]]) {
          await show(tab, label);
          const lines = csv.trim().split("\n").slice(1).map((line) => line.split(","))
            .filter(([of, among]) => of === gateway && among === className)
            .map(([, , network, destination, status]) => [network, destination, `${MARKS[status]} ${status}`]);
          const seen = statusesOf(await rows(tab)).filter(([, , status]) => status !== "not there");
          assert.deepEqual(seen.sort(), lines.sort(), `${changes.join("; ")}: ${gateway} ${className}`);
        }
      }
    }
  });
});

test("hostile names stay text, in changes too", async () => {
  const hostile = '</script><img src=x onerror="document.title=1">';
  const path = inventory({
    "vnets.csv": `name,address_space\n"${hostile.replaceAll('"', '""')}",10.1.0.0/16\n\u202eevil,10.2.0.0/16\n`,
    "gateways.csv": `vnet,client_pool\n"${hostile.replaceAll('"', '""')}",192.168.0.0/24\n`,
  });
  await served(path, async (tab) => {
    await add(tab, "custom_route", hostile, "10.9.0.0/16");
    const change = `+ custom_route("${hostile.replaceAll('"', '\\"')}", 10.9.0.0/16)`;
    await settled(tab, [change]);
    assert.match(await tab.textContent("#routes"), /10\.9\.0\.0\/16/);
    assert.equal(await tab.locator("#edit img, #changes img").count(), 0);
    await tab.reload();
    await settled(tab, [change]);
    assert.doesNotMatch(await tab.textContent("#edit"), /\u202e/);
    assert.match(await tab.title(), /^What the VPN reaches/);
  });
});

test("files that change are read again, and the changes stay; errors are told until they are mended", async () => {
  const path = inventory(PAIRS);
  await served(path, async (tab) => {
    await button(tab, "Take away bgp(A, B)").click();
    await settled(tab, ["- bgp(A, B)"]);
    writeFileSync(join(path, "vnets.csv"), `${PAIRS["vnets.csv"]}E,10.5.0.0/16\n`);
    await tab.waitForFunction(() => document.querySelector("#origin")?.textContent.includes("Networks5"));
    await settled(tab, ["- bgp(A, B)"]);
    writeFileSync(join(path, "vnets.csv"), `${PAIRS["vnets.csv"]}E,10.5.0.0/55\n`);
    await tab.getByRole("heading", { name: "The inventory has errors" }).waitFor();
    assert.match(await tab.textContent("pre"), /10\.5\.0\.0\/55/);
    writeFileSync(join(path, "vnets.csv"), PAIRS["vnets.csv"]);
    await tab.waitForSelector('html[data-ready="yes"]', { state: "attached" });
    await settled(tab, ["- bgp(A, B)"]);
    assert.match(await tab.textContent("#origin"), /Networks4/);
  });
});

test("a server that has ended is told", async () => {
  const server = await serve("facts/s2s-chain");
  const { tab, close } = await openServed(browser, server.link);
  assert.ok(await tab.isHidden("#edit-ended"));
  server.stop();
  await tab.waitForSelector("#edit-ended:not([hidden])");
  await close();
});

test("no rule of axe is broken with changes on the page: light, dark and on a narrow screen", async () => {
  const server = await serve("facts/s2s-chain");
  for (const options of [{}, { colorScheme: "dark" }, { viewport: { width: 360, height: 780 } }]) {
    const { tab, said, close } = await openServed(browser, server.link, options, linkWith(CHANGES));
    await settled(tab, CHANGES);
    await tab.waitForSelector("#edit-facts li");
    await tab.evaluate(AXE);
    const found = await tab.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    assert.deepEqual(found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)]), []);
    assert.deepEqual(said, []);
    await close();
  }
  server.stop();
});
