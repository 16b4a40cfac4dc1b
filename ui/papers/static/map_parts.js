/* What stands around the map: the canvas, its tools, the tip, the legend.

   Titles and names are hostile input: they only ever become textContent or canvas text. */
(() => {
  "use strict";

  const lib = (window.citewiseMap ??= {});
  lib.N_COLOURS = 8; // `--theme-0` to `--theme-7`; a theme above them is drawn with squares

  lib.papers = (count) => `${count.toLocaleString("en")} paper${count === 1 ? "" : "s"}`;

  lib.build = (root, map) => {
    const view = make("div", "map-view");
    const canvas = make("canvas");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-roledescription", "map");
    canvas.setAttribute(
      "aria-label",
      `Map of ${lib.papers(map.n_papers)} in ${map.themes.length} themes. Arrow keys move, plus and`
        + " minus zoom, 0 shows all, Escape clears the selection. The list of themes selects too.",
    );
    const tip = make("div", "map-tip");
    tip.append(make("span"), make("small"));
    tip.hidden = true;
    const tools = make("div", "map-tools");
    const lasso = make("button", "", "Select");
    lasso.setAttribute("aria-pressed", "false");
    lasso.title = "Draw around papers (or hold Shift and drag)";
    const zoomOut = named(make("button", "", "−"), "Zoom out");
    const zoomIn = named(make("button", "", "+"), "Zoom in");
    const whole = named(make("button", "", "All"), "All: show the whole map");
    tools.append(lasso, zoomOut, zoomIn, whole);
    view.append(canvas, tip, tools);

    const side = make("div", "map-side");
    const status = make("div", "map-status");
    const count = make("span");
    count.setAttribute("role", "status");
    const clear = named(make("button", "", "Clear"), "Clear the selection");
    clear.hidden = true;
    status.append(count, clear);
    const legend = make("ul", "map-legend");
    legend.setAttribute("aria-label", "Themes");
    const themes = map.themes.map(legendButton);
    themes.forEach((button, at) => {
      const item = make("li");
      item.hidden = !map.themes[at].size;
      item.append(button);
      legend.append(item);
    });
    side.append(status, legend);
    root.classList.add("paper-map");
    root.replaceChildren(view, side);
    return { canvas, tip, tools, lasso, zoomOut, zoomIn, whole, count, clear, themes };
  };

  function legendButton(theme) {
    const button = make("button");
    button.setAttribute("aria-pressed", "false");
    button.title = theme.phrases.join(", ");
    const swatch = make("span", theme.colour < lib.N_COLOURS ? "swatch" : "swatch square");
    swatch.style.background = `var(--theme-${theme.colour % lib.N_COLOURS})`;
    const size = make("span", "size", theme.size.toLocaleString("en"));
    size.append(make("span", "unseen", theme.size === 1 ? " paper" : " papers"));
    button.append(swatch, make("span", "name", theme.name), size);
    return button;
  }

  function make(tag, className = "", text = "") {
    const element = document.createElement(tag);
    if (tag === "button") element.type = "button";
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function named(button, label) {
    button.setAttribute("aria-label", label);
    button.title = label;
    return button;
  }
})();
