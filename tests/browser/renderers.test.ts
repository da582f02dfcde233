// The backends draw the same pixels: a plan is one picture, wherever it is executed.
import { describe, expect, test } from "vitest";
import { useCanvasPage } from "./canvas-page.js";
import type { Renderer, RenderersPage } from "./pages/renderers.js";

declare global {
  interface Window {
    renderers: RenderersPage;
  }
}

const canvas = useCanvasPage("renderers.ts");

// Skia and ANGLE round a blend of two 8-bit colours differently, by one step for each layer, and a scaled picture's edge
// falls on one pixel or its neighbour: three steps, on all pixels but one in a thousand.
const tolerated = 0.001;

const names = [
  "across the ring's end",
  "parts of comments",
  "what an earlier frame drew",
  "a lane cleared after it was drawn",
  "comments over comments",
  "more comments than the scratch canvas holds",
  "a comment wider than the scratch canvas",
  "opacity",
  "sprites",
  "sprites that changed",
  "effects",
  "a mask of a bitmap",
  "a mask of rectangles",
  "a mask that is not there",
];

test("Every scene is compared", async () => {
  expect(await canvas.page.evaluate(() => window.renderers.scenes)).toEqual(names);
});

describe.each<Renderer>(["canvas2d in a worker", "webgl2", "webgl2 in a worker"])(
  "%s draws as canvas2d does",
  (other) => {
    test.each(names)("%s", async (name) => {
      const { share, ink } = await canvas.page.evaluate(
        ([scene, renderer]) => window.renderers.compare(scene, "canvas2d", renderer),
        [name, other] as const,
      );
      expect(ink).toBeGreaterThan(1000);
      expect(share).toBeLessThanOrEqual(tolerated);
    });
  },
);

test.each(["sprites", "a mask of a bitmap", "across the ring's end"])(
  "A WebGL context that was lost and is back shows the same again: %s",
  async (name) => {
    const { difference, calls, whileLost } = await canvas.page.evaluate((scene) => window.renderers.lose(scene), name);
    expect(calls).toBe(1);
    expect(whileLost).toBeGreaterThan(0);
    expect(difference.ink).toBeGreaterThan(1000);
    expect(difference.share).toBe(0);
  },
);

test("A restored 2d canvas is drawn anew, until the backend's end", async () => {
  expect(await canvas.page.evaluate(() => window.renderers.restore2d())).toEqual([1, 0]);
});

describe.each(["canvas2d", "webgl2"] as const)("%s", (kind) => {
  test("draws nothing on a canvas without pixels, and goes on when it has some", async () => {
    expect(await canvas.page.evaluate((each) => window.renderers.shrink(each), kind)).toBe(kind);
  });

  test("captures what it shows", async () => {
    const { share, ink } = await canvas.page.evaluate((each) => window.renderers.capture(each), kind);
    expect(ink).toBeGreaterThan(1000);
    expect(share).toBeLessThanOrEqual(tolerated);
  });
});

test("Strips that no texture can hold are refused by their size", async () => {
  expect(await canvas.page.evaluate(() => window.renderers.tooLarge())).toMatch(/^strips of \d+ x 96 are too large/);
});

test("A GPU that is emulated loses to Canvas2D", async () => {
  const chosen = await canvas.page.evaluate(() => window.renderers.probe());
  expect(chosen).toEqual({ probed: "canvas2d", created: "canvas2d" });
});
