// What can be done with papers: open, select, ask, cite; by mouse and by keys.
(() => {
  "use strict";

  const { papers } = window.citewise;
  const { state } = papers;
  const { find, count } = papers.page;
  const MAX_CITED = 1000;

  let anchor = -1; // where a range of selected rows begins, as a number in the list

  const say = (button, text) => {
    button.dataset.text = button.dataset.text || button.textContent;
    button.textContent = text;
    window.setTimeout(() => {
      button.textContent = button.dataset.text;
    }, 1600);
  };

  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
      say(button, "Copied");
    } catch {
      say(button, "Copying is not allowed here");
    }
  };

  const ask = (ids, label) => {
    window.citewise.restrict(ids, label);
    window.citewise.show("chat");
    document.querySelector("#composer textarea")?.focus();
  };

  const acts = {
    ask: () => {
      const n = count(state.selected.size, "paper");
      ask(papers.selectedIds(), state.label && `${state.label} · ${n}`);
    },
    write: (button) => {
      const n = count(state.selected.size, "paper");
      const label = state.label ? `Only ${state.label} · ${n}` : `Only ${n}`;
      if (!window.citewise.writeAbout(papers.selectedIds(), label)) say(button, "Up to 1,000 at once");
    },
    only: () => papers.setOnlySelected(!state.isOnlySelected),
    clear: () => papers.select([]),
    "show-all": () => papers.showAll(),
    "any-date": () => papers.setRange(null),
    cite: async (button) => {
      const ids = papers.selectedIds();
      if (ids.length > MAX_CITED) return say(button, "Up to 1,000 at once");
      const answer = await fetch("chat/bibtex", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(ids),
      });
      if (answer.ok) await copy(button, await answer.text());
      else say(button, "That did not work");
    },
  };

  const check = (row, isSelected, isRange) => {
    if (isRange && anchor >= 0 && anchor < state.shown.length) {
      const [from, to] = [anchor, row.number].sort((a, b) => a - b);
      papers.mark(state.shown.slice(from, to + 1), isSelected);
    } else papers.mark([row.at], isSelected);
    anchor = row.number;
  };

  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!target.closest("#papers")) return;
    const row = target.closest(".paper");
    const button = target.closest("button");
    if (button?.dataset.sort) papers.setSort(button.dataset.sort);
    else if (button?.dataset.papers) acts[button.dataset.papers](button);
    else if (button?.dataset.paper === "cite") copy(button, button.dataset.bibtex);
    else if (button?.dataset.paper === "ask") ask([button.dataset.id], button.dataset.label);
    else if (target.id === "papers-all") papers.mark(state.shown, target.checked);
    else if (target.type === "checkbox" && row) check(row, target.checked, event.shiftKey);
    else if (target.closest(".cell-check") && row) row.parts.check.click();
    else if (row && !target.closest("a, .details") && !window.getSelection().toString()) {
      papers.table.toggle(row.at);
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "papers-filter") papers.setFilter(event.target.value);
  });

  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 };

  document.addEventListener(
    "keydown",
    (event) => {
      if (document.documentElement.dataset.view !== "papers") return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { target, key } = event;
      const row = target.closest?.(".paper");
      const isTyping = target.closest?.("input:not([type=checkbox]), textarea, select");
      if (key === "/" && !isTyping) find("#papers-filter").focus();
      else if (key === "Escape" && row) {
        if (!papers.table.closeOpen()) return;
      } else if (row && key in STEPS && !isTyping) papers.table.move(row, STEPS[key]);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  papers.listen((what, from) => {
    if (what !== "selection" || from === "map") anchor = -1;
  });
})();
