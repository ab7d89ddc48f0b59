// What the page does in a browser. Statuses are those of `facts/*/expected`, which are written by hand.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { expected, inventory, launch, open, page, rows, run } from "./pages.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const MARKS = { "reachable": "✓", "needs-route": "+", "blackhole": "!", "unreachable": "·" };

const statusesOf = (table) => table.map(([network, destination, status]) => [network, destination, status]);
const wanted = (topology, gateway, className) =>
  expected(topology, gateway, className).map((row) => [row.network, row.destination, `${MARKS[row.status]} ${row.status}`]);

async function pick(tab, text) {
  await tab.fill("#search", text);
  await tab.press("#search", "Enter");
}

// What the map shows of a network, by its name.
const onMap = (tab, name) => tab.evaluate((wantedName) => {
  const canvas = document.querySelector("#map");
  // Cytoscape.js leaves its instance with its container.
  const cy = canvas._cyreg.cy;
  const node = cy.nodes().filter((one) => one.data("label").split("\n")[0].endsWith(` ${wantedName}`))[0];
  return node && { label: node.data("label"), classes: node.classes(), border: node.style("border-style"), width: node.numericStyle("border-width") };
}, name);

test("every shipped topology opens without a word on the console, and says what was written by hand", async () => {
  for (const topology of ["isolated-vnet", "peered-vnets", "s2s-chain", "s2s-chain-bgp", "s2s-chain-branch-bgp", "branch-office", "two-gateways"]) {
    const { tab, said, close } = await open(browser, page(`facts/${topology}`));
    const gateways = await tab.$$eval("#gateway option", (all) => all.map((one) => [one.value, one.textContent]));
    assert.ok(gateways.length > 0);
    for (const [value, gateway] of gateways) {
      await tab.selectOption("#gateway", value);
      for (const [label, className] of [["Windows", "windows"], ["Non-Windows", "non-windows"]]) {
        await tab.getByRole("radio", { name: label, exact: true }).check({ force: true });
        assert.deepEqual(statusesOf(await rows(tab)), wanted(topology, gateway, className), `${topology} ${gateway} ${className}`);
      }
    }
    assert.deepEqual(said, [], topology);
    await close();
  }
});

test("the map marks statuses by letters and borders, not by colour alone", async () => {
  const { tab, close } = await open(browser, page("facts/s2s-chain"));
  await tab.getByRole("radio", { name: "Non-Windows", exact: true }).check({ force: true });
  const seen = {};
  for (const name of ["VNet1", "VNet2", "VNet3"]) seen[name] = await onMap(tab, name);
  assert.equal(seen.VNet1.label, "✓ VNet1\n10.1.0.0/16");
  assert.equal(seen.VNet2.label, "! VNet2\n10.2.0.0/16");
  assert.equal(seen.VNet3.label, "· VNet3\n10.3.0.0/16");
  assert.deepEqual(Object.values(seen).map((one) => one.border), ["solid", "solid", "dotted"]);
  assert.ok(seen.VNet2.width > 1.5 * seen.VNet1.width, "a black hole has a thick frame");
  await close();
});

