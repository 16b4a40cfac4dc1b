// The papers of the library in the browser: loaded once, filtered, sorted and selected here. The
// table, the histogram and the map draw what this holds, and hear of every change.
(() => {
  "use strict";

  const ADDRESS = "chat/papers.json";

  const listeners = new Set();
  const state = {
    data: null, // columns, see ui/chat/views/papers/table.py
    error: "",
    text: "", // of the filter
    range: null, // {from, to, label}, days in ISO 8601
    sort: { by: "date", isDescending: true },
    shown: [], // the papers that are listed, as places in the columns
    selected: new Set(), // places
    label: "", // of the selection, where it has a name
    isOnlySelected: false,
  };
  let etag = "";
  let loading = null;
  let folded = []; // what the filter looks through
  let orders = {}; // by column: all places, ascending
  let placeOf = new Map();

  /* Telling --------------------------------------------------------------------------------- */

  const tell = (what, from = "") => listeners.forEach((listen) => listen(what, from));

  const listen = (listener) => {
    listeners.add(listener);
    if (state.data) listener("data", "");
  };

  /* Loading --------------------------------------------------------------------------------- */

  const load = () => {
    loading = loading || fetchPapers().finally(() => (loading = null));
    return loading;
  };

  const fetchPapers = async () => {
    try {
      const answer = await fetch(ADDRESS, { cache: "no-cache" });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      if (state.data && answer.headers.get("etag") === etag) return;
      const data = await answer.json();
      etag = answer.headers.get("etag") || "";
      take(data);
    } catch (error) {
      state.error = `The papers could not be loaded (${error.message}).`;
      tell(state.data ? "stale" : "error");
    }
  };

  const take = (data) => {
    const kept = state.data ? [...state.selected].map((at) => state.data.ids[at]) : [];
    state.data = data;
    state.error = "";
    placeOf = new Map(data.ids.map((id, at) => [id, at]));
    folded = data.titles.map((title, at) => {
      const authors = data.authors[at];
      return fold(typeof authors === "string" ? `${title}\n${authors}` : title);
    });
    orders = {};
    state.selected = new Set(kept.map((id) => placeOf.get(id)).filter((at) => at !== undefined));
    list();
    tell("data");
  };

  // "Müller" is found by "muller".
  const fold = (text) => {
    // eslint-disable-next-line no-control-regex
    if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  };

  /* Listing --------------------------------------------------------------------------------- */

  const keysOf = {
    title: () => folded,
    authors: (data) =>
      data.authors.map((each) =>
        typeof each === "string" ? fold(each) : `\uffff${String(each).padStart(6, "0")}`,
      ),
    source: (data) => data.sources.map((at) => data.source_names[at]),
    language: (data) => data.languages.map((at) => data.language_names[at] || "\uffff"),
    date: (data) => data.dates,
  };

  const order = (by) => {
    if (!orders[by]) {
      const keys = keysOf[by](state.data);
      const places = keys.map((_, at) => at);
      // The server gives the newest first: what is equal stays in that order.
      orders[by] = places.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
    }
    return orders[by];
  };

  const list = () => {
    if (!state.data) return;
    const { by, isDescending } = state.sort;
    const words = fold(state.text).split(/\s+/).filter(Boolean);
    const { dates } = state.data;
    const { range, selected, isOnlySelected } = state;
    const shown = [];
    const places = order(by);
    for (let n = 0; n < places.length; n++) {
      const at = places[isDescending ? places.length - 1 - n : n];
      if (isOnlySelected && !selected.has(at)) continue;
      if (range && !isIn(dates[at], range)) continue;
      if (words.every((word) => folded[at].includes(word))) shown.push(at);
    }
    state.shown = shown;
  };

  // A paper of which only the year is known lies in a range that holds its whole year.
  const isIn = (date, range) => {
    if (!date) return false;
    const [first, last] = date.length === 4 ? [`${date}-01-01`, `${date}-12-31`] : [date, date];
    return first >= range.from && last <= range.to;
  };

  const relist = () => {
    list();
    tell("list");
  };

  const setFilter = (text) => {
    state.text = text;
    relist();
  };

  const setRange = (range) => {
    state.range = range;
    relist();
  };

  const setSort = (by) => {
    const isSame = state.sort.by === by;
    state.sort = { by, isDescending: isSame ? !state.sort.isDescending : by === "date" };
    relist();
  };

  /* Selecting ------------------------------------------------------------------------------- */

  const select = (places, { label = "", from = "" } = {}) => {
    state.selected = new Set(places);
    afterSelecting(label, from);
  };

  const selectIds = (ids, how) =>
    select(
      ids.map((id) => placeOf.get(id)).filter((at) => at !== undefined),
      how,
    );

  const mark = (places, isSelected) => {
    for (const at of places) isSelected ? state.selected.add(at) : state.selected.delete(at);
    afterSelecting("", "");
  };

  const afterSelecting = (label, from) => {
    state.label = state.selected.size ? label : "";
    const wasOnly = state.isOnlySelected;
    if (!state.selected.size) state.isOnlySelected = false;
    else if (from === "map") state.isOnlySelected = true; // what was drawn around is what to read
    if (wasOnly || state.isOnlySelected) list();
    tell("selection", from);
  };

  const setOnlySelected = (isOnly) => {
    state.isOnlySelected = isOnly && state.selected.size > 0;
    list();
    tell("selection");
  };

  // All bounds go, so that a paper is surely listed.
  const showAll = () => {
    state.text = "";
    state.range = null;
    state.isOnlySelected = false;
    list();
    tell("list", "reset");
  };

  const selectedIds = () => [...state.selected].sort((a, b) => a - b).map((at) => state.data.ids[at]);

  window.citewise.papers = {
    state,
    listen,
    load,
    setFilter,
    setRange,
    setSort,
    select,
    selectIds,
    selectedIds,
    mark,
    setOnlySelected,
    showAll,
    place: (id) => placeOf.get(id),
  };

  document.addEventListener("citewise:view", (event) => {
    if (event.detail.view === "papers") load();
  });
  document.addEventListener("citewise:library", () => {
    if (state.data) load();
  });
})();
