// What stands around the table of papers: counts, notes, order, and what is selected.
(() => {
  "use strict";

  const { papers } = window.citewise;
  const { state } = papers;
  const { find, count, make, number } = papers.page;

  const drawAround = () => {
    const { data, shown, selected, error } = state;
    const root = document.getElementById("papers");
    if (!root) return;
    const total = data ? data.ids.length : 0;
    root.dataset.state = !data ? (error ? "error" : "loading") : total ? "ready" : "empty";
    root.classList.toggle("one-source", !data || data.source_names.length < 2);
    root.classList.toggle("one-language", !data || data.language_names.length < 2);
    root.classList.toggle("no-links", !data || !data.links.some(Boolean));
    find(".papers-table").setAttribute("aria-rowcount", shown.length + 1);
    const isBounded = shown.length !== total;
    find(".papers-count").textContent = !data
      ? ""
      : isBounded
        ? `${number(shown.length)} of ${count(total, "paper")}`
        : count(total, "paper");
    drawNote(total);
    drawSorting();
    drawBounds();
    const all = find("#papers-all");
    const nSelected = selected.size ? shown.reduce((n, at) => n + selected.has(at), 0) : 0;
    all.checked = nSelected > 0 && nSelected === shown.length;
    all.indeterminate = nSelected > 0 && nSelected < shown.length;
    all.disabled = !shown.length;
    find(".papers-selection").hidden = !selected.size;
    find(".papers-selection .count").textContent = selectedWords(nSelected);
    find("[data-papers=only]").setAttribute("aria-pressed", state.isOnlySelected);
    const filter = find("#papers-filter");
    if (filter.value !== state.text) filter.value = state.text;
  };

  const selectedWords = (nListed) => {
    const { size } = state.selected;
    const listed = nListed < size ? `, ${number(nListed)} of them listed` : "";
    return size ? `${number(size)} selected${state.label && `: ${state.label}`}${listed}` : "";
  };

  const drawNote = (total) => {
    const note = find(".papers-note");
    const isNothing = state.data && total && !state.shown.length;
    note.hidden = Boolean(state.data && state.shown.length);
    if (!state.data) note.textContent = state.error || "Loading the papers…";
    else if (!total) drawEmpty(note);
    else if (isNothing) drawNoMatch(note);
  };

  const drawEmpty = (note) => {
    const canAdd = document.querySelector('[data-show-view="adding"]');
    note.replaceChildren("No papers yet. ");
    if (!canAdd) {
      note.append("Add some with ", Object.assign(make("code"), { textContent: "citewise add FILE" }));
      return;
    }
    const button = make("button", "plain", note);
    button.type = "button";
    button.dataset.showView = "adding";
    button.textContent = "Add papers";
  };

  const drawNoMatch = (note) => {
    note.replaceChildren("No paper matches. ");
    const button = make("button", "plain", note);
    button.type = "button";
    button.dataset.papers = "show-all";
    button.textContent = "List all again";
  };

  const drawSorting = () => {
    document.querySelectorAll("#papers [data-sort]").forEach((button) => {
      const isBy = button.dataset.sort === state.sort.by;
      const direction = state.sort.isDescending ? "descending" : "ascending";
      const cell = button.parentElement;
      if (isBy) cell.setAttribute("aria-sort", direction);
      else cell.removeAttribute("aria-sort");
    });
  };

  const drawBounds = () => {
    const holder = find(".papers-bounds");
    holder.replaceChildren();
    if (!state.range) return;
    const button = make("button", "bound", holder);
    button.type = "button";
    button.dataset.papers = "any-date";
    button.setAttribute("aria-label", `Papers of any date again, not only of ${state.range.label}`);
    button.append(state.range.label, " ");
    button.insertAdjacentHTML(
      "beforeend",
      '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5 5l10 10M15 5L5 15"/></svg>',
    );
  };

  papers.listen(drawAround);
  document.addEventListener("citewise:view", (event) => {
    if (event.detail.view === "papers") requestAnimationFrame(drawAround);
  });
})();