test("a pick by name, prefix or address shows why, and says so", async () => {
  const { tab, said, close } = await open(browser, page("facts/branch-office"));
  for (const text of ["site1", "10.101.0.0/16", "10.101.8.15"]) {
    await tab.reload();
    await tab.waitForSelector('html[data-ready="yes"]', { state: "attached" });
    await pick(tab, text);
    assert.equal(await tab.textContent("#reasons-heading"), "Site1", text);
    assert.equal(await tab.getAttribute('.pick[aria-pressed="true"]', "data-network"), "0");
    const told = await tab.textContent("#reasons");
    assert.match(told, /unreachable/);
    // As `explain` says it in the README.
    assert.match(told, /the static prefix 10\.101\.0\.0\/16 of VNet1's connection to Site1, a site, is not pushed to them/);
    assert.match(told, /traffic to the address pool 192\.168\.0\.0\/24 is dropped at Site1/);
    assert.doesNotMatch(told, /non-Windows clients have/);
    assert.match(await tab.textContent("#said"), /^Site1 for Windows clients of VNet1: 10\.101\.0\.0\/16 is unreachable/);
  }
  assert.deepEqual(said, []);
  await close();
});

test("what helps stands beside what is not reached, as `fix` has it", async () => {
  const { tab, close } = await open(browser, page("facts/spoke-without-transit"));
  await pick(tab, "VNet3");
  const plan = await tab.textContent(".plan");
  assert.match(plan, /Cost 3: /);
  assert.match(plan, /\+ gateway_transit\(VNet1, VNet3\)/);
  assert.match(plan, /az network vnet peering update .*useRemoteGateways=true/);
  await pick(tab, "VNet1");
  assert.equal(await tab.locator(".plan").count(), 0);
  await close();
});

test("a tap on the map picks", async () => {
  const { tab, close } = await open(browser, page("facts/s2s-chain-bgp"));
  const place = await tab.evaluate(() => {
    const cy = document.querySelector("#map")._cyreg.cy;
    const node = cy.nodes().filter((one) => one.data("label").includes("VNet3"))[0];
    const box = document.querySelector("#map").getBoundingClientRect();
    return { x: box.x + node.renderedPosition("x"), y: box.y + node.renderedPosition("y") };
  });
  await tab.mouse.click(place.x, place.y);
  assert.equal(await tab.textContent("#reasons-heading"), "VNet3");
  assert.match(await tab.textContent("#reasons"), /VNet1 → VNet2 → VNet3/);
  await close();
});

test("rows are a link away from what rests on them", async () => {
  const { tab, close } = await open(browser, page("facts/branch-office"));
  await pick(tab, "Site1");
  const link = tab.locator("#reasons .missing a", { hasText: "s2s.csv:2" }).first();
  const target = await link.getAttribute("href");
  await link.click();
  const row = tab.locator(target);
  assert.ok(await row.isVisible());
  const line = readFileSync(new URL("../../facts/branch-office/s2s.csv", import.meta.url), "utf8").split("\n")[1];
  assert.ok((await row.textContent()).includes(line));
  await close();
});

test("warnings stand there, each with its row", async () => {
  const { tab, close } = await open(browser, page("facts/s2s-chain"));
  const warnings = tab.locator("#findings .finding");
  assert.equal(await tab.textContent("#findings-heading"), "Warnings (1)");
  assert.match(await warnings.first().textContent(), /VNet2 has no route to the clients of VNet1.*s2s\.csv:2/s);
  assert.match(await tab.textContent("#findings summary"), /no-route-back 1 finding/);
  await close();
});

test("before, after and what changes", async () => {
  const file = page("facts/s2s-chain", "--with", "+ bgp(VNet1, VNet2)", "--with", "+ bgp(VNet2, VNet3)");
  const { tab, said, close } = await open(browser, file);
  const view = (name) => tab.getByRole("radio", { name, exact: true }).check({ force: true });
  await tab.getByRole("radio", { name: "Non-Windows", exact: true }).check({ force: true });
  await view("Before");
  assert.deepEqual(statusesOf(await rows(tab)), wanted("s2s-chain", "VNet1", "non-windows"));
  await view("After");
  // With BGP on all tunnels the chain is the article's other one.
  assert.deepEqual(statusesOf(await rows(tab)), wanted("s2s-chain-bgp", "VNet1", "non-windows"));
  await view("Changes");
  assert.deepEqual(statusesOf(await rows(tab)), [
    ["VNet1", "10.1.0.0/16", "✓ reachable"],
    ["VNet2", "10.2.0.0/16", "! blackhole → ✓ reachable"],
    ["VNet3", "10.3.0.0/16", "· unreachable → ✓ reachable"],
  ]);
  assert.match((await onMap(tab, "VNet2")).label, /blackhole → reachable$/);
  assert.ok((await onMap(tab, "VNet3")).classes.includes("differs"));
  assert.ok(!(await onMap(tab, "VNet1")).classes.includes("differs"));
  const changes = await tab.innerText("#changes");
  assert.match(changes, /\+ bgp\(VNet1, VNet2\)/);
  assert.match(changes, /− static_route\(VNet1, VNet2, 10\.2\.0\.0\/16\)/);
  assert.match(changes, /\+ 10\.3\.0\.0\/16 gained: learned by BGP/);
  assert.deepEqual(said, []);
  await close();
});

test("an older inventory is compared, and who must download is told", async () => {
  const { tab, close } = await open(browser, page("facts/peered-vnets", "--compare", "facts/spoke-without-transit"));
  const changes = await tab.innerText("#changes");
  assert.match(changes, /They have to download the profile again\s+Windows clients of VNet1/);
  await close();
});

test("what was put into the page afterwards is not run", async () => {
  const file = page(inventory({ "vnets.csv": "name,address_space\nHub,10.0.0.0/16\n" }));
  const added = '<style>h1 { display: none }</style><script>document.title = "put in"</script>';
  writeFileSync(file, readFileSync(file, "utf8").replace("</body>", `${added}</body>`));
  const { tab, said, close } = await open(browser, file);
  assert.notEqual(await tab.title(), "put in");
  assert.ok(await tab.isVisible("h1"));
  assert.equal(said.filter((one) => /Content Security Policy/.test(one)).length, 2, said.join("\n"));
  await close();
});

test("whatever a name holds stays text", async () => {
  const names = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "a\u2028b\u2029c", "\u202egpj.exe", "O'Brien \"x\" `y` & co", "<!--", "${alert(3)}"];
  const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
  const made = inventory({
    "vnets.csv": `name,address_space\n${names.map((name, index) => `${quoted(name)},10.${index}.0.0/16`).join("\n")}\n`,
    "gateways.csv": `vnet,client_pool\n${quoted(names[0])},192.168.0.0/24\n`,
    "peerings.csv": `vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n${names.slice(1).map((name) =>
      `${quoted(names[0])},${quoted(name)},true,false\n${quoted(name)},${quoted(names[0])},false,true`).join("\n")}\n`,
  });
  const { tab, said, close } = await open(browser, page(made));
  const shown = names.map((name) => name.replace(/[\u2028\u2029\u202e]/g, "\ufffd"));
  const table = await tab.$$eval("#answer-table .pick", (all) => all.map((one) => one.textContent));
  assert.deepEqual([...table].sort(), [...shown].sort());
  for (let place = 0; place < names.length; place += 1) {
    await tab.locator("#answer-table .pick").nth(place).click();
    assert.equal(await tab.textContent("#reasons-heading"), table[place]);
  }
  assert.equal(await tab.locator("img").count(), 0);
  assert.equal(await tab.locator("script").count(), 3);
  assert.deepEqual(said, []);
  await close();
});

