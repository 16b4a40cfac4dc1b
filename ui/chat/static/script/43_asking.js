// Other ways to a question than writing one: a suggestion, the last question again or changed, and
// a question about one paper.
(() => {
  "use strict";

  const root = document.documentElement;
  const field = () => document.querySelector("#composer textarea");

  const ask = (question) => {
    if (root.hasAttribute("data-growing")) return;
    window.citewise.send("again", question);
  };

  const write = (text) => {
    window.citewise.setValue("#composer", text);
    field().focus();
    field().setSelectionRange(text.length, text.length);
  };

  const questionOf = (exchange) => exchange.querySelector(".question").textContent;

  const retry = (exchange) => {
    stopEditing();
    window.citewise.replacing(Number(exchange.dataset.number));
    ask(questionOf(exchange));
  };

  const edit = (exchange) => {
    if (!exchange || root.hasAttribute("data-growing")) return false;
    window.citewise.replacing(Number(exchange.dataset.number));
    document.getElementById("editing").hidden = false;
    write(questionOf(exchange));
    return true;
  };

  const stopEditing = () => {
    const note = document.getElementById("editing");
    if (!note || note.hidden) return false;
    note.hidden = true;
    window.citewise.replacing(0);
    return true;
  };

  const cancelEditing = () => {
    if (!stopEditing()) return false;
    write("");
    return true;
  };

  const askAboutPaper = (button) => {
    const { short } = button.closest(".card").dataset;
    root.classList.remove("show-sources");
    if (root.dataset.view !== "chat") window.citewise.show("chat");
    window.citewise.restrict([button.dataset.paper], `Only: ${short}`);
    field().focus();
  };

  Object.assign(window.citewise, { editLast: () => edit(window.citewise.lastExchange()) });
  Object.assign(window.citewise, { cancelEditing, focusComposer: () => field()?.focus() });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-ask], [data-action], [data-cancel-editing]");
    if (!target) return;
    const exchange = target.closest(".exchange");
    if (target.matches("[data-ask]")) ask(target.textContent);
    else if (target.matches("[data-cancel-editing]")) cancelEditing();
    else if (target.dataset.action === "retry") retry(exchange);
    else if (target.dataset.action === "edit") edit(exchange);
    else if (target.dataset.action === "ask-paper") askAboutPaper(target);
  });

  // Once the changed question is sent, or another conversation is shown, nothing is edited any more.
  new MutationObserver(() => {
    const note = document.getElementById("editing");
    if (note && root.hasAttribute("data-growing")) note.hidden = true;
  }).observe(root, { attributes: true, attributeFilter: ["data-growing"] });
  document.addEventListener("citewise:conversation", (event) => {
    if (event.detail.isOther) stopEditing();
  });
})();
