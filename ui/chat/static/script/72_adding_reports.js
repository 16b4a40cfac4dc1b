// What the Add papers view shows: files, counts, reports. Everything that comes from the server is
// text of papers and people: it only ever becomes textContent.
(() => {
  "use strict";

  const NUMBER = new Intl.NumberFormat("en");
  const KINDS = {
    added: ["new", "New"],
    updated: ["updated", "Updated: a source now says something else"],
    merged: ["joined with papers you have", "Joined with a paper you have, from another source"],
    unchanged: ["already there", "Already there, unchanged"],
    rejected: ["rejected", "Rejected"],
  };
  const DONE = { added: "added", updated: "updated", merged: "joined", unchanged: "unchanged", rejected: "rejected" };

  const root = () => document.getElementById("adding");
  const find = (selector) => root().querySelector(selector);
  const count = (n, what) => `${NUMBER.format(n)} ${what}${n === 1 ? "" : "s"}`;

  const make = (tag, name = "", text = "", parent = null) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };

  const button = (act, text, parent, name = "") => {
    const made = make("button", name, text, parent);
    made.type = "button";
    made.dataset.adding = act;
    return made;
  };

  /* Steps ----------------------------------------------------------------------------------- */

  const step = (name) => {
    root().dataset.step = name;
  };

  const problem = (text) => {
    const element = find(".problem");
    element.textContent = text;
    element.hidden = !text;
  };

  const doing = (text, done = 0, total = null) => {
    const bar = find("progress");
    if (total) bar.value = done / total;
    else bar.removeAttribute("value");
    const far = done ? ` ${NUMBER.format(done)}${total ? ` of about ${count(total, "paper")}` : ""}` : "";
    find(".doing").textContent = `${text}${far}`;
  };

  /* Reports --------------------------------------------------------------------------------- */

  const drawFiles = (files) => {
    const list = find(".files");
    list.replaceChildren();
    files.forEach((file, at) => {
      const item = make("li", "", "", list);
      make("span", "name", file.name, item);
      make("span", "size", sizeOf(file.size), item);
      const remove = button("remove", "Remove", item, "plain");
      remove.dataset.at = at;
      remove.setAttribute("aria-label", `Remove ${file.name}`);
    });
    drawReady(files);
  };

  const sizeOf = (bytes) =>
    bytes < 1e6 ? `${Math.max(Math.round(bytes / 1e3), 1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

  const drawReady = (files) => {
    const hasText = Boolean(find("#adding-text").value.trim());
    find("[data-adding=preview]").disabled = !files.length && !hasText;
  };

  const outcome = (title, counts) => {
    find(".outcome h3").textContent = title;
    const list = find(".counts");
    list.replaceChildren();
    for (const [n, what] of counts) {
      const pair = make("div", "", "", list);
      make("dd", "", NUMBER.format(n), pair);
      make("dt", "", what, pair);
    }
    find(".outcome .actions").replaceChildren();
    find(".lists").replaceChildren();
    step("outcome");
    find(".outcome").focus({ preventScroll: true });
  };

  const countsOf = (counts, words) =>
    Object.keys(KINDS)
      .filter((kind) => counts[kind] || kind === "added")
      .map((kind) => [counts[kind], words(kind)]);

  const drawPreview = (report) => {
    const { counts } = report;
    const n = counts.added + counts.updated + counts.merged;
    const isNothing = !counts.read && !counts.rejected;
    const title = n ? "This is what would happen" : isNothing ? "Nothing could be read" : "Nothing new here";
    outcome(title, isNothing ? [] : countsOf(counts, (kind) => KINDS[kind][0]));
    const actions = find(".outcome .actions");
    if (n) button("add", n === counts.added ? `Add ${count(n, "paper")}` : `Store ${count(n, "paper")}`, actions, "primary");
    button("again", n ? "Cancel" : "Back", actions);
    drawLists(report, (kind) => KINDS[kind][1]);
  };

  const drawReport = (report) => {
    outcome("Done", countsOf(report.counts, (kind) => DONE[kind]));
    const actions = find(".outcome .actions");
    const toPapers = button("papers", "See all papers", actions, "primary");
    toPapers.dataset.showView = "papers";
    const { undo: last } = report;
    if (last) button("undo", "Undo", actions).dataset.job = last.job;
    button("again", "Add more", actions);
    drawLists(report, (kind) => KINDS[kind][1]);
  };

  const drawUndone = (result) => {
    const counts = [[result.n_removed, "removed"]];
    if (result.n_restored) counts.push([result.n_restored, "as they were before"]);
    if (result.n_kept) counts.push([result.n_kept, "kept: they changed again since"]);
    outcome("The import was taken back", counts);
    button("again", "Add papers", find(".outcome .actions"));
  };

  const drawLists = (report, titleOf) => {
    const lists = find(".lists");
    drawErrors(report, lists);
    drawRejects(report, lists);
    for (const kind of ["added", "updated", "merged", "unchanged"]) {
      const list = detailsOf(titleOf(kind), report.papers[kind].length && report.counts[kind], lists);
      if (!list) continue;
      list.parentElement.open = kind === "added" && report.papers[kind].length <= 20;
      for (const paper of report.papers[kind]) make("li", "", paper.title, list);
      drawMore(list, report.papers[kind].length, report.counts[kind]);
    }
    const skipped = detailsOf("Passed over", report.skipped.length, lists);
    for (const each of report.skipped) drawReason(skipped, each.source, each.reason);
  };

  const drawErrors = (report, lists) => {
    const errors = report.errors.slice(0, 50);
    const list = detailsOf("Could not be read", errors.length, lists);
    for (const each of errors) drawReason(list, each.source, each.reason);
    if (list) list.parentElement.open = true;
  };

  const drawRejects = (report, lists) => {
    const list = detailsOf("Rejected", report.counts.rejected, lists);
    for (const each of report.rejects) {
      const where = each.line ? `${each.source}, line ${each.line}` : each.source;
      drawReason(list, where, each.reason, each.excerpt);
    }
    if (!list) return;
    list.parentElement.open = report.rejects.length <= 5;
    drawMore(list, report.rejects.length, report.counts.rejected);
  };

  const detailsOf = (title, n, lists) => {
    if (!n) return null;
    const details = make("details", "", "", lists);
    const summary = make("summary", "", `${title} `, details);
    make("span", "n", NUMBER.format(n), summary);
    return make("ul", "", "", details);
  };

  const drawReason = (list, source, reason, excerpt = "") => {
    const item = make("li", "reason", "", list);
    const isNamed = reason.includes(source);
    if (!isNamed) make("span", "where", source, item);
    make("span", "", reason, item);
    if (excerpt) make("q", "", excerpt, item);
  };

  const drawMore = (list, nShown, n) => {
    if (n > nShown) make("li", "more", `and ${NUMBER.format(n - nShown)} more`, list);
  };

  const drawLast = (last) => {
    const element = find(".last");
    element.hidden = !last;
    if (!last) return;
    const when = new Date(last.ended_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const changedToo = last.n_changed ? `, ${NUMBER.format(last.n_changed)} changed` : "";
    find(".last p").textContent = `The last import, at ${when}: ${count(last.n_added, "paper")} added${changedToo}.`;
    find(".last button").dataset.job = last.job;
  };

  Object.assign(window.citewise.adding, {
    root,
    find,
    step,
    problem,
    doing,
    drawFiles,
    drawReady,
    drawPreview,
    drawReport,
    drawUndone,
    drawLast,
  });
})();
