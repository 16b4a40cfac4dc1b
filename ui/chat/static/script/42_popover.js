// A glance at the quote behind a marker, or at why a sentence is doubted, without leaving the text.
(() => {
  "use strict";

  const TARGET = ".marker, .doubt, .doubt-mark";
  const GAP = 8;
  const MAX_QUOTE = 420;
  let shownFor = null;
  let leaving = 0;

  const box = () => document.getElementById("popover");

  const element = (name, className, content) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(content);
    return made;
  };

  // The quote is copied from its card, formulas included; nothing is read as HTML again.
  const quoted = (anchor) => {
    const quote = element("p", "quote", "");
    const { number } = anchor.dataset;
    const marks = anchor.closest(".abstract")?.querySelectorAll("mark") ?? [];
    marks.forEach((mark) => {
      if (!mark.dataset.numbers.split(" ").includes(number)) return;
      quote.append(...[...mark.childNodes].map((node) => node.cloneNode(true)));
    });
    if (quote.textContent.length > MAX_QUOTE && !quote.querySelector("math")) {
      quote.textContent = `${quote.textContent.slice(0, MAX_QUOTE).replace(/\s+\S*$/, "")}…`;
    }
    return quote;
  };

  const aboutSource = (anchor) => {
    const card = anchor.closest(".card");
    const { short, year } = card.dataset;
    const from = element("p", "from", "");
    // A title with a formula is copied as its card draws it.
    const drawn = card.querySelector("h3 math") && card.querySelector("h3").cloneNode(true);
    from.append(...(drawn ? drawn.childNodes : [short]), year ? ` (${year})` : "");
    const quote = quoted(anchor);
    return quote.hasChildNodes() ? [quote, from] : [from]; // a paper may be cited as a whole
  };

  const aboutDoubt = ({ verdict, reason }) => [
    element("p", "verdict", verdict),
    element("p", "reason", reason),
  ];

  const contentFor = (target) => {
    if (target.matches(".marker")) {
      const anchor = document.getElementById(target.hash.slice(1));
      return anchor && aboutSource(anchor);
    }
    const mark = target.matches(".doubt") ? target.nextElementSibling : target;
    return mark?.dataset.reason ? aboutDoubt(mark.dataset) : null;
  };

  // Below the line pointed at or, where there is no room, above it; never beyond the window.
  const place = (popover, target, x) => {
    const lines = [...target.getClientRects()];
    const line = lines.find((each) => x >= each.left && x <= each.right) || lines[0];
    const { offsetWidth: width, offsetHeight: height } = popover;
    const below = line.bottom + GAP;
    const top = below + height <= innerHeight - GAP ? below : line.top - GAP - height;
    const left = Math.min(Math.max(GAP, line.left - 12), innerWidth - width - GAP);
    popover.style.top = `${Math.max(GAP, top)}px`;
    popover.style.left = `${Math.max(GAP, left)}px`;
  };

  const show = (target, x = 0) => {
    window.clearTimeout(leaving);
    if (target === shownFor) return;
    const content = contentFor(target);
    if (!content) return;
    hide();
    shownFor = target;
    const popover = box();
    popover.replaceChildren(...content);
    popover.hidden = false;
    place(popover, target, x);
    if (target.matches("a, button")) target.setAttribute("aria-describedby", "popover");
  };

  const hide = () => {
    window.clearTimeout(leaving);
    if (!shownFor) return false;
    shownFor.removeAttribute("aria-describedby");
    shownFor = null;
    box().hidden = true;
    return true;
  };

  // A moment to move the pointer onto what is shown.
  const hideSoon = () => {
    window.clearTimeout(leaving);
    leaving = window.setTimeout(hide, 160);
  };

  const targetOf = (event) => event.target.closest?.(`:is(#chat, #writing) :is(${TARGET})`);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const target = targetOf(event);
    if (target) show(target, event.clientX);
    else if (event.target.closest?.("#popover")) window.clearTimeout(leaving);
    else if (shownFor && shownFor !== document.activeElement) hideSoon();
  });
  document.addEventListener("focusin", (event) => {
    const target = targetOf(event);
    if (target?.matches(":focus-visible")) show(target);
    else hide();
  });
  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".doubt-mark");
    if (mark) show(mark);
    else hide();
  });
  document.addEventListener("scroll", (event) => event.target !== box() && hide(), true);
  window.addEventListener("resize", hide);

  Object.assign(window.citewise, { hidePopover: hide, glance: show });
})();