test("the keyboard is enough", async () => {
  const { tab, close } = await open(browser, page("facts/s2s-chain-branch-bgp"));
  await tab.keyboard.press("Tab");
  assert.equal(await tab.evaluate(() => document.activeElement.className), "skip");
  await tab.focus("#search");
  await tab.keyboard.type("vnet");
  assert.equal(await tab.getAttribute("#search", "aria-expanded"), "true");
  await tab.keyboard.press("ArrowDown");
  assert.equal(await tab.textContent(`#${await tab.getAttribute("#search", "aria-activedescendant")} bdi`), "VNet2");
  await tab.keyboard.press("Enter");
  assert.equal(await tab.textContent("#reasons-heading"), "VNet2");
  await tab.focus('.pick[aria-pressed="true"]');
  await tab.keyboard.press("ArrowDown");
  await tab.keyboard.press("Enter");
  assert.equal(await tab.textContent("#reasons-heading"), "VNet3");
  assert.equal(await tab.evaluate(() => document.activeElement.textContent), "VNet3");
  await tab.focus("#map");
  const before = await tab.evaluate(() => document.querySelector("#map")._cyreg.cy.pan());
  await tab.keyboard.press("ArrowRight");
  const after = await tab.evaluate(() => document.querySelector("#map")._cyreg.cy.pan());
  assert.ok(after.x < before.x);
  await close();
});

test("two loads draw the same map", async () => {
  const file = page("facts/lab-bgp-mesh");
  const places = [];
  for (let load = 0; load < 2; load += 1) {
    const { tab, close } = await open(browser, file);
    places.push(await tab.evaluate(() => document.querySelector("#map")._cyreg.cy.nodes().map((node) => [node.id(), node.position()])));
    await close();
  }
  assert.deepEqual(places[0], places[1]);
});

