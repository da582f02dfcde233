// What executes a plan: a canvas in some technique. All of them show the same pixels.
import type { Mask } from "../model.js";
import type { Canvas, Context2d } from "../surface.js";

/** Device pixels. */
export interface Size {
  width: number;
  height: number;
  stripWidth: number;
  stripHeight: number;
}

/** A picture of something that is drawn once and placed often. */
export interface Sprite {
  image: Canvas | ImageBitmap;
  /** Differs whenever the same sprite's pixels do. */
  version: number;
}

export interface Painter {
  /** Draws comment `id` with its left edge at x and its lane's top at y. The clip is set. */
  comment(context: Context2d, id: number, x: number, y: number): void;
  /** What an operation (Op.sprite, Op.host, Op.panel, Op.effect) names; undefined if it is gone. */
  sprite(op: number, id: number): Sprite | undefined;
}

export interface Backend {
  readonly kind: "canvas2d" | "webgl2";
  /** Where text is measured, and comments are drawn for their strips. */
  readonly textContext: Context2d;
  /** The most pixels that screen and strips may have to a side. */
  readonly maxSide: number;
  /** Empties screen and strips. Throws if a side is too long. */
  resize(size: Size): void;
  clearScreen(): void;
  /** One frame. `opacity` is that of comments (blits and sprites); the mask is used where the plan says so. */
  execute(plan: Int32Array, painter: Painter, opacity: number, mask: Mask | undefined): void;
  /** The screen, a PNG. Only in the same task as `execute`: some canvases forget their pixels once they are shown. */
  capture(): Promise<Blob>;
  dispose(): void;
}
