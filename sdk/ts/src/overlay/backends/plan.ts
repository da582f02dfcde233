// What all backends do alike with a plan.
import { intsPerCommand } from "../../core/planner.js";
import type { Rectangle } from "../../types.js";
import type { Context2d } from "../surface.js";
import type { Painter, Size } from "./backend.js";

/** Calls `run` with the eight integers of each command. Allocates nothing. */
export function forEachCommand(
  plan: Int32Array,
  run: (op: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void,
): void {
  const at = plan as unknown as { [index: number]: number };
  for (let i = 0; i + intsPerCommand <= plan.length; i += intsPerCommand) {
    run(
      at[i] as number,
      at[i + 1] as number,
      at[i + 2] as number,
      at[i + 3] as number,
      at[i + 4] as number,
      at[i + 5] as number,
      at[i + 6] as number,
      at[i + 7] as number,
    );
  }
}

/** Draws the columns of a comment from `clipFrom` on into a rectangle. */
export function raster(
  context: Context2d,
  painter: Painter,
  id: number,
  x: number,
  y: number,
  width: number,
  height: number,
  clipFrom: number,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  painter.comment(context, id, x - clipFrom, y);
  context.restore();
}

/** Calls `clear` with a mask's rectangle in whole pixels, so that its edges are the same in every backend. */
export function clearRectangle(
  { x, y, width, height }: Rectangle,
  size: Size,
  clear: (x: number, y: number, width: number, height: number) => void,
): void {
  const left = Math.round(x * size.width);
  const top = Math.round(y * size.height);
  clear(
    left,
    top,
    Math.max(0, Math.round((x + width) * size.width) - left),
    Math.max(0, Math.round((y + height) * size.height) - top),
  );
}
