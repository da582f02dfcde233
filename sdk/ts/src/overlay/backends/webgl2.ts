// Executes plans on WebGL2. Comments are drawn on a scratch canvas and uploaded when they are new; the strips are one
// texture, so a frame is one draw call for all lanes and one for each sprite.
import { Op } from "../../core/planner.js";
import type { Mask } from "../model.js";
import { type Canvas, type Context2d, contextOf, createCanvas, toPng } from "../surface.js";
import type { Backend, Painter, Size } from "./backend.js";
import { clearRectangle, forEachCommand, raster } from "./plan.js";
import { createTexture, Quads, type Texture } from "./quads.js";
import { SpriteTextures } from "./sprite-textures.js";

export class Webgl2Backend implements Backend {
  readonly kind = "webgl2";
  readonly maxSide: number;
  readonly textContext: Context2d;
  readonly #screen: Canvas;
  readonly #gl: WebGL2RenderingContext;
  readonly #scratch = createCanvas(2048, 256);
  readonly #onRestore: () => void;
  #size: Size = { width: 1, height: 1, stripWidth: 1, stripHeight: 1 };
  #painter: Painter | undefined;
  #opacity = 1;
  #mask: Mask | undefined;
  /** Differs for each of the mask's bitmaps. */
  #maskVersion = 0;
  /** Where the commands draw now. The screen's come last. */
  #onto: "nothing" | "strips" | "screen" = "nothing";
  /** The scratch canvas is filled row by row; where the next comment goes, and the last lane that has one on it. */
  #pen = { x: 0, y: 0, row: 0, lane: -1 };

  // What the device loses: made by #setUp.
  #lost = true;
  #quads!: Quads;
  #sprites!: SpriteTextures;
  #uploaded!: Texture;
  #strips!: Texture;
  #framebuffer!: WebGLFramebuffer;

