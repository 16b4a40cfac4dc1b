// The Write view: what is asked of the server, and when.
(() => {
  "use strict";

  const { writing } = window.citewise;
  const { root, find } = writing;
  const MAX_RESTRICTED = 1000;

  let only = []; // ids of the papers that the section may cite; none for all
  let running = null; // what ends the request under way

  const problem = (text) => {
    find(".problem").textContent = text;
    find(".problem").hidden = !text;
  };

  const isRunning = () => running !== null;

  const busy = (step) => {
    root().dataset.step = step;
    find(".ask [type=submit]").disabled = isRunning();
    find("[data-writing=write]").hidden = step === "writing";
    find("[data-writing=stop]").hidden = step !== "writing";
  };

  // One request at a time. What fails is told, what the reader stopped is not.
  const during = async (step, work) => {
    if (isRunning()) return;
    problem("");
    running = new AbortController();
    busy(step);
    try {
      await work();
    } catch (error) {
      if (error.name === "AbortError") writing.tell("Stopped.");
      else {
        problem(error.message);
        if (step === "writing") writing.tell("Not complete.");
      }
    } finally {
      running = null;
      busy("ask");
    }
  };

  const post = async (path, body) => {
    const answer = await fetch(`chat/writing/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: running.signal,
    });
    if (answer.ok) return answer;
    const found = await answer.json().catch(() => ({}));
    const told = found.error?.message ?? found.error;
    throw new Error(typeof told === "string" ? told : `The server answered ${answer.status}.`);
  };

  /* Plan ------------------------------------------------------------------------------------ */

  const numberIn = (id) => {
    const field = find(id);
    const value = Math.round(Number(field.value));
    if (!field.value || !Number.isFinite(value)) return null;
    field.value = Math.min(Math.max(value, Number(field.min)), Number(field.max));
    return Number(field.value);
  };

  const makePlan = () =>
    during("planning", async () => {
      const answer = await post("plan", {
        topic: find("#writing-topic").value,
        draft: find("#writing-draft").value,
        words: numberIn("#writing-words"),
        papers: numberIn("#writing-papers"),
        filters: only.length ? { paper_ids: only } : null,
      });
      writing.setPlan(await answer.json());
      find("#writing-plan-title").focus();
    });

  /* Section --------------------------------------------------------------------------------- */

  const write = () =>
    during("writing", async () => {
      const words = numberIn("#writing-words");
      const plan = { ...writing.plan(), ...(words ? { words } : {}) };
      const answer = await post("section", { plan, choices: window.citewise.choices() });
      writing.begin();
      let isWhole = false;
      for await (const event of events(answer.body)) {
        if (event.error) throw new Error(event.error.message);
        if (event.whole) writing.end(event.whole);
        else writing.grow(event);
        isWhole = Boolean(event.whole);
      }
      if (!isWhole) throw new Error("The connection ended before the section did. Write it again.");
    });

  // Server-sent events: each "data: " and JSON, or [DONE] for the last.
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const pieces = (rest + value).split("\n\n");
      rest = pieces.pop();
      for (const piece of pieces) {
        const data = piece.replace(/^data: /, "");
        if (data === "[DONE]") return;
        yield JSON.parse(data);
      }
    }
  }

  const stop = () => {
    if (!isRunning()) return false;
    running.abort();
    return true;
  };

  /* Which papers ---------------------------------------------------------------------------- */

  const restrict = (ids, label) => {
    only = ids;
    const note = find(".only");
    note.hidden = !ids.length;
    note.querySelector("span").textContent = label;
  };

  // From the Papers view: a section on those that are selected there.
  const writeAbout = (ids, label) => {
    if (ids.length > MAX_RESTRICTED) return false;
    restrict(ids, label);
    window.citewise.show("writing");
    find("#writing-topic").focus();
    return true;
  };

  /* Listening ------------------------------------------------------------------------------- */

  const acts = { write, stop, "all-papers": () => restrict([], "") };

  document.addEventListener("click", (event) => {
    acts[event.target.closest("#writing [data-writing]")?.dataset.writing]?.();
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#writing")) return;
    event.preventDefault();
    makePlan();
  });

  Object.assign(window.citewise, { writeAbout, stopWriting: stop });
})();
