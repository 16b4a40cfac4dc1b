/* The points of a map: where they are, what is near a place or inside an outline. */
(() => {
  "use strict";

  const lib = (window.citewiseMap ??= {});
  const CELLS = 64; // a side of the grid that `nearest` looks through

  lib.pointsOf = (map) => {
    // The map is as wide as its points: what other papers had is left out.
    const [left, width] = extent(map.x);
    const [top, height] = extent(map.y);
    const across = (x) => (x - left) / width;
    const down = (y) => (y - top) / height;
    const xs = Float32Array.from(map.x, across);
    const ys = Float32Array.from(map.y, down);
    const byTheme = map.themes.map(() => []);
    map.theme_of.forEach((theme, at) => byTheme[theme].push(at));
    const cells = Array.from({ length: CELLS * CELLS }, () => []);
    for (let at = 0; at < xs.length; at++) cells[cell(xs[at]) * CELLS + cell(ys[at])].push(at);
    const themes = map.themes.map((theme) => [across(theme.x), down(theme.y)]);

    return {
      xs,
      ys,
      byTheme,
      themes, // where the name of each belongs
      shape: height / width,

      // The point nearest to a place, of those that `isShown`, within `reach` pixels; -1 for none.
      nearest([x, y], [sx, sy], reach, isShown) {
        let best = -1;
        let least = reach * reach;
        for (let c = cell(x - reach / sx); c <= cell(x + reach / sx); c++) {
          for (let r = cell(y - reach / sy); r <= cell(y + reach / sy); r++) {
            for (const at of cells[c * CELLS + r]) {
              const distance = ((xs[at] - x) * sx) ** 2 + ((ys[at] - y) * sy) ** 2;
              if (distance < least && isShown(at)) [best, least] = [at, distance];
            }
          }
        }
        return best;
      },

      inside(outline) {
        return [...xs.keys()].filter((at) => isInside(outline, xs[at], ys[at]));
      },
    };
  };

  function extent(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return high > low ? [low, high - low] : [(values[0] || 0) - 0.5, 1];
  }

  function cell(share) {
    return Math.min(Math.max(Math.floor(share * CELLS), 0), CELLS - 1);
  }

  function isInside(polygon, x, y) {
    let inside = false;
    for (let at = 0, last = polygon.length - 1; at < polygon.length; last = at++) {
      const [ax, ay] = polygon[at];
      const [bx, by] = polygon[last];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  }
})();
