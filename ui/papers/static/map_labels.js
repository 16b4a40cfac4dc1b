/* Where the names of themes find room: near their theme, apart from each other, off few points. */
(() => {
  "use strict";

  const lib = (window.citewiseMap ??= {});
  const ROWS = [0, -1, 1, -1.6, 1.6]; // heights and widths of the name
  const COLUMNS = [0, -0.45, 0.45];
  const EDGE = 4;

  // The largest theme comes first; a name that finds no room is left to the legend.
  lib.placeLabels = (names, window_, taken, dots) => {
    const placed = [];
    const all = [...taken];
    for (const name of names) {
      const box = roomFor(name, window_, all, dots);
      if (!box) continue;
      all.push(box);
      placed.push({ ...name, box });
    }
    return placed;
  };

  lib.wrapped = (name, most) => {
    const lines = [""];
    for (const word of name.split(/\s+/)) {
      const line = `${lines.at(-1)} ${word}`.trim();
      if (line.length <= most || !lines.at(-1)) lines[lines.length - 1] = line;
      else lines.push(word);
    }
    return lines;
  };

  function roomFor({ x, y, width, height }, window_, taken, dots) {
    if (x < 0 || y < 0 || x > window_.width || y > window_.height) return null;
    let best = null;
    let least = Infinity;
    for (const row of ROWS) {
      for (const column of COLUMNS) {
        const box = boxAt(x + column * width, y + row * height, width, height, window_);
        if (!box || !taken.every((other) => isApart(box, other))) continue;
        const cost = Math.abs(row) + Math.abs(column) * 1.5 + 3 * covered(box, dots);
        if (cost < least) [best, least] = [box, cost];
      }
    }
    return best;
  }

  function boxAt(x, y, width, height, window_) {
    const left = Math.min(Math.max(x - width / 2, EDGE), window_.width - width - EDGE);
    const top = y - height / 2;
    if (top < EDGE || top + height > window_.height - EDGE) return null;
    return { x: left, y: top, width, height };
  }

  function covered(box, dots) {
    let count = 0;
    for (const [x, y, r] of dots) {
      const isOut = x + r < box.x || x - r > box.x + box.width || y + r < box.y || y - r > box.y + box.height;
      if (!isOut) count++;
    }
    return count;
  }

  function isApart(a, b) {
    return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  }
})();
