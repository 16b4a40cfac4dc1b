// What the page does by itself: lead from a marker to its source, show and hide panes on small
// screens, copy an answer, switch between light and dark. Listeners sit on the document, because
// Gradio draws the page anew as the answer grows.
(() => {
  "use strict";

  const root = document.documentElement;
  const SMALL = window.matchMedia("(max-width: 1099px)");
  const THEME_KEY = "citewise-theme";

  /* Sources ------------------------------------------------------------------------------ */

  const showPane = (name, shown) => root.classList.toggle(`show-${name}`, shown);

  const showSection = (section) => {
    document.querySelectorAll("section.sources").forEach((other) => {
      other.classList.toggle("current", other === section);
    });
    if (SMALL.matches) showPane("sources", true);
  };

  const activate = (anchor) => {
    const number = anchor.dataset.number;
    const card = anchor.closest(".card");
    showSection(anchor.closest("section.sources"));
    document
      .querySelectorAll("#sources .active")
      .forEach((element) => element.classList.remove("active"));
    card.classList.add("active");
    card.querySelectorAll("mark").forEach((mark) => {
      mark.classList.toggle("active", mark.dataset.numbers.split(" ").includes(number));
    });
    card.querySelectorAll(".chip").forEach((chip) => {
      chip.classList.toggle("active", chip.hash === `#${anchor.id}`);
    });
    bringIntoView(card, anchor);
  };

  // A card higher than the pane is scrolled to the cited words, any other to its title.
  const bringIntoView = (card, anchor) => {
    const pane = document.getElementById("sources");
    const target = card.offsetHeight > pane.clientHeight ? anchor : card;
    const top = target.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const far = Math.abs(top) > 2 * pane.clientHeight; // gliding past many papers makes one dizzy
    pane.scrollBy({ top: top - 16, behavior: calm || far ? "auto" : "smooth" });
  };

  const markActiveLink = (link) => {
    document
      .querySelectorAll('#chat a[href^="#src-"].active')
      .forEach((other) => other.classList.remove("active"));
    if (link.closest("#chat")) link.classList.add("active");
  };

  const followLink = (link) => {
    const target = document.getElementById(link.hash.slice(1));
    if (link.hash.startsWith("#src-") && target) {
      markActiveLink(link);
      activate(target);
    } else if (link.hash.startsWith("#sources-") && target) {
      showSection(target);
    } else if (link.hash.startsWith("#copy-")) {
      copyAnswer(link);
    }
  };

  /* Copy --------------------------------------------------------------------------------- */

  const copyAnswer = async (link) => {
    const section = document.getElementById(link.hash.replace("#copy-", "sources-"));
    if (!section) return;
    const copied = await writeClipboard(section.dataset.copy);
    link.textContent = copied ? "Copied" : "Copying is not allowed here";
    window.setTimeout(() => {
      link.textContent = "Copy";
    }, 1600);
  };

  const writeClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };

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
      const link = event.target.closest('a[href^="#"]');
      const toggle = event.target.closest("[data-toggle]");
      if (link) {
        event.preventDefault();
        event.stopPropagation();
        followLink(link);
      } else if (toggle) {
        showPane(toggle.dataset.toggle, !root.classList.contains(`show-${toggle.dataset.toggle}`));
      } else if (event.target.closest("[data-switch-theme]")) {
        switchTheme();
      } else if (event.target.closest("#middle, #new-chat")) {
        showPane("sidebar", false);
      }
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") ["sidebar", "sources"].forEach((name) => showPane(name, false));
  });

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", keepTheme);
  } else {
    keepTheme();
  }
})();
