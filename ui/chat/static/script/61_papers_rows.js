// The rows of the table of papers, and what an open one says. Text of papers is hostile input: it
// only ever becomes textContent.
(() => {
  "use strict";

  const { papers } = window.citewise;
  const { state } = papers;
  const NUMBER = new Intl.NumberFormat("en");
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const MAX_NAMES = 60;

  const find = (selector) => document.querySelector(`#papers ${selector}`);
  const count = (n, what) => `${NUMBER.format(n)} ${what}${n === 1 ? "" : "s"}`;

  const make = (tag, name, parent, role) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (role) element.setAttribute("role", role);
    if (parent) parent.append(element);
    return element;
  };

  /* Words ----------------------------------------------------------------------------------- */

  const authorsOf = (at) => {
    const authors = state.data.authors[at];
    if (typeof authors === "string") return authors;
    return authors ? count(authors, "author") : "";
  };

  const dateOf = (at) => {
    const [year, month, day] = state.data.dates[at].split("-");
    return day ? `${Number(day)} ${MONTHS[month - 1]} ${year}` : year;
  };

  // Slow to make: once for all rows.
  const languages = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
  const namesOfLanguages = new Map([["", ""]]);

  const languageOf = (at) => {
    const code = state.data.language_names[state.data.languages[at]];
    if (!namesOfLanguages.has(code)) {
      try {
        namesOfLanguages.set(code, languages.of(code));
      } catch {
        namesOfLanguages.set(code, code);
      }
    }
    return namesOfLanguages.get(code);
  };

  /* A row ----------------------------------------------------------------------------------- */

  const LINK =
    '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M8 5H5v10h10v-3M11 4h5v5M16 4L9 11"/></svg>';

  const makeRow = () => {
    const row = make("div", "paper", null, "row");
    const cell = (name) => make("span", name, row, "cell");
    row.parts = { check: make("input", "", cell("cell-check")) };
    row.parts.check.type = "checkbox";
    row.parts.title = make("button", "", cell("cell-title"));
    row.parts.title.type = "button";
    for (const name of ["authors", "source", "language", "date"]) {
      row.parts[name] = cell(`cell-${name}`);
    }
    row.parts.link = make("a", "", cell("cell-link"));
    row.parts.link.innerHTML = LINK;
    row.parts.link.target = "_blank";
    row.parts.link.rel = "noopener noreferrer";
    return row;
  };

  const fillRow = (row, at) => {
    if (row.at === at && row.data === state.data) return;
    const { parts } = row;
    const title = state.data.titles[at];
    parts.title.textContent = title;
    parts.title.title = title;
    parts.check.setAttribute("aria-label", `Select: ${title}`);
    parts.authors.textContent = authorsOf(at);
    parts.source.textContent = state.data.source_names[state.data.sources[at]];
    parts.language.textContent = languageOf(at);
    parts.date.textContent = dateOf(at);
    fillLink(parts.link, state.data.links[at], title);
    row.at = at;
    row.data = state.data;
  };

  const fillLink = (link, address, title) => {
    link.hidden = !address;
    if (!address) return link.removeAttribute("href");
    link.href = address; // http or https: the server leaves all others out
    link.setAttribute("aria-label", `Open the page of: ${title}`);
  };

  /* An open one ----------------------------------------------------------------------------- */

  const fetchDetails = async (element, at) => {
    const id = state.data.ids[at];
    try {
      const answer = await fetch(`chat/paper.json?id=${encodeURIComponent(id)}`);
      const found = await answer.json();
      if (!answer.ok) throw new Error(found.error);
      drawDetails(element, found);
    } catch (error) {
      element.textContent = error.message || "The paper could not be loaded.";
    }
  };

  const drawDetails = (element, found) => {
    element.replaceChildren();
    const names = found.authors.slice(0, MAX_NAMES).join(", ");
    const nMore = Math.max((found.n_authors || 0) - Math.min(found.authors.length, MAX_NAMES), 0);
    if (names) make("p", "names", element).textContent = nMore ? `${names}, and ${nMore} more` : names;
    make("p", "abstract", element).innerHTML = found.abstract_html; // escaped by the server
    const actions = make("div", "actions", element);
    if (found.link) {
      const link = make("a", "", actions);
      link.href = found.link;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      link.textContent = found.is_search ? "Find on arXiv" : "Open its page";
    }
    const button = (name, text) => {
      const made = make("button", "plain", actions);
      made.type = "button";
      made.textContent = text;
      made.dataset.paper = name;
      return made;
    };
    button("cite", "Cite").dataset.bibtex = found.bibtex;
    const ask = button("ask", "Ask about this paper");
    ask.dataset.id = found.id;
    ask.dataset.label = `Only: ${found.short_title}`;
  };

  papers.page = { find, count, make, number: (n) => NUMBER.format(n) };
  papers.rows = { makeRow, fillRow, fetchDetails };
})();
