// The table of papers. Only the rows in sight are in the page: ten thousand scroll like ten.
(() => {
  "use strict";

  const { papers } = window.citewise;
  const { state } = papers;
  const { find, make } = papers.page;
  const { makeRow, fillRow, fetchDetails } = papers.rows;
  const OVERSCAN = 6;

  let rows = new Map(); // by their number in the list
  let spare = [];
  let opened = null; // {at, extra, element}: extra is how much higher it is than a closed row
  let openAt = -1; // its number in the list
  let height = 60;
  let requested = 0;

  /* Rows ------------------------------------------------------------------------------------ */

  const fill = (row, number) => {
    const at = state.shown[number];
    fillRow(row, at);
    const { parts } = row;
    row.number = number;
    row.setAttribute("aria-rowindex", number + 2);
    const isSelected = state.selected.has(at);
    parts.check.checked = isSelected;
    row.classList.toggle("selected", isSelected);
    const isOpen = opened !== null && opened.at === at;
    row.classList.toggle("open", isOpen);
    parts.title.setAttribute("aria-expanded", isOpen);
    fillDetails(row, isOpen);
    row.style.transform = `translateY(${top(number)}px)`;
  };

  const fillDetails = (row, isOpen) => {
    if (row.parts.details && (!isOpen || row.parts.details !== opened.element)) {
      row.parts.details.remove();
      row.parts.details = null;
    }
    if (isOpen && !row.parts.details) {
      row.append(opened.element);
      row.parts.details = opened.element;
      sizes.observe(row);
    } else if (!isOpen) sizes.unobserve(row);
  };

  // An open row is higher: those behind it stand lower by as much.
  const sizes = new ResizeObserver(([entry]) => {
    const row = entry.target;
    if (!opened || row.at !== opened.at || !row.isConnected) return;
    const extra = Math.max(row.offsetHeight - height, 0);
    if (!row.offsetHeight || extra === opened.extra) return;
    opened.extra = extra;
    draw();
  });

  const openNumber = () => (opened ? state.shown.indexOf(opened.at) : -1);
  const top = (number) => number * height + (openAt >= 0 && number > openAt ? opened.extra : 0);

  const numberAt = (y) => {
    if (openAt < 0 || y < (openAt + 1) * height) return Math.floor(y / height);
    return Math.max(openAt, Math.floor((y - opened.extra) / height));
  };

  /* Drawing --------------------------------------------------------------------------------- */

  // The height of a closed row, which the style sheet sets for each width of the window.
  const measure = () => {
    const scroll = find(".papers-scroll");
    if (scroll) height = parseFloat(getComputedStyle(scroll).getPropertyValue("--row")) || height;
    draw();
  };

  const draw = () => {
    requested = requested || requestAnimationFrame(drawNow);
  };

  const drawNow = () => {
    requested = 0;
    const scroll = find(".papers-scroll");
    if (!scroll || !state.data || !scroll.clientHeight) return;
    openAt = openNumber();
    const total = state.shown.length;
    const holder = scroll.firstElementChild;
    holder.style.height = `${top(total)}px`;
    const first = Math.max(numberAt(scroll.scrollTop) - OVERSCAN, 0);
    const last = Math.min(numberAt(scroll.scrollTop + scroll.clientHeight) + OVERSCAN, total - 1);
    const kept = new Map();
    for (const [number, row] of rows) {
      const isFocused = number < total && row.contains(document.activeElement);
      if ((number >= first && number <= last) || isFocused) kept.set(number, row);
      else spare.push(row);
    }
    for (let number = first; number <= last; number++) {
      if (!kept.has(number)) kept.set(number, spare.pop() || makeRow());
    }
    rows = kept;
    for (const [number, row] of rows) {
      fill(row, number);
      if (!row.isConnected) holder.append(row);
    }
    for (const row of spare) if (row.isConnected) row.remove();
  };

  /* Opening --------------------------------------------------------------------------------- */

  const toggle = (at) => {
    if (opened && opened.at === at) return close();
    const element = make("div", "details", null, "cell");
    element.textContent = "Loading…";
    opened = { at, extra: 0, element };
    draw();
    fetchDetails(element, at);
  };

  const close = () => {
    opened = null;
    draw();
  };

  // Opens a paper that something else points at, such as the map.
  const show = (id) => {
    const at = papers.place(id);
    if (at === undefined) return;
    if (!state.shown.includes(at)) papers.showAll();
    if (!opened || opened.at !== at) toggle(at);
    drawNow();
    scrollTo(state.shown.indexOf(at));
  };

  const scrollTo = (number) => {
    const scroll = find(".papers-scroll");
    openAt = openNumber();
    const [from, to] = [top(number), top(number) + height];
    const isInSight = from >= scroll.scrollTop && to <= scroll.scrollTop + scroll.clientHeight;
    if (!isInSight) scroll.scrollTop = Math.max(from - height, 0);
    drawNow();
  };

  const move = (row, step) => {
    const number = Math.min(Math.max(row.number + step, 0), state.shown.length - 1);
    scrollTo(number);
    rows.get(number)?.parts.title.focus({ preventScroll: true });
  };

  // Closes the open paper and goes back to its title; false where none is open.
  const closeOpen = () => {
    if (!opened) return false;
    const title = rows.get(openNumber())?.parts.title;
    close();
    title?.focus();
    return true;
  };

  document.addEventListener(
    "scroll",
    (event) => event.target.classList?.contains("papers-scroll") && draw(),
    { capture: true, passive: true },
  );
  window.addEventListener("resize", measure);
  document.addEventListener("citewise:view", (event) => {
    if (event.detail.view === "papers") requestAnimationFrame(measure);
  });

  papers.listen((what, from) => {
    if (what === "data") opened = null;
    const scroll = find(".papers-scroll");
    if (scroll && (what === "data" || what === "list" || from === "map")) scroll.scrollTop = 0;
    measure();
  });
  papers.table = { toggle, show, move, closeOpen };
})();
