// The map of the papers (window.citewiseMap, from ui/papers): fetched when first looked at, drawn
// by a thread of the server. It and the table show one selection.
(() => {
  "use strict";

  const { papers } = window.citewise;
  const { state } = papers;
  const WAIT = 1500;
  const { number } = papers.page;

  let drawn = null; // what mount gave
  let shownData = null; // the columns that the map was fetched for
  let isAsking = false;
  let script = null;
  let payload = null;

  const holder = () => document.querySelector("#papers .papers-map .drawing");
  const isInSight = () => document.documentElement.dataset.view === "papers";

  const note = (text) => {
    const element = document.querySelector("#papers .papers-map .note");
    if (element) element.textContent = text;
  };

  const loadScript = () => {
    script =
      script ||
      new Promise((resolve, reject) => {
        const style = document.createElement("link");
        style.rel = "stylesheet";
        style.href = "chat/map.css";
        const element = document.createElement("script");
        element.src = "chat/map.js";
        element.onload = resolve;
        element.onerror = () => reject(new Error("its script did not come"));
        document.head.append(style, element);
      });
    return script;
  };

  const ask = async () => {
    if (isAsking || !state.data || state.data === shownData || !isInSight()) return;
    isAsking = true;
    try {
      await fetchMap(state.data);
    } catch (error) {
      note(`The map could not be loaded (${error.message}).`);
    }
    isAsking = false;
  };

  const fetchMap = async (data) => {
    if (!data.ids.length) {
      clear();
      shownData = data;
      return note("The map appears when there are papers.");
    }
    const answer = await fetch("chat/map.json", { cache: "no-cache" });
    if (answer.status === 202) {
      if (!drawn) note("The map is being drawn. This takes a moment.");
      window.setTimeout(ask, WAIT);
      return;
    }
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error || answer.status);
    await loadScript();
    clear();
    payload = found;
    note(
      found.ids.length < found.n_papers
        ? `${number(found.ids.length)} of ${number(found.n_papers)} papers are drawn, evenly chosen.`
        : "",
    );
    drawn = window.citewiseMap.mount(holder(), found);
    shownData = data;
    if (state.selected.size) drawn.select(papers.selectedIds());
  };

  const clear = () => {
    if (drawn) drawn.destroy();
    drawn = null;
    holder()?.replaceChildren();
  };

  document.addEventListener("citewise:select", (event) => {
    const { ids, themes } = event.detail;
    const label = themes.map((at) => payload.themes[at].name).join(", ");
    papers.selectIds(ids, { label: label.length > 60 ? "" : label, from: "map" });
  });
  document.addEventListener("citewise:open", (event) => papers.table.show(event.detail.id));

  papers.listen((what, from) => {
    if (what === "data") ask();
    if (what === "selection" && from !== "map" && drawn) drawn.select(papers.selectedIds());
  });
  document.addEventListener("citewise:view", (event) => {
    if (event.detail.view === "papers") ask();
  });
})();
