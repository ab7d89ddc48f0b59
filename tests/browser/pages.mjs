// Pages made by the program, and a browser that opens them from disk or from its server.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = process.env.TUNNELOG ?? join(root, "target", "debug", "tunnelog");
const folder = mkdtempSync(join(tmpdir(), "tunnelog-pages-"));
let pages = 0;

export function run(...words) {
  return runIn(root, ...words);
}

function runIn(cwd, ...words) {
  return execFileSync(program, [...words, "--quiet"], { cwd, encoding: "utf8" });
}

// The page of `report` with these arguments.
export function page(...words) {
  pages += 1;
  const file = join(folder, `${pages}.html`);
  run("report", ...words, "-o", file);
  return file;
}

// The page of a made-up inventory, which is called `estate` there.
export function pageOfEstate(...words) {
  pages += 1;
  const cwd = join(folder, `estate-${pages}`);
  mkdirSync(cwd);
  runIn(cwd, "generate", ...words, "-o", "estate");
  runIn(cwd, "report", "estate", "-o", "report.html");
  return join(cwd, "report.html");
}

// A folder with these files.
export function inventory(files) {
  pages += 1;
  const made = join(folder, `inventory-${pages}`);
  mkdirSync(made);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

// The rows of an expectation that was written by hand.
export function expected(topology, gateway, className) {
  const text = readFileSync(join(root, "facts", topology, "expected", "reach.csv"), "utf8");
  const [head, ...rows] = text.trim().split("\n").map((line) => line.split(","));
  const objects = rows.map((row) => Object.fromEntries(row.map((cell, index) => [head[index], cell])));
  return objects.filter((row) => row.gateway === gateway && row.class === className);
}

export function launch(...more) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
  });
}

// A server of the inventory, which runs until `stop`.
export async function serve(path, ...words) {
  const child = spawn(program, ["serve", path, ...words, "--quiet"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const link = await new Promise((done) => { createInterface(child.stdout).once("line", done); });
  return { link, pid: child.pid, stop: () => child.kill() };
}

// Opens a file and gives its tab, with all that the console said and all that was asked of a network.
export function open(browser, file, options = {}, hash = "") {
  return openLink(browser, pathToFileURL(file).href, options, hash, /^(file|data|blob):/);
}

// The same of the page of a server, which it may ask.
export function openServed(browser, link, options = {}, hash = "") {
  return openLink(browser, link, options, hash, { test: (address) => address.startsWith(link) || /^(data|blob):/.test(address) });
}

async function openLink(browser, link, options, hash, own) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const tab = await context.newPage();
  const said = [];
  tab.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  tab.on("pageerror", (error) => said.push(`error: ${error.message}`));
  tab.on("dialog", (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on("request", (request) => {
    if (!own.test(request.url())) said.push(`request: ${request.url()}`);
  });
  await tab.goto(link + hash);
  await tab.waitForSelector('html[data-ready="yes"]', { state: "attached" });
  return { tab, said, close: () => context.close() };
}

// The table of networks as people read it.
export function rows(tab) {
  return tab.$$eval("#answer-table tbody tr", (all) => all.map((row) =>
    [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim())));
}
