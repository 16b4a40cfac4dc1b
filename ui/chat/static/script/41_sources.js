// Draws the sources, and leads from a marker to the cited words in their abstract.
(() => {
  "use strict";

  const root = document.documentElement;
  const PANES = "#sources, #writing-sources"; // of the chat, and of the Write view
  const SMALL = window.matchMedia("(max-width: 1099px)");
  let drawn = [];

  const drawSources = (element, { sections = [] }) => {
    const list = element.querySelector(".sections");
    if (!list) return;
    const changed = window.citewise.drawList(list, drawn, sections);
    drawn = [...sections];
    element.querySelector("[data-when-empty]").hidden = sections.length > 0;
    if (!changed.length && list.querySelector(".current")) return;
    makeCurrent(list.lastElementChild);
    if (changed.length) document.getElementById("sources").scrollTop = 0;
  };

  const makeCurrent = (section) => {
    section?.parentElement.querySelectorAll("section.sources").forEach((other) => {
      other.classList.toggle("current", other === section);
    });
  };

  const showSection = (section) => {
    makeCurrent(section);
    if (SMALL.matches && section.closest("#sources")) root.classList.add("show-sources");
  };

  const activate = (anchor) => {
    const number = anchor.dataset.number;
    const card = anchor.closest(".card");
    const pane = anchor.closest(PANES);
    showSection(anchor.closest("section.sources"));
    pane
      .querySelectorAll(".active")
      .forEach((element) => element.classList.remove("active"));
    card.classList.add("active");
    card.querySelectorAll("mark").forEach((mark) => {
      mark.classList.toggle("active", mark.dataset.numbers.split(" ").includes(number));
    });
    card.querySelectorAll(".chip").forEach((chip) => {
      chip.classList.toggle("active", chip.hash === `#${anchor.id}`);
    });
    bringIntoView(pane, card, anchor);
  };

  // A card higher than the pane is scrolled to the cited words, any other to its title.
  const bringIntoView = (pane, card, anchor) => {
    const target = card.offsetHeight > pane.clientHeight ? anchor : card;
    const top = target.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const far = Math.abs(top) > 2 * pane.clientHeight; // gliding past many papers makes one dizzy
    const behavior = calm || far ? "auto" : "smooth";
    if (pane.scrollHeight > pane.clientHeight) pane.scrollBy({ top: top - 16, behavior });
    else target.scrollIntoView({ behavior }); // on a small screen it scrolls with the view
  };

  const markActive = (link) => {
    document
      .querySelectorAll(".marker.active")
      .forEach((other) => other.classList.remove("active"));
    if (link.matches(".marker")) link.classList.add("active");
  };

  Object.assign(window.citewise, { drawSources, showSection });

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      const anchor = document.getElementById(link.hash.slice(1));
      if (!link.hash.startsWith("#src-") || !anchor) return;
      markActive(link);
      // Where sources stand below a whole section, a glance is better than being taken there.
      if (SMALL.matches && link.matches("#writing .marker")) return window.citewise.glance(link);
      activate(anchor);
    },
    true,
  );
})();
