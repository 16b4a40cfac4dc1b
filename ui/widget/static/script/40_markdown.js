// The Markdown that answers are written in: paragraphs, lists, bold, italics, escapes, and [n].
// Everything else is text.

const TOKEN = /\\([!-/:-@[-`{-~])|(\*\*|\*)|\[(\d{1,4})\](?!\()|[^\\*[]+|[^]/g;
const ITEM = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;
const HEADING = /^\s*#{1,6}\s+(.*)$/;
const UNSUPPORTED = "(unsupported)";

function inline(element, text, chipOf) {
  const open = [];
  for (const token of text.matchAll(TOKEN)) {
    const [all, escaped, mark, number] = token;
    const inner = open.at(-1)?.element || element;
    if (number) inner.append(chipOf(Number(number)));
    else if (mark && open.at(-1)?.mark === mark) endEmphasis(open.pop().element);
    else if (mark && /^\S/.test(text.slice(token.index + mark.length))) {
      open.push({ mark, element: make(mark === "*" ? "em" : "strong") });
      inner.append(open.at(-1).element);
    } else inner.append(escaped || all);
  }
  return element;
}

function endEmphasis(element) {
  if (element.textContent === UNSUPPORTED) element.className = "unsupported";
}

function blocksOf(text) {
  const blocks = [];
  let isApart = true;
  for (const line of text.split("\n")) {
    const item = ITEM.exec(line);
    const heading = HEADING.exec(line);
    const kind = item ? (item[1] ? "ol" : "ul") : heading ? "heading" : "p";
    const goesOn = blocks.at(-1)?.kind === kind && (item || (kind === "p" && !isApart));
    isApart = !line.trim();
    if (isApart) continue;
    if (!goesOn) blocks.push({ kind, start: item?.[1], lines: [] });
    blocks.at(-1).lines.push(item ? item[2] : heading ? heading[1] : line);
  }
  return blocks;
}

function drawBlock({ kind, start, lines }, chipOf) {
  const drawn = (tag, text, attributes) => inline(make(tag, attributes), text, chipOf);
  if (kind === "p") return drawn("p", lines.join("\n"));
  if (kind === "heading") return drawn("p", lines[0], { class: "heading" });
  return make(kind, { start }, ...lines.map((line) => drawn("li", line)));
}

const markdown = (text, chipOf) => blocksOf(text).map((block) => drawBlock(block, chipOf));