test("many networks begin with an overview of their parts", async () => {
  const large = inventory({});
  run("generate", "--shape", "hubs", "--vnets", "1200", "-o", large);
  const { tab, said, close } = await open(browser, page(large));
  const parts = await tab.$$eval("#part option", (all) => all.map((one) => one.textContent));
  assert.equal(parts[0], "Overview");
  assert.ok(parts.length > 2);
  const counts = parts.slice(1).map((text) => Number(text.match(/\((\d[\d,]*)\)$/)[1].replace(",", "")));
  assert.ok(counts.every((count) => count > 1));
  await tab.selectOption("#part", { index: 2 });
  const drawn = await tab.evaluate(() => document.querySelector("#map")._cyreg.cy.nodes().filter((node) => node.data("network") !== undefined).length);
  assert.equal(drawn, counts[1]);
  assert.deepEqual(said, []);
  await close();
});

test("light and dark are followed and switched", async () => {
  const file = page("facts/isolated-vnet");
  const { tab, close } = await open(browser, file, { colorScheme: "dark" });
  const ground = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await tab.getByRole("radio", { name: "Light", exact: true }).check({ force: true });
  assert.notEqual(await ground(), dark);
  await tab.getByRole("radio", { name: "Dark", exact: true }).check({ force: true });
  assert.equal(await ground(), dark);
  await close();
});

test("paper has the answer and no controls", async () => {
  const { tab, close } = await open(browser, page("facts/branch-office"), { colorScheme: "dark" });
  await pick(tab, "Site1");
  await tab.emulateMedia({ media: "print" });
  await tab.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  for (const hidden of [".controls", "#tools", "#theme"]) assert.ok(await tab.locator(hidden).isHidden(), hidden);
  for (const visible of ["#map-on-paper", "#legend", "#answer-table", "#reasons .missing"]) {
    assert.ok(await tab.locator(visible).first().isVisible(), visible);
  }
  assert.equal(await tab.getAttribute("html", "data-theme"), "light");
  await tab.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  assert.equal(await tab.getAttribute("html", "data-theme"), null);
  await close();
});

test("paper has the whole map, however large the window was", async () => {
  const { tab, close } = await open(browser, page("facts/s2s-chain-branch-bgp"));
  for (const [width, height] of [[1400, 900], [800, 600]]) {
    await tab.emulateMedia({ media: "screen" });
    await tab.setViewportSize({ width, height });
    await tab.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    await tab.emulateMedia({ media: "print" });
    // A4 without its margins, upright and across, at 96 points an inch.
    for (const paper of [688, 1016]) {
      await tab.setViewportSize({ width: paper, height: 900 });
      const drawn = await tab.evaluate(() => {
        const canvas = document.getElementById("map-on-paper");
        const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const inked = (x, y) => { const at = 4 * (y * width + x); return data[at] + data[at + 1] + data[at + 2] < 720; };
        let [left, top, right, bottom] = [width, height, 0, 0];
        for (let y = 0; y < height; y += 2) {
          for (let x = 0; x < width; x += 2) {
            if (inked(x, y)) [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
          }
        }
        const box = canvas.getBoundingClientRect();
        return { ink: [left / width, top / height, right / width, bottom / height], box: [box.left, box.right, box.height], whole: box.width / box.height - width / height };
      });
      // Ink reaches all four sides: nothing is cut, and nothing else is on the picture.
      assert.ok(drawn.ink[0] < 0.12 && drawn.ink[1] < 0.12 && drawn.ink[2] > 0.88 && drawn.ink[3] > 0.88, JSON.stringify(drawn));
      assert.ok(drawn.box[0] >= 0 && drawn.box[1] <= paper && drawn.box[2] <= 568, JSON.stringify(drawn));
      assert.ok(Math.abs(drawn.whole) < 0.05, `its sides keep their proportion: ${JSON.stringify(drawn)}`);
    }
    assert.ok(await tab.locator("#map").isHidden());
    assert.ok(await tab.locator("#reasons").isHidden(), "nobody can pick a network on paper");
    await tab.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  }
  assert.equal(await tab.locator("#map-on-paper").count(), 0);
  await close();
});

test("a link leads to what was chosen", async () => {
  const file = page("facts/branch-office");
  const { tab, close } = await open(browser, file);
  await pick(tab, "Site1");
  const hash = await tab.evaluate(() => location.hash);
  assert.match(hash, /gateway=VNet1/);
  assert.match(hash, /network=Site1/);
  await close();
  const { tab: other, close: closeOther } = await open(browser, file, {}, hash.replace("class=windows", "class=non-windows"));
  assert.match(await other.textContent("#whose"), /Non-Windows/);
  assert.match(await other.textContent("#reasons"), /Site1/);
  await closeOther();
});
