/* Points, names, the outline being drawn: all that is on the canvas. */
(() => {
  "use strict";

  const lib = (window.citewiseMap ??= {});
  const DIMMED = 0.13;
  const NARROW = 480; // pixels
  const FEW_POINTS = 400; // that names keep off; of more no place is free

  lib.painterOf = (root, canvas, tools, map, points) => {
    const context = canvas.getContext("2d", { alpha: false });
    const n = map.ids.length;
    let size = { width: 0, height: 0, ratio: 1 };
    let style = null;
    let raster = null;

    function paint(camera, { selected, chosen, hovered, lasso }) {
      if (!size.width) return;
      style ||= readStyle(root);
      raster ||= lib.rasterOf(context, size.ratio, style.ground);
      const r = radius(camera);
      raster.clear();
      if (selected) paintPoints(camera, r, (at) => !selected[at], DIMMED);
      paintPoints(camera, r, selected ? (at) => selected[at] : null, 1);
      raster.show();
      context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
      paintNames(camera, r, chosen);
      if (hovered >= 0) paintRing(camera.toPixels(points.xs[hovered], points.ys[hovered]), r + 3);
      if (lasso) paintLasso(lasso);
    }

    function paintPoints(camera, r, isShown, share) {
      const [left, top] = camera.toPixels(0, 0).map((at) => at * size.ratio);
      const [sx, sy] = camera.scales().map((scale) => scale * size.ratio);
      const { xs, ys, byTheme } = points;
      byTheme.forEach((places, theme) => {
        const { colour } = map.themes[theme];
        const sprite = raster.spriteOf(`${colour} ${r.toFixed(1)}`, r, (pen) => dot(pen, colour, r));
        for (const at of places) {
          if (!isShown || isShown(at)) raster.set(sprite, left + xs[at] * sx, top + ys[at] * sy, share);
        }
      });
    }

    function dot(pen, colour, r) {
      pen.beginPath();
      if (colour < lib.N_COLOURS) pen.arc(0, 0, r, 0, 2 * Math.PI);
      else pen.rect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76);
      pen.fillStyle = style.colours[colour % lib.N_COLOURS];
      pen.fill();
      pen.lineWidth = r > 3 ? 1 : 0.5;
      pen.strokeStyle = style.ground;
      pen.stroke();
    }

    function paintNames(camera, r, chosen) {
      const isNarrow = size.width < NARROW;
      const height = isNarrow ? 11 : 13;
      context.font = `600 ${height}px ${style.font}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      const shown = map.themes
        .map((theme, at) => ({ theme, at }))
        .filter(({ theme, at }) => theme.size && (!chosen.size || chosen.has(at)));
      const names = shown.map(({ theme, at }) => {
        const lines = lib.wrapped(theme.name, isNarrow ? 14 : 20);
        const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 8;
        const [x, y] = camera.toPixels(...points.themes[at]);
        return { lines, x, y, width, height: lines.length * (height + 3) + 2 };
      });
      for (const { lines, box } of lib.placeLabels(names, size, [toolsBox()], dots(camera, r))) {
        lines.forEach((line, row) => {
          const [x, y] = [box.x + box.width / 2, box.y + 1 + (row + 0.5) * (height + 3)];
          context.lineWidth = 4;
          context.strokeStyle = style.ground;
          context.strokeText(line, x, y);
          context.fillStyle = style.ink;
          context.fillText(line, x, y);
        });
      }
    }

    function dots(camera, r) {
      if (n > FEW_POINTS) return [];
      return Array.from(points.xs, (x, at) => [...camera.toPixels(x, points.ys[at]), r]);
    }

    function paintRing([x, y], r) {
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.strokeStyle = style.ink;
      context.stroke();
    }

    function paintLasso(outline) {
      context.beginPath();
      outline.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.closePath();
      context.globalAlpha = 0.12;
      context.fillStyle = style.accent;
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = 1.5;
      context.strokeStyle = style.accent;
      context.stroke();
    }

    function radius(camera) {
      const base = Math.min(Math.max(70 / Math.sqrt(n + 1), 2.1), 7);
      const small = Math.min(Math.max(Math.min(size.width, size.height) / 420, 0.75), 1);
      return Math.min(base * small * camera.zoom ** 0.45, 9);
    }

    function toolsBox() {
      const { offsetLeft, offsetWidth, offsetHeight } = tools;
      return { x: offsetLeft - 6, y: 0, width: offsetWidth + 20, height: offsetHeight + 16 };
    }

    return {
      paint,
      radius,
      restyle() {
        style = raster = null;
      },
      resize() {
        const { clientWidth: width, clientHeight: height } = canvas;
        size = { width, height, ratio: window.devicePixelRatio || 1 };
        canvas.width = Math.round(width * size.ratio);
        canvas.height = Math.round(height * size.ratio);
        style = raster = null;
        return size;
      },
    };
  };

  function readStyle(root) {
    const computed = getComputedStyle(root);
    const read = (name) => computed.getPropertyValue(name).trim();
    return {
      ink: read("--map-ink"),
      accent: read("--map-accent"),
      ground: read("--map-ground"),
      font: computed.fontFamily,
      colours: Array.from({ length: lib.N_COLOURS }, (_, at) => read(`--theme-${at}`)),
    };
  }
})();
