// Elements are only ever made here: text becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Each text has its own direction, whatever the page's is.
const TEXTS = ["p", "li", "blockquote", "summary"];

function make(tag, attributes = {}, ...children) {
  const direction = TEXTS.includes(tag) ? { dir: "auto" } : {};
  return fill(document.createElement(tag), { ...direction, ...attributes }, children);
}

function icon(path) {
  const drawn = fill(document.createElementNS(SVG, "path"), { d: path }, []);
  const frame = { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" };
  return fill(document.createElementNS(SVG, "svg"), frame, [drawn]);
}

const ICONS = {
  ask: "M4 5h16v11H9l-5 4zM8 9h8M8 12h5",
  close: "M6 6l12 12M18 6L6 18",
  renew: "M12 5v14M5 12h14",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
};

const iconButton = (name, label, attributes) =>
  make("button", { type: "button", "aria-label": label, title: label, ...attributes },
    icon(ICONS[name]));

// A link of a paper is data: only what a browser opens as a web page may become one.
function webLink(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
