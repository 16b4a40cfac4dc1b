// The plan of a section, drawn to be edited: themes renamed, moved and dropped, papers moved to
// another theme, dropped, and taken back. All of it is text of papers: it only becomes textContent.
(() => {
  "use strict";

  const NEW_THEME = "new";
  const DROPPED = "Taken out of the plan.";
  const NUMBER = new Intl.NumberFormat("en");

  let plan = null; // as the server made it, and as the reader changed it

  const root = () => document.getElementById("writing");
  const find = (selector) => root().querySelector(selector);
  const count = (n, what) => `${NUMBER.format(n)} ${what}${n === 1 ? "" : "s"}`;

  const make = (tag, properties = {}, ...content) => {
    const { data = {}, label = "", ...others } = properties;
    const made = Object.assign(document.createElement(tag), others);
    Object.assign(made.dataset, data);
    if (label) made.setAttribute("aria-label", label);
    made.append(...content);
    return made;
  };

  const button = (act, text, label, properties = {}) =>
    make("button", { type: "button", data: { writing: act }, label, ...properties }, text);

  const nameOf = (at) => plan.themes[at].name || `theme ${at + 1}`;
  const numbered = (at) => `${at + 1}. ${nameOf(at)}`;

  const LABELS = {
    up: (name) => `Move ${name} up`,
    down: (name) => `Move ${name} down`,
    "drop-theme": (name) => `Drop ${name}`,
  };

  /* Drawing --------------------------------------------------------------------------------- */

  const draw = () => {
    find(".plan").hidden = !plan;
    if (!plan) return;
    const nPapers = plan.themes.reduce((n, theme) => n + theme.papers.length, 0);
    find(".plan .count").textContent =
      `${count(nPapers, "paper")} in ${count(plan.themes.length, "theme")}`;
    find(".themes").replaceChildren(...plan.themes.map(drawTheme));
    find("[data-writing=write]").disabled = nPapers === 0;
    drawLeftOut(".left-out", plan.considered, takingBack);
  };

  const drawTheme = (theme, at) => {
    const name = make("input", {
      type: "text",
      className: "name",
      value: theme.name,
      placeholder: "Without a heading",
      maxLength: 300,
      label: `Name of theme ${at + 1}`,
    });
    const act = (does, text, properties) =>
      button(does, text, LABELS[does](nameOf(at)), properties);
    const head = make(
      "div",
      { className: "head" },
      name,
      act("up", "↑", { disabled: at === 0 }),
      act("down", "↓", { disabled: at === plan.themes.length - 1 }),
      act("drop-theme", "Drop"),
    );
    const papers = make("ul", {}, ...theme.papers.map((paper) => drawPaper(paper, at)));
    return make("li", { className: "theme", data: { at } }, head, papers);
  };

  const drawPaper = (paper, at) => {
    const title = paper.title || paper.paper_id;
    const year = make("span", { className: "year" }, paper.year ? String(paper.year) : "");
    const options = plan.themes.map((_, other) =>
      make("option", { value: other, selected: other === at }, numbered(other)),
    );
    const move = make(
      "select",
      { className: "move", label: `Theme of ${title}` },
      ...options,
      make("option", { value: NEW_THEME }, "A new theme"),
    );
    const drop = button("drop-paper", "Drop", `Drop ${title}`);
    const named = make("span", { className: "title" }, title, " ", year);
    return make("li", { data: { paper: paper.paper_id } }, named, move, drop);
  };

  // Papers that are not cited, each reason once; `beside` makes what stands beside a paper.
  const drawLeftOut = (selector, papers, beside = () => "") => {
    find(selector).hidden = papers.length === 0;
    find(`${selector} .n`).textContent = NUMBER.format(papers.length);
    const groups = new Map();
    for (const paper of papers) {
      if (!groups.has(paper.reason)) groups.set(paper.reason, []);
      groups.get(paper.reason).push(paper);
    }
    const drawn = [...groups].flatMap(([reason, group]) => [
      make("p", { className: "reason" }, reason),
      make("ul", {}, ...group.map((paper) => drawNamed(paper, beside(paper)))),
    ]);
    find(`${selector} .reasons`).replaceChildren(...drawn);
  };

  const drawNamed = ({ paper_id: id, title }, beside) =>
    make("li", { data: { paper: id } }, make("span", { className: "title" }, title || id), beside);

  const takingBack = ({ paper_id: id, title }) =>
    button("take-back", "Add", `Add ${title || id} to the plan`);

  /* Editing --------------------------------------------------------------------------------- */

  // The plan is drawn anew after each change: whoever uses the keys must find his place again.
  const changed = (focus) => {
    draw();
    const target = focus && root().querySelector(focus);
    (target && !target.disabled ? target : find("#writing-plan-title")).focus();
  };

  // A name is changed in place: whoever leaves its field is on the way to the next one.
  const rename = (at, name) => {
    plan.themes[at].name = name;
    for (const [does, labelled] of Object.entries(LABELS)) {
      find(inTheme(at, `[data-writing=${does}]`)).setAttribute("aria-label", labelled(nameOf(at)));
    }
    root()
      .querySelectorAll(`.move option[value="${at}"]`)
      .forEach((option) => {
        option.textContent = numbered(at);
      });
  };

  const inTheme = (at, selector) => `.theme[data-at="${at}"] ${selector}`;
  const ofPaper = (id, selector) => `[data-paper="${CSS.escape(id)}"] ${selector}`;

  const moveTheme = (at, by) => {
    const [theme] = plan.themes.splice(at, 1);
    plan.themes.splice(at + by, 0, theme);
    const isEnd = at + by === 0 || at + by === plan.themes.length - 1;
    const act = isEnd ? (by < 0 ? "down" : "up") : by < 0 ? "up" : "down";
    changed(inTheme(at + by, `[data-writing=${act}]`));
  };

  const leaveOut = (papers) => {
    const told = papers.map(({ paper_id, title }) => ({ paper_id, title, reason: DROPPED }));
    plan.considered = [...told, ...plan.considered];
  };

  const take = (at, id) => {
    const { papers } = plan.themes[at];
    return papers.splice(papers.findIndex((paper) => paper.paper_id === id), 1)[0];
  };

  const acts = {
    up: ({ at }) => moveTheme(at, -1),
    down: ({ at }) => moveTheme(at, 1),
    "drop-theme": ({ at }) => {
      leaveOut(plan.themes.splice(at, 1)[0].papers);
      changed(inTheme(Math.min(at, plan.themes.length - 1), "[data-writing=drop-theme]"));
    },
    "drop-paper": ({ at, id }) => {
      const place = plan.themes[at].papers.findIndex((paper) => paper.paper_id === id);
      leaveOut([take(at, id)]);
      const next = plan.themes[at].papers[place] ?? plan.themes[at].papers[place - 1];
      changed(next ? ofPaper(next.paper_id, "button") : inTheme(at, "[data-writing=drop-theme]"));
    },
    "take-back": ({ id }) => {
      if (!plan.themes.length) plan.themes.push({ name: "", papers: [] });
      const place = plan.considered.findIndex((paper) => paper.paper_id === id);
      const [{ paper_id, title }] = plan.considered.splice(place, 1);
      plan.themes.at(-1).papers.push({ paper_id, title });
      changed(ofPaper(paper_id, "select"));
    },
    "add-theme": () => {
      plan.themes.push({ name: "", papers: [] });
      changed(inTheme(plan.themes.length - 1, ".name"));
    },
  };

  const placeOf = (element) => ({
    at: Number(element.closest(".theme")?.dataset.at),
    id: element.closest("[data-paper]")?.dataset.paper,
  });

  document.addEventListener("click", (event) => {
    const element = event.target.closest("#writing .plan [data-writing]");
    acts[element?.dataset.writing]?.(placeOf(element));
  });

  document.addEventListener("change", (event) => {
    const element = event.target;
    if (!element.closest?.("#writing .themes")) return;
    const { at, id } = placeOf(element);
    if (element.matches(".name")) rename(at, element.value.trim());
    else if (element.matches(".move")) {
      const paper = take(at, id);
      if (element.value === NEW_THEME) plan.themes.push({ name: "", papers: [paper] });
      else plan.themes[Number(element.value)].papers.push(paper);
      changed(ofPaper(id, "select"));
    }
  });

  const setPlan = (made) => {
    plan = made;
    draw();
  };

  window.citewise.writing = { root, find, count, drawLeftOut, setPlan, plan: () => plan };
})();
