/* The map of the collection on a canvas. Plain JavaScript, nothing fetched.

   citewiseMap.mount(element, payload) draws what `ui.papers.map_payload` gave into an element and
   returns {select(ids), clear(), destroy()}. The element dispatches, and they bubble:
     citewise:select  {ids, themes}  papers drawn around, or of the themes chosen; both empty when the
                                     selection is cleared. `themes` counts the payload's; none for a
                                     region. Of more than 10,000 papers `ids` has those that are shown
     citewise:open    {id}           a point was clicked */
(() => {
  "use strict";

  const lib = (window.citewiseMap ??= {});
  const REACH = 14; // pixels around a pointer
  const STILL = 4; // pixels a click may move
  const MOMENT = 220; // milliseconds

  lib.mount = (root, payload) => {
    const map = typeof payload === "string" ? JSON.parse(payload) : payload;
    const parts = lib.build(root, map);
    const { canvas, tip } = parts;
    const points = lib.pointsOf(map);
    const camera = lib.cameraOf(points.shape);
    const painter = lib.painterOf(root, canvas, parts.tools, map, points);
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const pointers = new Map();
    const state = { selected: null, chosen: new Set(), hovered: -1, lasso: null };
    let hasMoved = false;
    let frame = 0;
    let animation = 0;

    function draw() {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        painter.paint(camera, state);
      });
      const isHeld = camera.zoom > 1 || isSelecting();
      canvas.style.touchAction = isHeld ? "none" : "pan-y"; // a phone's page scrolls past the map
    }

    function glide(target) {
      cancelAnimationFrame(animation);
      const { zoom, x, y } = camera;
      const start = performance.now();
      const step = (now) => {
        const share = calm.matches ? 1 : Math.min(Math.max(now - start, 0) / MOMENT, 1);
        const to = (from, end) => from + (end - from) * (1 - (1 - share) ** 3);
        camera.look({ zoom: to(zoom, target.zoom), x: to(x, target.x), y: to(y, target.y) });
        draw();
        if (share < 1) animation = requestAnimationFrame(step);
      };
      hideTip();
      animation = requestAnimationFrame(step);
    }

    // Choosing ----------------------------------------------------------------------------------

    function setSelected(places, themes, { isTold = true } = {}) {
      const { selected: before } = state;
      state.chosen = new Set(themes);
      state.selected = places.length || themes.length ? new Uint8Array(map.ids.length) : null;
      for (const at of places) state.selected[at] = 1;
      parts.themes.forEach((button, at) => {
        button.setAttribute("aria-pressed", String(state.chosen.has(at)));
      });
      const n_of_themes = themes.reduce((sum, theme) => sum + map.themes[theme].size, 0);
      const count = (themes.length ? n_of_themes : places.length).toLocaleString("en");
      parts.count.textContent = state.selected
        ? `${count} of ${lib.papers(map.n_papers)} selected`
        : lib.papers(map.n_papers);
      parts.clear.hidden = !state.selected;
      hideTip();
      if (isTold && (before || state.selected)) {
        tell("citewise:select", { ids: places.map((at) => map.ids[at]), themes: [...themes] });
      }
    }

    function toggleTheme(theme) {
      const themes = new Set(state.chosen);
      if (!themes.delete(theme)) themes.add(theme);
      setSelected([...themes].flatMap((each) => points.byTheme[each]), [...themes]);
    }

    function tell(name, detail) {
      root.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
    }

    function isSelecting() {
      return parts.lasso.getAttribute("aria-pressed") === "true";
    }

    // The tip -----------------------------------------------------------------------------------

    function hover(pixel) {
      const reach = Math.max(REACH, painter.radius(camera) + 4);
      const isShown = (at) => !state.selected || state.selected[at];
      const at = points.nearest(camera.toMap(pixel), camera.scales(), reach, isShown);
      if (at === state.hovered) return;
      if (at < 0) return hideTip();
      state.hovered = at;
      canvas.classList.add("over");
      showTip(at);
      draw();
    }

    function showTip(at) {
      const theme = map.themes[map.theme_of[at]];
      tip.hidden = false;
      tip.firstChild.textContent = map.titles[at];
      tip.lastChild.textContent = [theme.name, map.years[at]].filter(Boolean).join(" · ");
      const [x, y] = camera.toPixels(points.xs[at], points.ys[at]);
      const { width, height } = camera.size;
      const { offsetWidth, offsetHeight } = tip;
      const left = x + 14 + offsetWidth > width ? x - 14 - offsetWidth : x + 14;
      const top = Math.min(Math.max(y - offsetHeight / 2, 4), height - offsetHeight - 4);
      tip.style.transform = `translate(${Math.round(Math.max(left, 4))}px, ${Math.round(top)}px)`;
    }

    function hideTip() {
      state.hovered = -1;
      tip.hidden = true;
      canvas.classList.remove("over");
      draw();
    }

    // Hands -------------------------------------------------------------------------------------

    function pixelOf(event) {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    }

    function onDown(event) {
      if (event.button) return;
      cancelAnimationFrame(animation);
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, pixelOf(event));
      hasMoved = pointers.size > 1;
      const draws = pointers.size === 1 && (event.shiftKey || isSelecting());
      state.lasso = draws ? [pixelOf(event)] : null;
      canvas.classList.toggle("dragging", !draws);
    }

    function onMove(event) {
      const now = pixelOf(event);
      const before = pointers.get(event.pointerId);
      if (!before) return hover(now);
      const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
      if (!hasMoved && Math.hypot(dx, dy) < STILL) return;
      hasMoved = true;
      if (state.lasso) state.lasso.push(now);
      else if (pointers.size === 2) pinch(event.pointerId, before, now);
      else camera.moveBy(dx, dy);
      pointers.set(event.pointerId, now);
      hideTip();
    }

    function pinch(id, before, now) {
      const other = [...pointers].find(([key]) => key !== id)[1];
      const spread = (at) => Math.max(Math.hypot(at[0] - other[0], at[1] - other[1]), 1);
      const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
      camera.zoomAt(middle, spread(now) / spread(before));
    }

    function onUp(event) {
      if (!pointers.delete(event.pointerId)) return;
      canvas.classList.remove("dragging");
      const { lasso } = state;
      state.lasso = null;
      draw();
      if (event.type === "pointercancel") return;
      if (lasso && hasMoved) setSelected(points.inside(lasso.map(camera.toMap)), []);
      else if (!hasMoved && !pointers.size) click(pixelOf(event));
    }

    function click(pixel) {
      hover(pixel);
      if (state.hovered >= 0) tell("citewise:open", { id: map.ids[state.hovered] });
      else setSelected([], []);
    }

    function onWheel(event) {
      const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0018));
      if (factor < 1 && camera.zoom === 1) return; // the page may scroll on
      event.preventDefault();
      camera.zoomAt(pixelOf(event), factor);
      hideTip();
    }

    const zoomBy = (factor) => glide({ ...camera, zoom: camera.zoom * factor });
    const moveBy = (across, down) => {
      camera.moveBy(-across * 60, -down * 60);
      hideTip();
    };
    const keys = {
      ArrowLeft: () => moveBy(-1, 0),
      ArrowRight: () => moveBy(1, 0),
      ArrowUp: () => moveBy(0, -1),
      ArrowDown: () => moveBy(0, 1),
      "+": () => zoomBy(1.5),
      "=": () => zoomBy(1.5),
      "-": () => zoomBy(1 / 1.5),
      0: () => glide(camera.whole),
    };

    function onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key]();
    }

    function onEscape(event) {
      if (event.key !== "Escape" || !state.selected) return;
      event.stopPropagation();
      setSelected([], []);
    }

    function resize() {
      camera.size = painter.resize();
      painter.paint(camera, state); // at once: a resized canvas is empty
    }

    function restyle() {
      painter.restyle();
      draw();
    }

    canvas.addEventListener("pointerdown", onDown);
    canvas.addEventListener("pointermove", onMove);
    canvas.addEventListener("pointerup", onUp);
    canvas.addEventListener("pointercancel", onUp);
    canvas.addEventListener("pointerleave", () => pointers.size || hideTip());
    canvas.addEventListener("wheel", onWheel, { passive: false });
    canvas.addEventListener("keydown", onKey);
    root.addEventListener("keydown", onEscape);
    parts.zoomIn.addEventListener("click", () => zoomBy(1.6));
    parts.zoomOut.addEventListener("click", () => zoomBy(1 / 1.6));
    parts.whole.addEventListener("click", () => glide(camera.whole));
    parts.clear.addEventListener("click", () => {
      setSelected([], []);
      canvas.focus();
    });
    parts.lasso.addEventListener("click", () => {
      parts.lasso.setAttribute("aria-pressed", String(!isSelecting()));
      canvas.classList.toggle("selecting", isSelecting());
      draw();
    });
    parts.themes.forEach((button, at) => button.addEventListener("click", () => toggleTheme(at)));

    const resizing = new ResizeObserver(resize);
    resizing.observe(canvas);
    const themed = new MutationObserver(restyle);
    for (const each of [document.documentElement, document.body]) {
      themed.observe(each, { attributeFilter: ["class", "data-theme"] });
    }
    dark.addEventListener("change", restyle);
    document.fonts?.ready.then(draw);
    setSelected([], []);
    resize();

    return {
      select(ids) {
        const wanted = new Set(ids);
        const places = [...map.ids.keys()].filter((at) => wanted.has(map.ids[at]));
        setSelected(places, [], { isTold: false });
      },
      clear: () => setSelected([], [], { isTold: false }),
      destroy() {
        resizing.disconnect();
        themed.disconnect();
        dark.removeEventListener("change", restyle);
        root.removeEventListener("keydown", onEscape);
        cancelAnimationFrame(frame);
        cancelAnimationFrame(animation);
        root.replaceChildren();
      },
    };
  };
})();
