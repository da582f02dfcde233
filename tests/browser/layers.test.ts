// What comments and panels look like, in ways that hold for any fonts.
import { describe, expect, test } from "vitest";
import { useCanvasPage } from "./canvas-page.js";
import type { CommentLook, CommentPicture, LayersPage, Picture } from "./pages/layers.js";

declare global {
  interface Window {
    layers: LayersPage;
  }
}

const canvas = useCanvasPage("layers.ts");

const paint = (look: CommentLook) => canvas.page.evaluate((each) => window.layers.comment(each), look);

interface Pixel {
  x: number;
  y: number;
  red: number;
  green: number;
  blue: number;
  alpha: number;
}

/** The pixels that show anything. */
function ink({ width, height, pixels }: Picture): Pixel[] {
  const found: Pixel[] = [];
  for (let i = 0; i < width * height; i++) {
    const at = (k: number) => pixels.charCodeAt(4 * i + k);
    if (at(3) < 8) continue;
    found.push({ x: i % width, y: Math.floor(i / width), red: at(0), green: at(1), blue: at(2), alpha: at(3) });
  }
  return found;
}

const solid = (pixels: Pixel[]) => pixels.filter(({ alpha }) => alpha > 200);
const saturated = (pixel: Pixel) =>
  Math.max(pixel.red, pixel.green, pixel.blue) - Math.min(pixel.red, pixel.green, pixel.blue) > 100;
const left = 16;
const lane = 36;

/** Share of the ink in each of ten columns of the comment. */
function columns(picture: CommentPicture): number[] {
  const counts = new Array<number>(10).fill(0);
  const pixels = ink(picture);
  for (const { x } of pixels) {
    const column = Math.floor((10 * (x - left)) / picture.measured);
    if (counts[column] !== undefined) counts[column] += 1 / pixels.length;
  }
  return counts;
}

/** How differently two comments spread their ink; mirrored text does. */
function distance(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0);
}

test("Emoji have their colours", async () => {
  expect(solid(ink(await paint({ text: "🌹" }))).filter(saturated).length).toBeGreaterThan(50);
  expect(solid(ink(await paint({ text: "R" }))).filter(saturated).length).toBe(0);
});

test("The first letter decides where Arabic and Latin stand", async () => {
  // The single Arabic letter has less ink than as much Latin: it shows in the first columns, or in the last.
  const thinSide = async (text: string) => {
    const parts = columns(await paint({ text }));
    return (parts[1] ?? 0) < (parts[8] ?? 0) ? "left" : "right";
  };
  expect(await thinSide("WWWWWW ع")).toBe("right");
  expect(await thinSide("ع WWWWWW")).toBe("right"); // it begins there
  expect(await thinSide("\u200eع WWWWWW")).toBe("left");
});

test("Pictures of an Arabic comment follow each other from the right", async () => {
  const green = (picture: CommentPicture) =>
    ink(picture).filter(({ red, green, blue }) => green > 200 && red < 90 && blue < 90);
  const emotes = { "[rose]": "rose" };
  const arabic = await paint({ text: "[rose] مرحبا بكم", emotes });
  const latin = await paint({ text: "[rose] welcome", emotes });
  expect(Math.min(...green(arabic).map(({ x }) => x))).toBeGreaterThan(left + arabic.measured / 2);
  expect(Math.max(...green(latin).map(({ x }) => x))).toBeLessThan(left + latin.measured / 2);
});

test("A writing direction that one comment overrides does not reach the next", async () => {
  const plain = await paint({ text: ".........WWWW" });
  const after = await paint({ text: ".........WWWW", before: ["\u202eabc", "\u2067עברית", "مرحبا"] });
  const mirrored = await paint({ text: "\u202e.........WWWW" });
  expect(after.pixels.slice(0, plain.pixels.length)).toBe(plain.pixels);
  expect(distance(columns(mirrored), columns(plain))).toBeGreaterThan(0.3);
});

test("An override around a picture ends with its part", async () => {
  const emotes = { "[x]": "x" };
  const plain = await paint({ text: "ooo [x] .........WWWW", emotes });
  const overridden = await paint({ text: "\u202eooo [x] .........WWWW", emotes });
  const half = (picture: CommentPicture) =>
    ink(picture)
      .filter(({ x }) => x > left + 0.6 * picture.measured)
      .map(({ x, y, alpha }) => `${x - picture.measured},${y},${alpha}`);
  expect(half(overridden)).toEqual(half(plain));
});

