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

// What is looked into for what may stay.
const MADE_OF_ROWS = new Set(["DIV", "TABLE", "TBODY", "TR"]);

// Makes of `old` what `made` is, and leaves rows and cells in place that are the same: a browser lays out anew what is put in anew.
function settle(old, made) {
  if (old.isEqualNode(made)) return;
  // A table of another kind has its own keys.
  const isOther = old.tagName !== made.tagName || (old.tagName === "TABLE" && old.className !== made.className);
  const isLikely = !isOther && MADE_OF_ROWS.has(old.tagName) && old.childNodes.length > 0;
  if (!isLikely) {
    old.replaceWith(made);
    return;
  }
  for (const name of old.getAttributeNames()) if (!made.hasAttribute(name)) old.removeAttribute(name);
  for (const name of made.getAttributeNames()) if (old.getAttribute(name) !== made.getAttribute(name)) old.setAttribute(name, made.getAttribute(name));
  const [kept, wanted] = [[...old.childNodes], [...made.childNodes]];
  kept.slice(wanted.length).forEach((child) => child.remove());
  wanted.forEach((child, place) => {
    if (place >= kept.length) old.append(child);
    else if (kept[place].nodeType === Node.ELEMENT_NODE && child.nodeType === Node.ELEMENT_NODE) settle(kept[place], child);
    else kept[place].replaceWith(child);
  });
}

// As `replace`, but tables that stand in the place of others keep the rows that are the same.
function renew(parent, ...children) {
  const wanted = children.flat(Infinity).filter((child) => child !== null && child !== undefined);
  const isTable = (child) => child.classList?.contains("scroll");
  const old = [...parent.children].find(isTable);
  const place = wanted.findIndex(isTable);
  if (!old || place < 0) {
    parent.replaceChildren(...wanted);
    return;
  }
  for (const child of [...parent.childNodes]) if (child !== old) child.remove();
  settle(old, wanted[place]);
  const table = [...parent.children].find(isTable);
  table.before(...wanted.slice(0, place));
  table.after(...wanted.slice(place + 1));
}

// Letters that nobody sees, or that act on what stands around them: those of src/marks.rs.
const ACTING = /[\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{34f}\u{61c}\u{115f}-\u{1160}\u{17b4}-\u{17b5}\u{180b}-\u{180f}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{2800}\u{3164}\u{fdd0}-\u{fdef}\u{fe00}-\u{fe0f}\u{feff}\u{ffa0}\u{fff0}-\u{fffb}\u{fffe}-\u{ffff}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{1fffe}-\u{1ffff}\u{2fffe}-\u{2ffff}\u{3fffe}-\u{3ffff}\u{4fffe}-\u{4ffff}\u{5fffe}-\u{5ffff}\u{6fffe}-\u{6ffff}\u{7fffe}-\u{7ffff}\u{8fffe}-\u{8ffff}\u{9fffe}-\u{9ffff}\u{afffe}-\u{affff}\u{bfffe}-\u{bffff}\u{cfffe}-\u{cffff}\u{dfffe}-\u{dffff}\u{e0000}-\u{e0fff}\u{efffe}-\u{effff}\u{ffffe}-\u{fffff}\u{10fffe}-\u{10ffff}]/gu;

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

// A fold whose content is made at once where it is open or `isEager`, and otherwise when it is opened.
function fold(isOpen, isEager, heading, make) {
  const made = element("details", { class: "fold", open: isOpen }, element("summary", {}, heading));
  made.fill = () => {
    made.fill = () => {};
    made.append(...make());
  };
  if (isOpen || isEager) made.fill();
  else made.addEventListener("toggle", () => made.fill());
  return made;
}

// Texts of the program have names and commands between backquotes.
function prose(text) {
  return shown(text).split("`").map((part, index) => (index % 2 === 1 ? element("code", { text: part }) : part));
}

// A table whose rows become blocks on a narrow screen: each cell has the text of its heading there, and stays a cell to those who listen.
function stacking(made, head) {
  made.classList.add("stacking");
  made.setAttribute("role", "table");
  for (const group of made.querySelectorAll("thead, tbody")) group.setAttribute("role", "rowgroup");
  for (const row of made.rows) {
    row.setAttribute("role", "row");
    [...row.cells].forEach((cell, index) => {
      cell.setAttribute("role", cell.tagName === "TH" ? "columnheader" : "cell");
      if (cell.tagName === "TD") cell.dataset.label = head[index];
    });
  }
  return made;
}

function table(head, rows, caption) {
  const headings = head.map((text) => element("th", { scope: "col", text }));
  return element("div", { class: "scroll" },
    stacking(element("table", {},
      caption ? element("caption", { text: caption }) : null,
      element("thead", {}, element("tr", {}, headings)),
      element("tbody", {}, rows)), head));
}
