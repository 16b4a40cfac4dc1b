// Draws the conversation. Only what is new is touched: the words that a reader is reading stay where
// they are, selected or not, and what was opened stays open.
(() => {
  "use strict";

  const root = document.documentElement;
  let chat = null;
  let drawn = []; // the HTML of each exchange in the page

  const parsed = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  // Makes `node` what `fresh` is, and keeps each part that is the same already.
  const morph = (node, fresh) => {
    if (node.nodeType !== fresh.nodeType || node.nodeName !== fresh.nodeName) {
      node.replaceWith(fresh);
      return;
    }
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.data !== fresh.data) grow(node, fresh.data);
      return;
    }
    for (const { name } of [...node.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") node.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    }
    const [had, has] = [[...node.childNodes], [...fresh.childNodes]];
    has.forEach((child, index) => (had[index] ? morph(had[index], child) : node.append(child)));
    had.slice(has.length).forEach((child) => child.remove());
  };

  // Appending leaves a selection in the words before as it is.
  const grow = (text, data) => {
    if (data.startsWith(text.data)) text.appendData(data.slice(text.data.length));
    else text.data = data;
  };

  // Draws a list of pieces of HTML as the children of an element; returns which are new or changed.
  const drawList = (parent, before, pieces) => {
    const changed = [];
    pieces.forEach((html, index) => {
      if (before[index] === html) return;
      const old = parent.children[index];
      if (old) morph(old, parsed(html));
      else parent.append(parsed(html));
      changed.push(index);
    });
    while (parent.children.length > pieces.length) parent.lastElementChild.remove();
    return changed;
  };

  // The question goes to the top and stays there: an answer grows below it, and nothing moves.
  const bringToTop = (exchange) => {
    const scroller = exchange.closest("#chat");
    const gap = Number.parseFloat(getComputedStyle(exchange.parentElement).paddingTop) || 0;
    const { top } = exchange.querySelector(".user-row").getBoundingClientRect();
    scroller.scrollTop += top - scroller.getBoundingClientRect().top - gap;
  };

  const drawThread = (element, { exchanges = [], ...value }) => {
    const thread = element.querySelector(".thread");
    if (!thread || value.chat === undefined) return;
    const isOther = value.chat !== chat;
    if (isOther) {
      thread.replaceChildren();
      drawn = [];
      chat = value.chat;
    }
    const changed = drawList(thread, drawn, exchanges);
    const isNew = isOther || exchanges.length !== drawn.length;
    const isAgain = value.growing && root.dataset.growing === undefined;
    drawn = [...exchanges];
    thread.setAttribute("aria-busy", String(Boolean(value.growing)));
    root.toggleAttribute("data-growing", Boolean(value.growing));
    root.toggleAttribute("data-asked", exchanges.length > 0);
    root.removeAttribute("data-arriving");
    if (value.growing) window.citewise.replacing(0);
    if (changed.length && (isNew || isAgain)) bringToTop(thread.lastElementChild);
    tell(value, exchanges.length, isOther);
  };

  const tell = ({ conversation, growing, notice }, nExchanges, isOther) => {
    const note = document.getElementById("notice");
    if (note) {
      note.hidden = !notice;
      note.textContent = notice || "";
    }
    if (growing || window.citewise.isShared) return;
    if (conversation || !nExchanges) window.citewise.keepConversation(conversation || "");
    document.dispatchEvent(new CustomEvent("citewise:conversation", { detail: { isOther } }));
  };

  Object.assign(window.citewise, {
    drawThread,
    drawList,
    lastExchange: () => document.querySelector("#chat .exchange:last-child"),
  });
})();
