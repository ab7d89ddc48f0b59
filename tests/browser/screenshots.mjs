// The pictures of docs/report.md, made again by `npm run screenshots`.

import { statSync } from "node:fs";
import { join } from "node:path";
import { launch, open, page, pageOfEstate, root } from "./pages.mjs";

// Larger pictures make a repository heavy.
const MOST_BYTES = 300_000;

const browser = await launch();

async function picture(name, file, { colorScheme = "light", act = async () => {}, height = 960 } = {}) {
  const { tab, said, close } = await open(browser, file, { colorScheme, viewport: { width: 1360, height } });
  await act(tab);
  await tab.evaluate(() => document.activeElement.blur());
  await tab.waitForTimeout(300);
  const path = join(root, "docs", "report", `${name}.png`);
  await tab.screenshot({ path });
  await close();
  const bytes = statSync(path).size;
  console.log(`${path}: ${bytes} bytes`);
  if (said.length > 0 || bytes > MOST_BYTES) throw new Error(`${name}: ${said.join("; ") || "too large"}`);
}

const pick = (text) => async (tab) => {
  await tab.fill("#search", text);
  await tab.press("#search", "Enter");
};

const chain = page("facts/s2s-chain-branch-bgp");
await picture("light", chain, { act: pick("VNet3") });
await picture("dark", page("facts/spoke-without-transit"), { colorScheme: "dark", act: pick("VNet3") });
await picture("before-and-after", page("facts/s2s-chain", "--with", "+ bgp(VNet1, VNet2)", "--with", "+ bgp(VNet2, VNet3)"), {
  act: pick("VNet3"),
  height: 1320,
});

const estate = pageOfEstate("--shape", "estate", "--vnets", "1000", "--faults", "0.03");
await picture("thousand-networks", estate, {
  act: async (tab) => {
    await pick("spoke-00000-0002-040")(tab);
    await tab.evaluate(() => document.querySelector("#whose").scrollIntoView());
  },
});

await browser.close();
