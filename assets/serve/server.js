// What the server is asked, at addresses below that of the page.

const live = JSON.parse(byId("live").textContent);

// How often the page looks whether the files were read again, in milliseconds.
const LOOK = 1000;

async function ask(topic, body) {
  const response = await fetch(`api/${topic}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), { answer });
  return answer;
}

// The address has the changes.
function loadAgain() {
  keepInAddress();
  location.reload();
}

// Loads the page again once the files are others.
async function watchFiles() {
  for (;;) {
    await new Promise((done) => { setTimeout(done, LOOK); });
    if (document.hidden) continue;
    try {
      const { version } = await (await fetch("version")).json();
      if (version !== live.version) {
        loadAgain();
        return;
      }
      byId("edit-ended").hidden = true;
    } catch {
      byId("edit-ended").hidden = false;
    }
  }
}
