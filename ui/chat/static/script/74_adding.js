// Adding papers: what is chosen or pasted is sent, looked through, shown, and stored only then.
(() => {
  "use strict";

  const { adding } = window.citewise;
  const { root, find, step, problem, doing, post, ended } = adding;

  let files = [];
  let draft = null;

  const stepNow = () => root().dataset.step;
  const isBusy = () => stepNow() === "working";

  const during = async (work) => {
    if (isBusy()) return;
    problem("");
    const before = stepNow();
    step("working");
    try {
      await work();
    } catch (error) {
      problem(error.message);
      step(before);
    }
  };

  const preview = () =>
    during(async () => {
      doing("Sending…");
      await drop();
      for (const file of files) await send({ name: file.name }, file);
      const text = find("#adding-text").value;
      if (text.trim()) await send({ kind: "text" }, text);
      doing("Reading…");
      const job = await post("/preview", { draft });
      const report = await ended(job, (done, total) => doing("Reading…", done, total));
      adding.drawPreview(report);
    });

  const send = async (parameters, body) => {
    const sent = await post("", draft ? { ...parameters, draft } : parameters, body);
    draft = sent.draft;
  };

  const drop = async () => {
    const old = draft;
    draft = null;
    if (old) await post("/drop", { draft: old }).catch(() => {});
  };

  const add = () =>
    during(async () => {
      doing("Adding…");
      const job = await post("/add", { draft });
      const report = await ended(job, (done, total) => doing("Adding…", done, total));
      draft = null;
      forget();
      adding.drawReport(report);
      changed(report.facts);
      adding.drawLast(null);
    });

  const undo = (job) =>
    during(async () => {
      doing("Taking the import back…");
      const result = await ended(await post("/undo", { job }), () => {});
      adding.drawUndone(result);
      changed(result.facts);
      adding.drawLast(null);
    });

  const again = async () => {
    problem("");
    step("choose");
    find("#adding-files").focus();
    await drop();
    drawState();
  };

  const forget = () => {
    files = [];
    find("#adding-text").value = "";
    adding.drawFiles(files);
  };

  // The figures beside the brand, and the table, follow the library.
  const changed = (facts) => {
    const element = document.querySelector("#brand .facts");
    if (element) element.textContent = facts;
    document.dispatchEvent(new CustomEvent("citewise:library", { detail: { facts } }));
  };

  const drawState = async () => adding.drawLast(await adding.lastImport());

  /* Listening ------------------------------------------------------------------------------- */

  const take = (list) => {
    files = [...files, ...list];
    adding.drawFiles(files);
  };

  const acts = {
    preview,
    add,
    again,
    undo: (element) => undo(element.dataset.job),
    remove: (element) => {
      files.splice(Number(element.dataset.at), 1);
      adding.drawFiles(files);
    },
    papers: () => {},
  };

  document.addEventListener("click", (event) => {
    const element = event.target.closest("#adding [data-adding]");
    if (element) acts[element.dataset.adding](element);
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "adding-text") adding.drawReady(files);
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "adding-files") return;
    take(event.target.files);
    event.target.value = ""; // the same file can be chosen again
  });

  // A file dropped beside the zone would replace the page.
  const isHere = () => document.documentElement.dataset.view === "adding" && root();
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!isHere() || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      find(".drop").classList.toggle("over", name === "dragover" && !isBusy());
      if (name === "drop" && !isBusy() && stepNow() === "choose") take(event.dataTransfer.files);
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (isHere() && !event.relatedTarget) find(".drop").classList.remove("over");
  });

  document.addEventListener("citewise:view", (event) => {
    if (event.detail.view === "adding" && root() && !isBusy() && stepNow() === "choose") drawState();
  });
})();