test("A gradient runs from its first colour on the left to its last on the right", async () => {
  const picture = await paint({ text: "MMMMMMMMMM", style: { gradient: ["#ff0000", "#0000ff"] } });
  const coloured = solid(ink(picture)).filter(saturated);
  const hue = (side: Pixel[]) => side.reduce((sum, { red, blue }) => sum + red - blue, 0) / side.length;
  const middle = left + picture.measured / 2;
  expect(hue(coloured.filter(({ x }) => x < middle))).toBeGreaterThan(60);
  expect(hue(coloured.filter(({ x }) => x > middle))).toBeLessThan(-60);
});

test("A gradient of colours that do not exist still draws the text", async () => {
  expect(ink(await paint({ text: "MMM", style: { gradient: ["nonsense", "more"] } })).length).toBeGreaterThan(50);
});

test("A border is on all four sides", async () => {
  const picture = await paint({ text: "border", style: { border: "#00ff00" } });
  const green = ink(picture).filter(({ red, green, blue }) => green > 150 && red < 90 && blue < 90);
  const from = left;
  const to = left + picture.measured;
  for (const side of [
    green.filter(({ x }) => x < from + 4),
    green.filter(({ x }) => x >= to - 4),
    green.filter(({ y }) => y < lane + 6),
    green.filter(({ y }) => y >= 2 * lane - 6),
  ]) {
    expect(side.length).toBeGreaterThan(8);
  }
});

test("A background is behind all of the comment", async () => {
  const picture = await paint({ text: "ground", style: { background: "#102030" } });
  expect(solid(ink(picture)).length).toBeGreaterThan(0.7 * picture.measured * lane);
});

test("The viewer's own comment has a frame in its colour", async () => {
  const own = await paint({ text: "mine", own: true, color: "#ffd60a" });
  const others = await paint({ text: "mine", color: "#ffd60a" });
  const edge = (picture: CommentPicture) => ink(picture).filter(({ x }) => x < left + 4).length;
  expect(edge(own)).toBeGreaterThan(20);
  expect(edge(others)).toBe(0);
});

test.each(["vip", "host"] as const)("A %s has a tag before the text", async (role) => {
  const tagged = await paint({ text: "word", role });
  const plain = await paint({ text: "word" });
  expect(tagged.measured).toBeGreaterThan(plain.measured + 12);
  const start = ink(tagged).filter(({ x }) => x < left + tagged.measured - plain.measured);
  expect(start.filter(saturated).length).toBeGreaterThan(60);
});

test.each([
  ["one character", "好"],
  ["500 characters", "长".repeat(500)],
  ["nothing at all", ""],
  ["a letter under a heap of marks", `a${"\u0301\u0323\u0300".repeat(60)}b`],
  ["a character that no font has", "\u{10ffff}\u0378"],
])("Ink stays inside the comment's rectangle: %s", async (name, text) => {
  const picture = await paint({ text });
  const pixels = ink(picture);
  if (text) expect(pixels.length).toBeGreaterThan(name.includes("500") ? 10_000 : 20);
  for (const { x, y } of pixels) {
    if (x >= left && x < picture.width - left && y >= lane && y < 2 * lane) continue;
    throw new Error(`ink at ${x}, ${y}`);
  }
});

test("A count is drawn inside the room that is kept for it", async () => {
  const plain = await paint({ text: "again" });
  for (const count of [2, 12, 999, 123_456]) {
    const picture = await paint({ text: "again", count });
    expect(picture.measured).toBe(plain.measured);
    const added = ink(picture).filter(({ x }) => x >= left + picture.measured);
    expect(added.length).toBeGreaterThan(100);
    expect(Math.max(...added.map(({ x }) => x))).toBeLessThan(left + picture.measured + picture.room);
  }
  for (const count of [0, 1]) expect((await paint({ text: "again", count })).pixels).toBe(plain.pixels);
});

