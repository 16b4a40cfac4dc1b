// What this reader chose about answering: kept in the browser, written into the hidden field
// #choices, which goes with every question (ui/chat/views/choices.py reads it).
(() => {
  "use strict";

  const KEY = "citewise-choices";
  const POLICIES = { mark: "marks them", drop: "leaves them out", retry: "has them written once more" };
  const NUMBER = new Intl.NumberFormat("en");

  let choices = read();

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "{}");
      return kept && typeof kept === "object" ? kept : {};
    } catch {
      return {};
    }
  }

  const keep = () => {
    try {
      localStorage.setItem(KEY, JSON.stringify(choices));
    } catch {
      // A browser that keeps nothing: they hold until the page is closed.
    }
    send();
  };

  const asText = () => (Object.keys(choices).length ? JSON.stringify(choices) : "");

  const send = () => window.citewise.setValue("#choices", asText());

  window.citewise.choices = asText;

  /* The form -------------------------------------------------------------------------------- */

  const fields = () => [...document.querySelectorAll("#settings [data-choice]")];

  const drawForm = () => {
    for (const field of fields()) {
      const value = choices[field.dataset.choice] ?? "";
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
    // A writer that this server no longer offers.
    const writer = document.getElementById("setting-llm");
    if (writer && writer.selectedIndex < 0) writer.selectedIndex = 0;
  };

  const valueOf = (field) => {
    if (field.type !== "number") return field.value;
    const value = Math.round(Number(field.value));
    if (!field.value || !Number.isFinite(value)) return "";
    return Math.min(Math.max(value, Number(field.min)), Number(field.max));
  };

  const say = (text) => {
    const status = document.querySelector("#settings .kept [role=status]");
    if (status) status.textContent = text;
  };

  document.addEventListener("change", (event) => {
    const field = event.target.closest?.("#settings [data-choice]");
    if (!field) return;
    const value = valueOf(field);
    if (field.type === "number") field.value = value;
    if (value === "") delete choices[field.dataset.choice];
    else choices[field.dataset.choice] = value;
    keep();
    say("Kept");
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-settings=reset]")) return;
    choices = {};
    keep();
    drawForm();
    say("Everything as this server does it");
  });

  document.addEventListener("submit", (event) => {
    if (event.target.closest("#settings")) event.preventDefault();
  });

  /* About ----------------------------------------------------------------------------------- */

  const drawAbout = async () => {
    const list = document.querySelector("#settings .about");
    if (!list) return;
    const answer = await fetch("chat/about.json").catch(() => null);
    if (!answer?.ok) return;
    const about = await answer.json();
    const years = [...new Set(about.years)].join(" to ");
    const facts = [
      ["Citewise", about.version],
      ["Papers", `${NUMBER.format(about.n_papers)}${years ? `, ${years}` : ""}`],
      ["Passages", NUMBER.format(about.n_passages)],
      ["Encoder", about.encoder],
      ["Writer", about.writer],
    ];
    list.replaceChildren();
    for (const [name, value] of facts) {
      const pair = document.createElement("div");
      for (const [tag, text] of [["dt", name], ["dd", value]]) {
        pair.append(Object.assign(document.createElement(tag), { textContent: text }));
      }
      list.append(pair);
    }
    document.getElementById("setting-top-k").placeholder = about.top_k;
    const own = document.querySelector("#settings [data-own=unsupported]");
    own.textContent = `(it ${POLICIES[about.unsupported]})`;
  };

  document.addEventListener("citewise:view", (event) => {
    if (event.detail.view !== "settings") return;
    drawForm();
    drawAbout();
  });

  // The hidden field is drawn by Gradio, some time after this script ran.
  const whenDrawn = new MutationObserver(() => {
    if (document.querySelector("#choices textarea, #choices input") === null) return;
    whenDrawn.disconnect();
    send();
  });
  whenDrawn.observe(document.documentElement, { childList: true, subtree: true });
})();
