/* Which part of the map is seen: the map is 1 by 1, the window so many pixels. */
(() => {
  "use strict";

  const lib = (window.citewiseMap ??= {});
  const MAX_ZOOM = 24;
  const PAD = 30; // pixels between the outermost points and the edge
  const TOOLS = 24; // more above, where the tools are
  const MAX_STRETCH = 1.5; // the axes of the map mean nothing: it may fill a window that is wider
  const WHOLE = { zoom: 1, x: 0.5, y: 0.5 };

  lib.cameraOf = (shape) => {
    const camera = {
      ...WHOLE, // x, y: what of the map is in the middle of the window
      whole: WHOLE,
      size: { width: 1, height: 1 },

      scales() {
        const width = Math.max(camera.size.width - 2 * PAD, 1);
        const height = Math.max(camera.size.height - 2 * PAD - TOOLS, 1);
        return [
          Math.min(width, (height / shape) * MAX_STRETCH) * camera.zoom,
          Math.min(height, width * shape * MAX_STRETCH) * camera.zoom,
        ];
      },

      toPixels(x, y) {
        const [sx, sy] = camera.scales();
        const { width, height } = camera.size;
        return [width / 2 + (x - camera.x) * sx, (height + TOOLS) / 2 + (y - camera.y) * sy];
      },

      toMap([px, py]) {
        const [sx, sy] = camera.scales();
        const { width, height } = camera.size;
        return [camera.x + (px - width / 2) / sx, camera.y + (py - (height + TOOLS) / 2) / sy];
      },

      // The middle stays so near to the map that its edge does not leave the window's.
      look({ zoom = camera.zoom, x = camera.x, y = camera.y }) {
        camera.zoom = Math.min(Math.max(zoom, 1), MAX_ZOOM);
        const least = 0.5 / camera.zoom;
        camera.x = Math.min(Math.max(x, least), 1 - least);
        camera.y = Math.min(Math.max(y, least), 1 - least);
      },

      zoomAt(pixel, factor) {
        const before = camera.toMap(pixel);
        camera.zoom = Math.min(Math.max(camera.zoom * factor, 1), MAX_ZOOM);
        const after = camera.toMap(pixel);
        camera.look({ x: camera.x + before[0] - after[0], y: camera.y + before[1] - after[1] });
      },

      moveBy(dx, dy) {
        const [sx, sy] = camera.scales();
        camera.look({ x: camera.x - dx / sx, y: camera.y - dy / sy });
      },
    };
    return camera;
  };
})();
