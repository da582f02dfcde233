// Executes plans on Canvas2D: strips on one canvas of their own, the screen on the visible one.
import { Op } from "../../core/planner.js";
import type { Mask } from "../model.js";
import { type Canvas, type Context2d, contextOf, createCanvas, toPng } from "../surface.js";
import type { Backend, Painter, Size, Sprite } from "./backend.js";
import { clearRectangle, forEachCommand, raster } from "./plan.js";

export class Canvas2dBackend implements Backend {
  readonly kind = "canvas2d";
  readonly maxSide = 32_767;
  readonly textContext: Context2d;
  readonly #screen: Canvas;
  readonly #context: Context2d;
  readonly #strips = createCanvas(1, 1);
  readonly #onRestore: () => void;
  #size: Size = { width: 1, height: 1, stripWidth: 1, stripHeight: 1 };
  #painter: Painter | undefined;
  #opacity = 1;
  #mask: Mask | undefined;

  /** `onRestore`: the browser took the pixels away and gives empty canvases; everything is to be drawn anew. */
  constructor(screen: Canvas, onRestore: () => void) {
    this.#screen = screen;
    this.#context = contextOf(screen);
    this.textContext = contextOf(this.#strips);
    this.#onRestore = onRestore;
    for (const canvas of this.#canvases) canvas.addEventListener("contextrestored", onRestore);
  }

  resize(size: Size): void {
    this.#size = size;
    this.#screen.width = size.width;
    this.#screen.height = size.height;
    this.#strips.width = Math.max(1, size.stripWidth); // an empty canvas cannot be drawn
    this.#strips.height = Math.max(1, size.stripHeight);
  }

  clearScreen(): void {
    this.#context.clearRect(0, 0, this.#size.width, this.#size.height);
  }

  execute(plan: Int32Array, painter: Painter, opacity: number, mask: Mask | undefined): void {
    this.#painter = painter;
    this.#opacity = opacity;
    this.#mask = mask;
    this.clearScreen();
    this.#context.globalAlpha = opacity;
    forEachCommand(plan, this.#run);
  }

  capture(): Promise<Blob> {
    return toPng(this.#screen);
  }

  dispose(): void {
    for (const canvas of this.#canvases) canvas.removeEventListener("contextrestored", this.#onRestore);
    this.#strips.width = this.#strips.height = 1;
    this.#painter = this.#mask = undefined;
  }

  get #canvases(): EventTarget[] {
    return [this.#screen, this.#strips];
  }

  readonly #run = (op: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number): void => {
    const painter = this.#painter as Painter;
    if (op === Op.blit) this.#context.drawImage(this.#strips, b, c, d, e, f, g, d, e);
    else if (op === Op.clear) this.textContext.clearRect(b, c, d, e);
    else if (op === Op.raster) raster(this.textContext, painter, a, c, d, e, f, g);
    else if (op === Op.mask) this.#cutOut();
    else this.#sprite(painter.sprite(op, a), b, c, d, e, (f / 1000) * (op === Op.sprite ? this.#opacity : 1), g / 1000);
  };

  #sprite(
    sprite: Sprite | undefined,
    x: number,
    y: number,
    w: number,
    h: number,
    opacity: number,
    scale: number,
  ): void {
    if (!sprite?.image.width || !sprite.image.height) return; // gone, or closed meanwhile
    this.#context.globalAlpha = opacity;
    this.#context.drawImage(sprite.image, x + (w - w * scale) / 2, y + (h - h * scale) / 2, w * scale, h * scale);
    this.#context.globalAlpha = this.#opacity;
  }

  #cutOut(): void {
    const context = this.#context;
    const { bitmap, rectangles = [] } = this.#mask ?? {};
    for (const each of rectangles) clearRectangle(each, this.#size, (x, y, w, h) => context.clearRect(x, y, w, h));
    if (!bitmap?.width) return;
    context.globalAlpha = 1;
    context.globalCompositeOperation = "destination-out";
    context.drawImage(bitmap, 0, 0, this.#size.width, this.#size.height);
    context.globalCompositeOperation = "source-over";
    context.globalAlpha = this.#opacity;
  }
}
