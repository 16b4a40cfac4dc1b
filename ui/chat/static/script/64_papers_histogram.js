// Papers by date: a bar clicked, or several dragged over, bound the table.
(() => {
  "use strict";

  const { papers } = window.citewise;
  const { state } = papers;
  let from = null; // the bar that a drag began at
  let to = null;

  const bars = () => [...document.querySelectorAll("#papers .histogram .bar")];
  const nameOf = (bar) => bar.getAttribute("aria-label").split(": ")[0];

  const drawBars = () => {
    const holder = document.querySelector("#papers .papers-histogram .drawing");
    if (!holder) return;
    // Made on the server of numbers and dates alone.
    holder.innerHTML = state.data.ids.length ? state.data.histogram : "";
    bars().forEach((bar) => bar.setAttribute("role", "button"));
  };

  const markBars = (range) => {
    bars().forEach((bar) => {
      const isIn = !range || (bar.dataset.from >= range.from && bar.dataset.to <= range.to);
      bar.classList.toggle("out", !isIn);
      bar.setAttribute("aria-pressed", Boolean(range) && isIn);
    });
  };

  const rangeOf = (one, other) => {
    const [first, last] = one.dataset.from <= other.dataset.from ? [one, other] : [other, one];
    const label = first === last ? nameOf(first) : `${nameOf(first)} to ${nameOf(last)}`;
    return { from: first.dataset.from, to: last.dataset.to, label };
  };

  const choose = (range) => {
    const { range: now } = state;
    const isSame = now && now.from === range.from && now.to === range.to;
    papers.setRange(isSame ? null : range);
  };

  const nearest = (x) => {
    let best = null;
    let least = Infinity;
    for (const bar of bars()) {
      const box = bar.getBoundingClientRect();
      const distance = Math.abs(x - (box.left + box.right) / 2);
      if (distance < least) [best, least] = [bar, distance];
    }
    return best;
  };

  document.addEventListener("pointerdown", (event) => {
    const svg = event.target.closest?.("#papers .histogram");
    if (!svg || event.button) return;
    from = to = nearest(event.clientX);
    if (event.pointerType === "mouse") event.preventDefault(); // no text is selected
  });

  document.addEventListener("pointermove", (event) => {
    if (!from) return;
    to = nearest(event.clientX);
    if (to !== from) markBars(rangeOf(from, to));
  });

  document.addEventListener("pointerup", () => {
    if (from) choose(rangeOf(from, to));
    from = to = null;
  });

  document.addEventListener("pointercancel", () => {
    from = to = null;
    markBars(state.range);
  });

  document.addEventListener("keydown", (event) => {
    const bar = event.target.closest?.("#papers .histogram .bar");
    if (!bar || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    choose(rangeOf(bar, bar));
  });

  papers.listen((what) => {
    if (what === "data") drawBars();
    if (what !== "selection") markBars(state.range);
  });
})();
