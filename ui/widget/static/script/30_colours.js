// The owner's colour, made readable on light and dark (WCAG 2.2, relative luminance and contrast).

const SURFACES = { light: [252, 251, 249], dark: [23, 25, 29] };
const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];
const TEXT_CONTRAST = 5.5;
const SHAPE_CONTRAST = 3;

function parseColour(text) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (!hex) {
    console.warn(`Citewise: data-color ${text} is not of the form #2b5c8a.`);
    return [43, 92, 138];
  }
  const digits = hex[1].length === 3 ? hex[1].replace(/./g, "$&$&") : hex[1];
  return digits.match(/../g).map((pair) => parseInt(pair, 16));
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const mixed = (one, other, share) =>
  one.map((part, n) => Math.round(part + (other[n] - part) * share));

const inkOn = (colour) => (contrast(colour, WHITE) >= contrast(colour, BLACK) ? WHITE : BLACK);

// The colour itself where it can be told from the ground, else the nearest shade that can.
function readable(colour, ground, needed) {
  const end = inkOn(ground);
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mixed(colour, end, share);
    if (contrast(shade, ground) >= needed) return shade;
  }
  return end;
}

function colours(theme) {
  const colour = parseColour(OPTIONS.colour);
  const surface = SURFACES[theme];
  const soft = mixed(surface, colour, 0.12);
  const accent = readable(colour, surface, SHAPE_CONTRAST);
  const named = {
    accent,
    "on-accent": inkOn(accent),
    soft,
    link: readable(colour, soft, TEXT_CONTRAST),
  };
  return Object.entries(named).map(([name, rgb]) => [`--${name}`, `rgb(${rgb.join(" ")})`]);
}
