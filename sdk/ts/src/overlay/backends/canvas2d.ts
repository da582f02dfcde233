// Executes the planner's commands on Canvas2D: strips on one canvas of their own, the screen on the visible one.
import { intsPerCommand, Op } from "../core/planner.js";
import { type Canvas, type Context2d, contextOf, createCanvas } from "./surface.js";

export interface Painter {
  /** Draws comment `id` with its left edge at x and its lane's top at y. The clip is set. */
  comment(context: Context2d, id: number, x: number, y: number): void;
  /** The card's picture at its size; undefined if it is gone. */
  card(id: number): Canvas | undefined;
}

export interface Size {
  width: number;
  height: number;
  stripWidth: number;
  stripHeight: number;
}

export class Canvas2dBackend {
  readonly #screen: Canvas;
  readonly #context: Context2d;
  #strips = createCanvas(1, 1);
  #stripContext = contextOf(this.#strips);
  #size: Size = { width: 1, height: 1, stripWidth: 1, stripHeight: 1 };

  constructor(screen: Canvas) {
    this.#screen = screen;
    this.#context = contextOf(screen);
  }

  /** Empties screen and strips. */
  resize(size: Size): void {
    this.#size = size;
    this.#screen.width = size.width;
    this.#screen.height = size.height;
    this.#strips.width = size.stripWidth;
    this.#strips.height = Math.max(1, size.stripHeight);
    this.#context.imageSmoothingEnabled = true; // for cards that grow; strips are copied pixel by pixel
  }

  /** For measuring and drawing text with one font. */
  get textContext(): Context2d {
    return this.#stripContext;
  }

  clearScreen(): void {
    this.#context.clearRect(0, 0, this.#size.width, this.#size.height);
  }

  execute(plan: Int32Array, painter: Painter, opacity: number): void {
    this.clearScreen();
    this.#context.globalAlpha = opacity;
    for (let i = 0; i + intsPerCommand <= plan.length; i += intsPerCommand) {
      const [op = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = plan.subarray(i, i + intsPerCommand);
      if (op === Op.blit) this.#blit(b, c, d, e, f, g);
      else if (op === Op.raster) this.#raster(painter, a, c, d, e, f, g);
      else if (op === Op.clear) this.#stripContext.clearRect(b, c, d, e);
      else if (op === Op.card) this.#card(painter.card(a), b, c, d, e, f, g);
    }
  }

  #blit(fromX: number, fromY: number, width: number, height: number, x: number, y: number): void {
    this.#context.drawImage(this.#strips, fromX, fromY, width, height, x, y, width, height);
  }

  #raster(painter: Painter, id: number, x: number, y: number, width: number, height: number, clipFrom: number): void {
    const context = this.#stripContext;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    painter.comment(context, id, x - clipFrom, y);
    context.restore();
  }

  #card(card: Canvas | undefined, x: number, y: number, width: number, height: number, opacity: number, scale: number) {
    if (!card) return;
    const context = this.#context;
    const w = (width * scale) / 1000;
    const h = (height * scale) / 1000;
    context.globalAlpha = opacity / 1000;
    context.drawImage(card, x + (width - w) / 2, y + (height - h) / 2, w, h);
    context.globalAlpha = 1;
  }
}
