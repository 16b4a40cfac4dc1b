// Which view is shown: the chat, the papers, writing, adding papers, the settings. The address keeps
// it (#papers), so that the browser's back button works and a reload stays.
(() => {
  "use strict";

  const root = document.documentElement;
  const VIEWS = ["chat", "papers", "writing", "adding", "settings"];

  const show = (view) => {
    root.dataset.view = view;
    document.querySelectorAll("[data-show-view]").forEach((button) => {
      const current = button.dataset.showView === view;
      button.toggleAttribute("aria-current", current);
      if (current) button.setAttribute("aria-current", "page");
    });
    root.classList.remove("show-sidebar");
    document.dispatchEvent(new CustomEvent("citewise:view", { detail: { view } }));
  };

  const fromAddress = () => {
    const view = location.hash.slice(1);
    return VIEWS.includes(view) && document.querySelector(`[data-show-view="${view}"]`)
      ? view
      : "chat";
  };

  // Gradio's own components hear of a value that a script sets only by an event.
  const setValue = (selector, value) => {
    const field = document.querySelector(`${selector} textarea, ${selector} input`);
    if (!field) return false;
    const type = field.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(type.prototype, "value").set.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  };

  window.citewise = {
    setValue,
    show: (view) => {
      history.pushState(null, "", view === "chat" ? location.pathname : `#${view}`);
      show(view);
    },
  };

  window.addEventListener("popstate", () => show(fromAddress()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show-view]");
    if (button) window.citewise.show(button.dataset.showView);
  });

  // The buttons are drawn by Gradio after this script ran.
  const whenDrawn = new MutationObserver(() => {
    if (!document.querySelector("[data-show-view]")) return;
    whenDrawn.disconnect();
    show(fromAddress());
  });
  whenDrawn.observe(root, { childList: true, subtree: true });
})();
