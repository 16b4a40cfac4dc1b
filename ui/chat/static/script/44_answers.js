// What a reader can do with an answer or a paper: copy, cite, link to it, say what it is worth.
(() => {
  "use strict";

  const announce = (text) => {
    document.getElementById("announcement").textContent = text;
  };

  const writeClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };

  // Says on the button itself what became of pressing it.
  const say = (button, text) => {
    button.dataset.label ??= button.textContent;
    button.textContent = text;
    announce(text);
    window.setTimeout(() => {
      button.textContent = button.dataset.label;
    }, 1800);
  };

  const copy = async (button, text) => {
    const copied = await writeClipboard(text);
    say(button, copied ? "Copied" : "Copying is not allowed here");
  };

  const element = (name, properties = {}, ...content) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...content);
    return made;
  };

  // One note below an answer at a time; a new one takes its place.
  const noteBelow = (exchange, note) => {
    exchange.querySelector(".note")?.remove();
    exchange.querySelector(".footer").after(note);
  };

  /* Links -------------------------------------------------------------------------------- */

  const linkPath = (exchange) => `/chat/exchanges/${exchange.dataset.kept}/link`;

  const makeLink = async (button, exchange) => {
    const { token } = await window.citewise.request(linkPath(exchange), { method: "PUT" });
    const address = new URL(location.pathname, location.href);
    address.searchParams.set("answer", token);
    const copied = await writeClipboard(address.href);
    if (copied) say(button, "Link copied");
    const shown = element("input", { readOnly: true, value: address.href });
    shown.setAttribute("aria-label", "Link to this answer");
    const back = element("button", { type: "button", textContent: "Take the link back" });
    back.dataset.action = "unlink";
    const told = element("p", {}, "Whoever has this link can read this one answer. ", back);
    noteBelow(exchange, element("div", { className: "note" }, shown, told));
    if (!copied) shown.select();
  };

  const takeLinkBack = async (exchange) => {
    await window.citewise.request(linkPath(exchange), { method: "DELETE" });
    noteBelow(exchange, element("p", { className: "note" }, "The link leads nowhere now."));
  };

  /* Feedback ----------------------------------------------------------------------------- */

  const rate = (exchange, thumb, comment = "") =>
    window.citewise.request(`/chat/exchanges/${exchange.dataset.kept}/feedback`, {
      method: "PUT",
      body: { thumb, comment },
    });

  const press = async (button, exchange) => {
    const isPressed = button.getAttribute("aria-pressed") === "true";
    const thumb = isPressed ? null : button.dataset.thumb;
    await rate(exchange, thumb);
    exchange.querySelectorAll(".thumb").forEach((other) => {
      other.setAttribute("aria-pressed", String(!isPressed && other === button));
    });
    if (thumb) noteBelow(exchange, commentForm(exchange, thumb));
    else exchange.querySelector(".note")?.remove();
    announce(thumb ? "Noted. You can add a comment." : "Taken back.");
  };

  const commentForm = (exchange, thumb) => {
    const wish = thumb === "up" ? "What was good about it?" : "What was wrong with it?";
    const text = element("textarea", { rows: 2, maxLength: 2000, placeholder: `${wish} (optional)` });
    text.setAttribute("aria-label", wish);
    const send = element("button", { type: "submit", textContent: "Send" });
    const leave = element("button", { type: "button", textContent: "No comment" });
    const form = element("form", { className: "note comment" }, text, send, leave);
    leave.addEventListener("click", () => form.remove());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await attempt(form, async () => {
        if (text.value.trim()) await rate(exchange, thumb, text.value);
        noteBelow(exchange, element("p", { className: "note" }, "Thank you. It is kept with the library."));
      });
    });
    return form;
  };

  /* Listening ---------------------------------------------------------------------------- */

  // A failure is told where it happened.
  const attempt = async (place, act) => {
    try {
      await act();
    } catch (error) {
      const note = element("p", { className: "note failed" }, error.message);
      place.closest(".exchange")?.querySelector(".note")?.remove();
      place.closest(".exchange")?.querySelector(".footer").after(note);
      announce(error.message);
    }
  };

  const ACTIONS = {
    copy: (button, exchange) => copy(button, exchange.querySelector(".reply").dataset.copy),
    cite: (button) => copy(button, button.dataset.bibtex),
    sources: (button) => {
      const section = document.getElementById(`sources-${button.dataset.sources}`);
      if (section) window.citewise.showSection(section);
    },
    link: makeLink,
    unlink: (_button, exchange) => takeLinkBack(exchange),
    thumb: press,
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    const act = button && ACTIONS[button.dataset.action];
    if (act) attempt(button, () => act(button, button.closest(".exchange")));
  });

  Object.assign(window.citewise, { announce, copy });
})();