test("A size is a factor of the type, up to what the lane holds", async () => {
  const height = (picture: Picture) => {
    const rows = solid(ink(picture)).map(({ y }) => y);
    return Math.max(...rows) - Math.min(...rows);
  };
  const plain = height(await paint({ text: "Hg" }));
  expect(height(await paint({ text: "Hg", size: 0.5 }))).toBeLessThan(0.65 * plain);
  const huge = await paint({ text: "Hg", size: 4 });
  expect(height(huge)).toBeGreaterThan(plain);
  expect(height(huge)).toBeLessThanOrEqual(lane);
});

test("Outline and shadow are dark ink around the letters", async () => {
  const dark = (picture: Picture) => ink(picture).filter(({ red }) => red < 60).length;
  const bare = dark(await paint({ text: "edge", type: { outline: 0 } }));
  const outlined = dark(await paint({ text: "edge" }));
  expect(outlined).toBeGreaterThan(bare + 100);
  expect(dark(await paint({ text: "edge", type: { shadow: 4 } }))).toBeGreaterThan(outlined + 100);
});

test("A line is one line of at most 300 characters as readers count them, without control characters", async () => {
  const lines = await canvas.page.evaluate(
    (texts) => texts.map((text) => window.layers.singleLine(text)),
    [" a\n\tb\u0000\u0007 c ", "👨‍👩‍👧".repeat(301), "é".repeat(300), "x".repeat(5000)],
  );
  expect(lines).toEqual(["a b c", `${"👨‍👩‍👧".repeat(300)}…`, "é".repeat(300), `${"x".repeat(300)}…`]);
});

const geometries = [
  [640, 360, 1],
  [960, 540, 2],
  [1280, 720, 1],
  [1920, 1080, 1],
  [3840, 2160, 1],
  [844, 390, 3],
  [390, 844, 3],
] as const;

describe.each(geometries)("At %i x %i, ratio %i", (width, height, ratio) => {
  const geometry = { width, height, ratio };

  test("panels are inside the picture and apart from each other", async () => {
    const { buy, ...places } = await canvas.page.evaluate((each) => window.layers.places(each), geometry);
    const boxes = Object.entries(places);
    for (const [name, box] of boxes) {
      expect(box.x, name).toBeGreaterThanOrEqual(0);
      expect(box.y, name).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, name).toBeLessThanOrEqual(width);
      expect(box.y + box.height, name).toBeLessThanOrEqual(height);
      for (const [other, { x, y, ...size }] of boxes) {
        if (name >= other) continue;
        const apart =
          x >= box.x + box.width || box.x >= x + size.width || y >= box.y + box.height || box.y >= y + size.height;
        expect(apart, `${name} and ${other}`).toBe(true);
      }
    }
    expect(buy.x + buy.width).toBeLessThan(places.card.width);
    expect(buy.y + buy.height).toBeLessThan(places.card.height);
    expect(Math.min(buy.width, buy.height)).toBeGreaterThanOrEqual(24); // WCAG 2.5.8
  });

  test("panels have the pixels of their places, and a picture on them", async () => {
    const places = await canvas.page.evaluate((each) => window.layers.places(each), geometry);
    for (const [name, place] of [
      ["card", places.card],
      ["gift", places.gift0],
      ["notice", places.notice],
      ["pinned", places.pinned],
    ] as const) {
      const picture = await canvas.page.evaluate(([n, g]) => window.layers.panel(n, g), [name, geometry] as const);
      expect([picture.width, picture.height], name).toEqual([
        Math.round(place.width * ratio),
        Math.round(place.height * ratio),
      ]);
      expect(ink(picture).length, name).toBeGreaterThan(1000);
    }
  });
});

test("A card counts down by the second", async () => {
  const at = (remaining: number) =>
    canvas.page.evaluate(
      (s) => window.layers.panel("card", { width: 960, height: 540, ratio: 1 }, s).pixels,
      remaining,
    );
  expect(await at(42)).toBe(await at(41.2));
  expect(await at(42)).not.toBe(await at(41));
});

test("Each effect has a colour of its own", async () => {
  const pictures = await canvas.page.evaluate(() =>
    Array.from({ length: window.layers.effectPictures }, (_, i) => window.layers.effect(i)),
  );
  const colors = pictures.map((picture) => {
    const middle = solid(ink(picture)).find(({ x, y }) => x === 16 && y === 16);
    return `${middle?.red},${middle?.green},${middle?.blue}`;
  });
  expect(new Set(colors).size).toBe(pictures.length);
});