  /**
   * `onRestore`: the device was lost and is back; everything is to be drawn anew.
   * Throws if the canvas gives no WebGL2; it may then still give another context.
   */
  constructor(screen: Canvas, onRestore: () => void, attributes?: WebGLContextAttributes) {
    const gl = screen.getContext("webgl2", { antialias: false, depth: false, ...attributes });
    if (!gl) throw new Error("this canvas gives no webgl2 context");
    this.#screen = screen;
    this.#gl = gl as WebGL2RenderingContext;
    this.maxSide = this.#gl.getParameter(this.#gl.MAX_TEXTURE_SIZE) ?? 4096;
    this.#onRestore = onRestore;
    this.textContext = contextOf(this.#scratch);
    (screen as EventTarget).addEventListener("webglcontextlost", this.#onLost);
    (screen as EventTarget).addEventListener("webglcontextrestored", this.#onBack);
    this.#setUp();
  }

  resize(size: Size): void {
    const { width, height, stripWidth, stripHeight } = size;
    if (Math.max(width, height, stripWidth, stripHeight) > this.maxSide) {
      throw new Error(`strips of ${stripWidth} x ${stripHeight} are too large: a side may have ${this.maxSide} pixels`);
    }
    this.#size = size;
    this.#screen.width = width;
    this.#screen.height = height;
    if (this.#lost) return;
    this.#allocate(this.#strips, Math.max(1, stripWidth), Math.max(1, stripHeight));
    this.clearScreen();
  }

  clearScreen(): void {
    this.#onto = "nothing";
    if (!this.#lost) this.#drawOnto("screen");
  }

  execute(plan: Int32Array, painter: Painter, opacity: number, mask: Mask | undefined): void {
    if (this.#lost) return;
    if (mask?.bitmap !== this.#mask?.bitmap) this.#maskVersion++;
    this.#painter = painter;
    this.#opacity = opacity;
    this.#mask = mask;
    this.#onto = "nothing";
    forEachCommand(plan, this.#run);
    this.#drawOnto("screen");
    this.#quads.flush();
    this.#sprites.sweep();
  }

  capture(): Promise<Blob> {
    return toPng(this.#screen);
  }

  dispose(): void {
    (this.#screen as EventTarget).removeEventListener("webglcontextlost", this.#onLost);
    (this.#screen as EventTarget).removeEventListener("webglcontextrestored", this.#onBack);
    this.#lost = true;
    this.#painter = this.#mask = undefined;
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext(); // a page may only have a few
  }

  readonly #onLost = (event: Event): void => {
    event.preventDefault(); // or it would not come back
    this.#lost = true;
  };

  readonly #onBack = (): void => {
    this.#setUp();
    this.resize(this.#size);
    this.#onRestore();
  };

  #setUp(): void {
    const gl = this.#gl;
    this.#lost = gl.isContextLost();
    if (this.#lost) return;
    this.#quads = new Quads(gl);
    this.#sprites = new SpriteTextures(gl);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    this.#uploaded = createTexture(gl, gl.NEAREST);
    this.#strips = createTexture(gl, gl.NEAREST);
    this.#framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.#strips.texture, 0);
  }

  /** Leaves the texture empty, and bound. */
  #allocate(texture: Texture, width: number, height: number): void {
    const gl = this.#gl;
    gl.bindTexture(gl.TEXTURE_2D, texture.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    texture.width = width;
    texture.height = height;
  }

  readonly #run = (op: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number): void => {
    this.#drawOnto(op === Op.clear || op === Op.raster ? "strips" : "screen");
    if (op === Op.clear) this.#clear(a, b, c, d, e);
    else if (op === Op.raster) this.#raster(a, b, c, d, e, f, g);
    else if (op === Op.blit) this.#quads.add(this.#strips, f, g, d, e, b, c, d, e, this.#opacity);
    else if (op === Op.mask) this.#cutOut();
    else this.#sprite(op, a, b, c, d, e, (f / 1000) * (op === Op.sprite ? this.#opacity : 1), g / 1000);
  };

  /** The screen starts empty. */
  #drawOnto(onto: "strips" | "screen"): void {
    if (onto === this.#onto) return;
    this.#upload();
    this.#onto = onto;
    if (onto === "strips") {
      this.#quads.target(this.#framebuffer, this.#strips.width, this.#strips.height);
    } else {
      this.#quads.target(null, this.#size.width, this.#size.height);
      this.#gl.clear(this.#gl.COLOR_BUFFER_BIT);
    }
  }

  /** Lanes are cleared in their order, mostly: then none has to wait for what was drawn in this frame. */
  #clear(lane: number, x: number, y: number, width: number, height: number): void {
    if (lane <= this.#pen.lane) this.#upload();
    this.#erase(x, y, width, height);
  }

  #erase(x: number, y: number, width: number, height: number): void {
    const gl = this.#gl;
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x, y, width, height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.disable(gl.SCISSOR_TEST);
  }

  #raster(id: number, lane: number, x: number, y: number, width: number, height: number, clipFrom: number): void {
    const pen = this.#pen;
    const scratch = this.#scratch;
    if (pen.x + width > scratch.width) {
      pen.x = 0;
      pen.y += pen.row;
      pen.row = 0;
    }
    if (pen.y + height > scratch.height || width > scratch.width || this.#quads.full) {
      this.#upload();
      if (width > scratch.width) scratch.width = width;
      if (height > scratch.height) scratch.height = height;
    }
    raster(this.textContext, this.#painter as Painter, id, pen.x, pen.y, width, height, clipFrom);
    this.#quads.add(this.#uploaded, x, y, width, height, pen.x, pen.y, width, height, 1);
    pen.x += width;
    pen.row = Math.max(pen.row, height);
    pen.lane = Math.max(pen.lane, lane);
  }

  /** What was drawn on the scratch canvas goes to the strips, and it is empty again. */
  #upload(): void {
    const pen = this.#pen;
    const used = pen.y + pen.row;
    if (used === 0) return;
    const { width, height } = this.#scratch;
    const gl = this.#gl;
    const texture = this.#uploaded;
    if (texture.width !== width || texture.height !== height) this.#allocate(texture, width, height);
    gl.bindTexture(gl.TEXTURE_2D, texture.texture);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, used, gl.RGBA, gl.UNSIGNED_BYTE, this.#scratch);
    this.#quads.flush();
    this.textContext.clearRect(0, 0, width, used);
    pen.x = pen.y = pen.row = 0;
    pen.lane = -1;
  }

  #sprite(op: number, id: number, x: number, y: number, w: number, h: number, opacity: number, scale: number): void {
    const sprite = this.#painter?.sprite(op, id);
    if (!sprite?.image.width || !sprite.image.height) return; // gone, or closed meanwhile
    const texture = this.#sprites.get(op, id, sprite);
    const left = x + (w - w * scale) / 2;
    const top = y + (h - h * scale) / 2;
    this.#quads.add(texture, left, top, w * scale, h * scale, 0, 0, texture.width, texture.height, opacity);
  }

  #cutOut(): void {
    const gl = this.#gl;
    const { width, height } = this.#size;
    const { bitmap, rectangles = [] } = this.#mask ?? {};
    this.#quads.flush();
    for (const each of rectangles) {
      clearRectangle(each, this.#size, (x, y, w, h) => this.#erase(x, height - y - h, w, h));
    }
    if (!bitmap?.width) return;
    const texture = this.#sprites.get(Op.mask, 0, { image: bitmap, version: this.#maskVersion });
    this.#quads.add(texture, 0, 0, width, height, 0, 0, texture.width, texture.height, 1);
    gl.blendFunc(gl.ZERO, gl.ONE_MINUS_SRC_ALPHA);
    this.#quads.flush();
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }
}
