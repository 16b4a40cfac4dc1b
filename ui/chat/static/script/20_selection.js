// The papers that questions are restricted to: chosen in the Papers view, shown above the
// composer, sent with every question in the hidden field #selection.
(() => {
  "use strict";

  const restrict = (ids, label) => {
    window.citewise.setValue("#selection", ids.length ? JSON.stringify(ids) : "");
    const chip = document.getElementById("restriction");
    if (chip) {
      chip.hidden = !ids.length;
      chip.querySelector(".label").textContent =
        label || (ids.length === 1 ? "Only 1 paper" : `Only ${ids.length.toLocaleString()} papers`);
    }
    document.dispatchEvent(new CustomEvent("citewise:restricted", { detail: { ids } }));
  };

  window.citewise.restrict = restrict;
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-unrestrict]")) restrict([], "");
  });
})();
