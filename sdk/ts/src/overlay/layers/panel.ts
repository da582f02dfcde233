// A sheet to draw a panel on, and what panels have in common.
import type { Geometry } from "../model.js";
import { type Canvas, type Context2d, contextOf, createCanvas } from "../surface.js";
import { type Box, panelScale } from "./placement.js";
import { isRightToLeft, setDirection, wrap } from "./text.js";

export interface Panel {
  canvas: Canvas;
  /** Draws in units of `panelScale`. */
  context: Context2d;
  /** In those units. */
  width: number;
  height: number;
}

export function createPanel({ width, height }: Box, geometry: Geometry): Panel {
  const { ratio } = geometry;
  const canvas = createCanvas(Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)));
  const context = contextOf(canvas);
  const scale = panelScale(geometry);
  context.scale(ratio * scale, ratio * scale);
  context.imageSmoothingQuality = "high";
  context.textBaseline = "middle";
  return { canvas, context, width: width / scale, height: height / scale };
}

export function fillBox(
  context: Context2d,
  paint: string | CanvasGradient,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number | number[],
): void {
  context.fillStyle = paint;
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}

/** Square, with rounded corners; a plain ground until the picture is there. */
export function drawPicture(
  context: Context2d,
  image: ImageBitmap | undefined,
  x: number,
  y: number,
  side: number,
  ground: string,
): void {
  context.save();
  fillBox(context, ground, x, y, side, side, 8);
  context.clip();
  if (image?.width) context.drawImage(image, x, y, side, side);
  context.restore();
}

/** Words as they fit, in the context's font. */
export const linesOf = (context: Context2d, text: string, room: number, most: number): string[] =>
  wrap(text, room, most, (each) => context.measureText(each).width);

/** Lines around a middle, from x on. */
export function drawLines(context: Context2d, lines: readonly string[], x: number, middle: number, step: number): void {
  for (const [index, line] of lines.entries()) {
    setDirection(context, isRightToLeft(line));
    context.fillText(line, x, middle + (index - (lines.length - 1) / 2) * step);
  }
}
