// How long the page of `serve` takes to show a change to an estate: from the click to the picture after it, in milliseconds.
// `TUNNELOG=../../target/release/tunnelog npm run speed -- 5000`

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, openServed, run, serve } from "./pages.mjs";

const vnets = process.argv[2] ?? "5000";
const path = join(mkdtempSync(join(tmpdir(), "tunnelog-speed-")), "estate");
run("generate", "--shape", "estate", "--vnets", vnets, "-o", path);
const server = await serve(path);
const browser = await launch();
const { tab } = await openServed(browser, server.link);

// Clicks and waits until the list of changes is another and drawn.
async function timed(button, relation, ...values) {
  await tab.selectOption("#edit-relation", relation);
  for (const [place, value] of values.entries()) await tab.fill(`#edit-column-${place}`, value);
  return tab.evaluate((text) => new Promise((done) => {
    const list = document.querySelector("#edit-list");
    const start = performance.now();
    new MutationObserver((_, observer) => {
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => {
        const asked = performance.getEntriesByType("resource").filter((one) => one.name.endsWith("api/report") && one.startTime >= start);
        done({ shown: performance.now() - start, server: asked[0]?.duration ?? 0 });
      }));
    }).observe(list, { childList: true });
    [...document.querySelectorAll("#edit form button")].find((one) => one.textContent === text).click();
  }), button);
}

const changes = [
  ["bgp", "hub-00000-0000", "hub-00000-0001"],
  ["gateway_transit", "hub-00001-0000", "spoke-00001-0000-001"],
  ["gateway_transit", "hub-00002-0000", "spoke-00002-0000-001"],
];
const rounded = ({ shown, server: asked }) => `${Math.round(shown)} ms, of which the answer of the server ${Math.round(asked)} ms`;
for (let round = 0; round < 3; round += 1) {
  for (const change of changes) {
    console.log(`- ${change[0]}: ${rounded(await timed("Take away", ...change))}`);
    console.log(`  taken back: ${rounded(await timed("Add", ...change))}`);
  }
}
await browser.close();
server.stop();
