// Reads a plan, for any backend: what its integers mean is said here, how to draw it there.
import { intsPerCommand, Op } from "../../core/planner.js";
import type { Mask } from "../model.js";
import type { Context2d } from "../surface.js";
import type { Painter, Size, Sprite } from "./backend.js";

/** How a backend draws. Device pixels; opacities from 0 to 1. */
export interface Pens {
  clear(lane: number, x: number, y: number, width: number, height: number): void;
  /** The columns of a comment from `clipFrom` on, into a strip. */
  raster(
    painter: Painter,
    id: number,
    lane: number,
    x: number,
    y: number,
    width: number,
    height: number,
    clipFrom: number,
  ): void;
  blit(fromX: number, fromY: number, width: number, height: number, x: number, y: number, opacity: number): void;
  /** Its picture, which has pixels, stretched over a rectangle. */
  sprite(
    op: number,
    id: number,
    sprite: Sprite,
    x: number,
    y: number,
    width: number,
    height: number,
    opacity: number,
  ): void;
  /** Empties a rectangle of the screen. */
  erase(x: number, y: number, width: number, height: number): void;
  /** Empties the screen where the bitmap, stretched over it, is opaque. */
  cutOut(bitmap: ImageBitmap): void;
}

/** Executes a plan. Allocates nothing. */
export function execute(
  plan: Int32Array,
  painter: Painter,
  opacity: number,
  mask: Mask | undefined,
  size: Size,
  pens: Pens,
): void {
  const at = plan as unknown as { [index: number]: number }; // each index is below its length
  for (let i = 0; i < plan.length; i += intsPerCommand) {
    const op = at[i] as number;
    const a = at[i + 1] as number;
    const b = at[i + 2] as number;
    const c = at[i + 3] as number;
    const d = at[i + 4] as number;
    const e = at[i + 5] as number;
    const f = at[i + 6] as number;
    const g = at[i + 7] as number;
    if (op === Op.clear) pens.clear(a, b, c, d, e);
    else if (op === Op.raster) pens.raster(painter, a, b, c, d, e, f, g);
    else if (op === Op.blit) pens.blit(b, c, d, e, f, g, opacity);
    else if (op === Op.mask) cutOut(mask, size, pens);
    else {
      const sprite = painter.sprite(op, a);
      if (!sprite?.image.width || !sprite.image.height) continue; // gone, or closed meanwhile
      const width = (d * g) / 1000;
      const height = (e * g) / 1000;
      const visible = (f / 1000) * (op === Op.sprite ? opacity : 1);
      pens.sprite(op, a, sprite, b + (d - width) / 2, c + (e - height) / 2, width, height, visible);
    }
  }
}

/** Rectangles in whole pixels, so that their edges are the same in every backend. */
function cutOut(mask: Mask | undefined, size: Size, pens: Pens): void {
  for (const { x, y, width, height } of mask?.rectangles ?? []) {
    const left = Math.round(x * size.width);
    const top = Math.round(y * size.height);
    pens.erase(left, top, Math.round((x + width) * size.width) - left, Math.round((y + height) * size.height) - top);
  }
  if (mask?.bitmap?.width) pens.cutOut(mask.bitmap);
}

/** Draws a part of a comment with a 2d context. */
export function drawPart(
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
