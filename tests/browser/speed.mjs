// How long the page of `serve` takes to show a change to an estate: from the click to the frame after the one that draws it, by the
// clock, and how much of a processor the server and the page took. All in milliseconds.
// `TUNNELOG=target/release/tunnelog npm --prefix tests/browser run speed -- 5000 10`

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, openServed, run, serve } from "./pages.mjs";

const vnets = process.argv[2] ?? "5000";
const rounds = Number(process.argv[3] ?? 10);
const path = join(mkdtempSync(join(tmpdir(), "tunnelog-speed-")), "estate");
run("generate", "--shape", "estate", "--vnets", vnets, "--seed", "1", "-o", path);
const server = await serve(path);
const browser = await launch();
const { tab } = await openServed(browser, server.link);
const session = await tab.context().newCDPSession(tab);
await session.send("Performance.enable", { timeDomain: "threadTicks" });

// What the server took so far, by Linux's own account, which counts hundredths of a second.
function ofServer() {
  try {
    const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return NaN;
  }
}

async function ofPage() {
  const { metrics } = await session.send("Performance.getMetrics");
  const value = (name) => metrics.find((one) => one.name === name).value * 1000;
  return { scripts: value("ScriptDuration"), style: value("RecalcStyleDuration") + value("LayoutDuration"), task: value("TaskDuration") };
}

// Clicks and waits until the list of changes is another and drawn.
async function timed(button, relation, ...values) {
  await tab.selectOption("#edit-relation", relation);
  for (const [place, value] of values.entries()) await tab.fill(`#edit-column-${place}`, value);
  await tab.waitForTimeout(500);
  const [serverBefore, before] = [ofServer(), await ofPage()];
  const shown = await tab.evaluate((text) => new Promise((done) => {
    const list = document.querySelector("#edit-list");
    const start = performance.now();
    new MutationObserver((_, observer) => {
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    }).observe(list, { childList: true });
    [...document.querySelectorAll("#edit form button")].find((one) => one.textContent === text).click();
  }), button);
  await tab.waitForTimeout(300);
  const [serverAfter, after] = [ofServer(), await ofPage()];
  return { shown, server: serverAfter - serverBefore, scripts: after.scripts - before.scripts, style: after.style - before.style };
}

function middle(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

const changes = [
  ["bgp", "hub-00000-0000", "hub-00000-0001"],
  ["gateway_transit", "hub-00001-0000", "spoke-00001-0000-001"],
  ["s2s", "hub-00002-0000", "hub-00002-0001"],
];
const found = new Map();
for (let round = 0; round < rounds; round += 1) {
  for (const change of changes) {
    for (const button of ["Take away", "Add"]) {
      const name = `${button === "Add" ? "taken back" : "taken away"}: ${change[0]}`;
      if (!found.has(name)) found.set(name, []);
      found.get(name).push(await timed(button, ...change));
    }
  }
}
for (const [name, all] of found) {
  const told = ["shown", "server", "scripts", "style"].map((what) => {
    const numbers = all.map((one) => one[what]);
    return `${what} ${Math.round(middle(numbers))} (${Math.round(Math.min(...numbers))}–${Math.round(Math.max(...numbers))})`;
  });
  console.log(`${name}: ${told.join(", ")}`);
}
await browser.close();
server.stop();
