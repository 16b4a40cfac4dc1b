// The frame: panes that are shown and hidden on small screens, light and dark. Listeners sit on the
// document, because Gradio draws the page after this script ran.
(() => {
  "use strict";

  const root = document.documentElement;
  const THEME_KEY = "citewise-theme";

  const showPane = (name, shown) => root.classList.toggle(`show-${name}`, shown);

  /* Theme -------------------------------------------------------------------------------- */

  const askedByUrl = () => new URLSearchParams(location.search).has("__theme");

  const switchTheme = () => {
    const dark = !document.body.classList.contains("dark");
    localStorage.setItem(THEME_KEY, dark ? "dark" : "light");
    document.body.classList.toggle("dark", dark);
  };

  const restoreTheme = () => {
    const kept = localStorage.getItem(THEME_KEY);
    if (kept && !askedByUrl()) document.body.classList.toggle("dark", kept === "dark");
  };

  // Gradio sets the system's theme whenever it pleases, also after the page has loaded.
  const keepTheme = () => {
    restoreTheme();
    const changes = { attributes: true, attributeFilter: ["class"] };
    new MutationObserver(restoreTheme).observe(document.body, changes);
  };

  /* Listening ---------------------------------------------------------------------------- */

  document.addEventListener(
    "click",
    (event) => {
      const toggle = event.target.closest("[data-toggle]");
      if (toggle) {
        showPane(toggle.dataset.toggle, !root.classList.contains(`show-${toggle.dataset.toggle}`));
      } else if (event.target.closest("[data-switch-theme]")) {
        switchTheme();
      } else if (event.target.closest("#middle, #new-chat")) {
        showPane("sidebar", false);
      }
    },
    true,
  );

  // Papers came or went: the years and the example questions are those of the library as it is now.
  document.addEventListener("citewise:library", () => document.getElementById("refresh")?.click());

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", keepTheme);
  } else {
    keepTheme();
  }
})();
