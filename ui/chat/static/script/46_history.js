// The conversations of this browser: found, opened, renamed, downloaded, deleted.
(() => {
  "use strict";

  const part = (selector) => document.querySelector(`#history ${selector}`);
  const ONE_DAY = 86_400_000;
  let offset = 0;
  let asked = 0; // a slow answer to an earlier search is dropped
  let opened = ""; // the conversation whose actions are shown

  const element = (name, properties = {}, ...content) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...content);
    return made;
  };

  const pathOf = (id) => `/chat/conversations/${encodeURIComponent(id)}`;

  /* The list ----------------------------------------------------------------------------- */

  const groupOf = (updated) => {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const time = new Date(updated).getTime();
    if (time >= midnight) return "Today";
    if (time >= midnight - ONE_DAY) return "Yesterday";
    return time >= midnight - 6 * ONE_DAY ? "This week" : "Earlier";
  };

  const row = ({ id, title, updated, questions }) => {
    const open = element("button", { type: "button", className: "open", title }, title);
    const more = element("button", { type: "button", className: "more-button" });
    more.setAttribute("aria-label", `Actions for ${title}`);
    more.setAttribute("aria-expanded", "false");
    const made = element("li", { className: "conversation" }, open, more);
    Object.assign(made.dataset, { id, title, group: groupOf(updated), questions });
    if (id === window.citewise.conversation()) open.setAttribute("aria-current", "true");
    return made;
  };

  // The name of a group of days stands above its first conversation.
  const withGroups = (list) => {
    let group = "";
    list.querySelectorAll(".group").forEach((name) => name.remove());
    list.querySelectorAll(".conversation").forEach((each) => {
      if (each.dataset.group !== group) {
        group = each.dataset.group;
        each.before(element("li", { className: "group" }, group));
      }
    });
  };

  const load = async ({ further = false } = {}) => {
    const query = part("input")?.value.trim() ?? "";
    const number = ++asked;
    const from = further ? offset : 0;
    const search = new URLSearchParams({ query, offset: from });
    let found;
    try {
      found = await window.citewise.request(`/chat/conversations?${search}`);
    } catch {
      return; // without a history the chat is as good
    }
    if (number !== asked) return;
    draw(found, { further, query });
  };

  const draw = ({ conversations, more }, { further, query }) => {
    const list = part("ul");
    if (!further) list.replaceChildren();
    list.append(...conversations.map(row));
    withGroups(list);
    offset = list.querySelectorAll(".conversation").length;
    part(".more").hidden = !more;
    part(".none").hidden = Boolean(offset) || !query;
    part(".history").hidden = !offset && !query;
    expand(list.querySelector(`[data-id="${CSS.escape(opened)}"]`));
  };

  /* One conversation --------------------------------------------------------------------- */

  const expand = (line) => {
    document.querySelectorAll("#history .actions").forEach((other) => other.remove());
    document
      .querySelectorAll("#history .more-button")
      .forEach((button) => button.setAttribute("aria-expanded", "false"));
    opened = line?.dataset.id ?? "";
    if (!line) return;
    line.querySelector(".more-button").setAttribute("aria-expanded", "true");
    const button = (does, label, name = label) => {
      const made = element("button", { type: "button" }, label);
      made.setAttribute("aria-label", name);
      made.dataset.does = does;
      return made;
    };
    line.append(
      element(
        "div",
        { className: "actions" },
        button("rename", "Rename"),
        button("delete", "Delete"),
        button("markdown", "↓ Markdown", "Save as Markdown"),
        button("json", "↓ JSON", "Save as JSON"),
      ),
    );
  };

  const open = (line) => {
    window.citewise.show("chat");
    document.documentElement.classList.remove("show-sidebar");
    const { id } = line.dataset;
    window.citewise.send("opened", id);
  };

  const rename = (line) => {
    const { title } = line.dataset;
    const field = element("input", { value: title, maxLength: 200, className: "title" });
    field.setAttribute("aria-label", "New title");
    line.querySelector(".open").replaceWith(field);
    field.select();
    let isOver = false;
    const finish = async (isKept) => {
      if (isOver) return;
      isOver = true;
      if (isKept && field.value.trim() !== title) {
        const body = { title: field.value };
        await attempt(() =>
          window.citewise.request(pathOf(line.dataset.id), { method: "PATCH", body }),
        );
      }
      opened = "";
      await load();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") finish(true);
      if (event.key === "Escape") finish(false);
      event.stopPropagation();
    });
    field.addEventListener("blur", () => finish(true));
    field.focus();
  };

  const download = async (line, form, ending) => {
    const path = `${pathOf(line.dataset.id)}/export?form=${form}`;
    const content = await window.citewise.request(path);
    const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
    const name = line.dataset.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    saveFile(`${name || "conversation"}.${ending}`, text);
    expand(null);
  };

  const saveFile = (name, text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    element("a", { href: address, download: name }).click();
    window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };

  const confirmDeletion = (line) => {
    const sure = element("button", { type: "button", className: "sure" }, "Delete");
    sure.dataset.does = "delete-now";
    const keep = element("button", { type: "button" }, "Keep");
    keep.dataset.does = "keep";
    line.querySelector(".actions").replaceChildren(element("span", {}, "For good?"), sure, keep);
    keep.focus();
  };

  const remove = async (line) => {
    const { id, title } = line.dataset;
    await window.citewise.request(pathOf(id), { method: "DELETE" });
    window.citewise.announce(`Deleted: ${title}`);
    opened = "";
    if (id === window.citewise.conversation()) document.getElementById("new-chat").click();
    await load();
  };

  const DOES = {
    rename,
    markdown: (line) => download(line, "markdown", "md"),
    json: (line) => download(line, "json", "json"),
    delete: confirmDeletion,
    "delete-now": remove,
    keep: (line) => expand(line),
  };

  const attempt = async (act) => {
    try {
      await act();
    } catch (error) {
      window.citewise.announce(error.message);
      const note = element("p", { className: "failed" }, error.message);
      part("ul").before(note);
      window.setTimeout(() => note.remove(), 5_000);
    }
  };

  /* Listening ---------------------------------------------------------------------------- */

  document.addEventListener("click", (event) => {
    const line = event.target.closest("#history .conversation");
    const does = DOES[event.target.closest("[data-does]")?.dataset.does];
    if (event.target.closest("#history .more")) load({ further: true });
    else if (!line) return;
    else if (does) attempt(() => does(line));
    else if (event.target.closest(".open")) open(line);
    else if (event.target.closest(".more-button")) expand(line.dataset.id === opened ? null : line);
  });

  let typing = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#history .search")) return;
    window.clearTimeout(typing);
    typing = window.setTimeout(load, 150);
  });

  document.addEventListener("citewise:conversation", () => {
    if (!document.querySelector("#history input.title")) load();
  });

  const closeHistoryActions = () => {
    if (!opened) return false;
    expand(null);
    return true;
  };

  Object.assign(window.citewise, { closeHistoryActions, saveFile });
})();
