// Elements are made with textContent alone: names of an inventory may hold anything, and stay text.

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

function replace(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

// Control characters, and those that change the direction of what follows.
const ACTING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

// A text on one line, without characters that act on what stands around it.
function shown(text) {
  return text.replace(ACTING, "\ufffd");
}

// A name that keeps its direction to itself.
function named(text) {
  return element("bdi", { text: shown(text) });
}

function counted(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function listed(texts) {
  if (texts.length < 2) return texts.join("");
  return `${texts.slice(0, -1).join(", ")} and ${texts[texts.length - 1]}`;
}

// A word as a shell takes it.
function quoted(word) {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function option(name, value) {
  return value.startsWith("-") ? `${name}=${quoted(value)}` : `${name} ${quoted(value)}`;
}

function table(head, rows, caption) {
  const headings = head.map((text) => element("th", { scope: "col", text }));
  return element("div", { class: "scroll" },
    element("table", {},
      caption ? element("caption", { text: caption }) : null,
      element("thead", {}, element("tr", {}, headings)),
      element("tbody", {}, rows)));
}
