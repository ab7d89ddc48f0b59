// What a page of somebody else gets of the page of `serve`, even if it knows the link: nothing.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch, serve } from "./pages.mjs";

let browser;
let server;
let elsewhere;
before(async () => {
  // A name of somebody else that leads to this machine.
  browser = await launch("--host-resolver-rules=MAP rebound.example 127.0.0.1");
  server = await serve("facts/s2s-chain");
  elsewhere = createServer((_, response) => { response.setHeader("Content-Type", "text/html"); response.end("<!doctype html><title>elsewhere</title>"); });
  await new Promise((done) => { elsewhere.listen(0, "127.0.0.1", done); });
});
after(async () => {
  await browser.close();
  elsewhere.close();
  server.stop();
});

// A tab with a page of somebody else, and what the server answered to it but refusals.
async function tabElsewhere(host) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const answers = [];
  tab.on("response", (response) => {
    if (new URL(response.url()).port === new URL(server.link).port && response.status() !== 403) answers.push(response.url());
  });
  await tab.goto(`http://${host}:${elsewhere.address().port}/`);
  return { tab, answers, close: () => context.close() };
}

// What a page gets that tries all it can, by the way that it tries.
function tries(link) {
  const tried = (promise) => promise.then((answer) => answer, () => "refused");
  const fetched = (options, path = "version") => tried(fetch(`${link}${path}`, options).then((response) => response.text()));
  const loaded = (tag, address) => new Promise((done) => {
    const made = document.createElement(tag);
    made.onload = () => done("loaded");
    made.onerror = () => done("refused");
    if (tag === "link") Object.assign(made, { rel: "stylesheet", href: address });
    else made.src = address;
    document.head.append(made);
  });
  const told = (made) => new Promise((done) => {
    made.onopen = () => done("open");
    made.onmessage = () => done("told");
    made.onerror = () => done("refused");
  });
  const read = (frame) => { try { return frame.contentDocument?.title ?? "refused"; } catch { return "refused"; } };
  const frame = (name) => {
    const made = document.createElement("iframe");
    made.name = name;
    return made;
  };
  const framed = new Promise((done) => {
    const made = frame("framed");
    made.onload = () => done(read(made));
    made.src = link;
    document.body.append(made);
  });
  const form = new Promise((done) => {
    const made = frame("answers");
    document.body.append(made);
    const sent = document.createElement("form");
    Object.assign(sent, { method: "post", action: `${link}api/whatif`, target: "answers", enctype: "text/plain" });
    const field = document.createElement("input");
    // As text it is nearly JSON.
    Object.assign(field, { name: '{"changes":[], "x', value: '":1}' });
    sent.append(field);
    document.body.append(sent);
    made.onload = () => done(read(made));
    sent.submit();
  });
  const opened = new Promise((done) => {
    const other = window.open(link);
    setTimeout(() => {
      try { done(other === null || other.closed ? "refused" : other.document.title); } catch { done("refused"); }
    }, 1500);
  });
  const post = { method: "POST", body: '{"changes":[]}' };
  const json = { "Content-Type": "application/json" };
  const all = {
    plain: fetched({}),
    blind: fetched({ mode: "no-cors" }),
    page: fetched({ mode: "no-cors" }, ""),
    post: fetched({ ...post, headers: json }, "api/whatif"),
    blindPost: fetched({ ...post, mode: "no-cors" }, "api/whatif"),
    beacon: Promise.resolve(navigator.sendBeacon(`${link}api/whatif`, new Blob(["{}"], { type: "text/plain" })) ? "refused" : "not sent"),
    script: loaded("script", `${link}version`),
    style: loaded("link", `${link}version`),
    image: loaded("img", link),
    events: told(new EventSource(`${link}version`)),
    socket: told(new WebSocket(link.replace("http", "ws"))),
    framed,
    form,
    opened,
  };
  return Promise.all(Object.entries(all).map(async ([name, answer]) => [name, await answer])).then(Object.fromEntries);
}

for (const host of ["127.0.0.1", "localhost", "rebound.example"]) {
  test(`a page of ${host} in another tab gets nothing`, async () => {
    const { tab, answers, close } = await tabElsewhere(host);
    const got = await tab.evaluate(tries, server.link);
    const refused = Object.fromEntries(Object.keys(got).map((name) => [name, "refused"]));
    assert.deepEqual(got, refused);
    assert.deepEqual(answers, []);
    await close();
  });
}

test("a name that leads to this machine is no name of the page", async () => {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const address = new URL(server.link);
  address.hostname = "rebound.example";
  assert.equal((await tab.goto(address.href)).status(), 403);
  // A page of that name has the same origin as what it asks, and gets no more.
  const status = (path, options) => tab.evaluate(async ([to, how]) => (await fetch(to, how)).status, [`${address.href}${path}`, options]).catch(() => "refused");
  for (const [path, options] of [["version", {}], ["", {}], ["api/whatif", { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"changes":[]}' }]]) {
    const found = await status(path, options);
    assert.ok(found === 403 || found === "refused", `${path}: ${found}`);
  }
  await context.close();
});
