// The chat without a mouse; `static/help.html` tells the keys.
(() => {
  "use strict";

  const root = document.documentElement;
  const PANES = ["sidebar", "sources"];
  const help = () => document.getElementById("help");

  const isTyping = (target) =>
    target.closest?.("input, textarea, select, [contenteditable]") !== null;

  const isInChat = () => (root.dataset.view ?? "chat") === "chat";

  const closePanes = () => {
    const shown = PANES.filter((name) => root.classList.contains(`show-${name}`));
    shown.forEach((name) => root.classList.remove(`show-${name}`));
    return shown.length > 0;
  };

  const stop = () => {
    const button = document.querySelector("#composer .stop-button");
    if (!root.hasAttribute("data-growing") || !button) return false;
    button.click();
    return true;
  };

  // Whatever is on top is closed first; only then is an answer stopped.
  const escape = () =>
    window.citewise.hidePopover() ||
    window.citewise.closeHistoryActions() ||
    closePanes() ||
    (isInChat() ? window.citewise.cancelEditing() || stop() : window.citewise.stopWriting());

  const inComposer = (event) => event.target.matches?.("#composer textarea");

  const KEYS = {
    Escape: () => !help()?.open && escape(),
    "/": (event) => {
      if (isTyping(event.target) || !isInChat()) return false;
      window.citewise.focusComposer();
      return true;
    },
    "?": (event) => {
      if (isTyping(event.target)) return false;
      help().showModal();
      return true;
    },
    Enter: (event) => {
      if (!inComposer(event) || !(event.ctrlKey || event.metaKey)) return false;
      document.querySelector("#composer .submit-button")?.click();
      return true;
    },
    ArrowUp: (event) =>
      inComposer(event) &&
      event.target.value === "" &&
      !window.citewise.isShared &&
      window.citewise.editLast(),
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      if (!KEYS[event.key]?.(event)) return;
      event.preventDefault();
      event.stopPropagation(); // Gradio would send a question a second time
    },
    true,
  );

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-help]")) help().showModal();
    else if (event.target.closest("[data-close-help]") || event.target === help()) help().close();
  });
})();
