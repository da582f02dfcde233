// Executes plans on Canvas2D: strips on one canvas of their own, the screen on the visible one.
import { type Canvas, contextOf, createCanvas, toPng } from "../surface.js";
import type { Backend, Size } from "./backend.js";
import { drawPart, execute, type Pens } from "./plan.js";

/** `onRestore`: the browser took the pixels away and gives empty canvases; everything is to be drawn anew. */
export function createCanvas2d(screen: Canvas, onRestore: () => void): Backend {
  const context = contextOf(screen);
  const strips = createCanvas(1, 1);
  const stripContext = contextOf(strips);
  const life = new AbortController();
  const { signal } = life;
  for (const canvas of [screen, strips] as EventTarget[]) {
    canvas.addEventListener("contextrestored", onRestore, { signal });
  }
  let size: Size = { width: 1, height: 1, stripWidth: 1, stripHeight: 1 };

  const pens: Pens = {
    clear: (_, x, y, width, height) => stripContext.clearRect(x, y, width, height),
    raster: (painter, id, _, x, y, width, height, clipFrom) =>
      drawPart(stripContext, painter, id, x, y, width, height, clipFrom),
    blit(fromX, fromY, width, height, x, y, opacity) {
      context.globalAlpha = opacity;
      context.drawImage(strips, fromX, fromY, width, height, x, y, width, height);
    },
    sprite(_, __, { image }, x, y, width, height, opacity) {
      context.globalAlpha = opacity;
      context.drawImage(image, x, y, width, height);
    },
    erase: (x, y, width, height) => context.clearRect(x, y, width, height),
    cutOut(bitmap) {
      context.globalAlpha = 1;
      context.globalCompositeOperation = "destination-out";
      context.drawImage(bitmap, 0, 0, size.width, size.height);
      context.globalCompositeOperation = "source-over";
    },
  };
  const clearScreen = () => context.clearRect(0, 0, size.width, size.height);

  return {
    kind: "canvas2d",
    maxSide: 32_767,
    textContext: stripContext,
    resize(wanted) {
      size = wanted;
      screen.width = size.width;
      screen.height = size.height;
      strips.width = Math.max(1, size.stripWidth); // an empty canvas cannot be drawn
      strips.height = Math.max(1, size.stripHeight);
    },
    clearScreen,
    execute(plan, painter, opacity, mask) {
      clearScreen();
      execute(plan, painter, opacity, mask, size, pens);
    },
    capture: () => toPng(screen),
    dispose() {
      life.abort();
      strips.width = strips.height = 1;
    },
  };
}
