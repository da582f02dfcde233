// Executes plans on WebGL2. Comments are drawn on a scratch canvas and uploaded when they are new; the strips are one
// texture, so a frame is one draw call for all lanes and one for each sprite.
import { Op } from "../../core/planner.js";
import { type Canvas, contextOf, createCanvas, toPng } from "../surface.js";
import type { Backend, Size } from "./backend.js";
import { drawPart, execute, type Pens } from "./plan.js";
import { createQuads, createTexture, type Quads, type Texture } from "./quads.js";
import { SpriteTextures } from "./sprite-textures.js";

/**
 * `onRestore`: the device was lost and is back; everything is to be drawn anew.
 * Throws if the canvas gives no WebGL2; it may then still give another context.
 */
export function createWebgl2(screen: Canvas, onRestore: () => void, attributes?: WebGLContextAttributes): Backend {
  const gl = screen.getContext("webgl2", {
    antialias: false,
    depth: false,
    ...attributes,
  }) as WebGL2RenderingContext | null;
  if (!gl) throw new Error("this canvas gives no webgl2 context");
  const maxSide: number = gl.getParameter(gl.MAX_TEXTURE_SIZE) ?? 4096;
  const scratch = createCanvas(2048, 256);
  const scratchContext = contextOf(scratch);
  const life = new AbortController();
  const { signal } = life;
  /** The scratch canvas is filled row by row; where the next comment goes, and the last lane that has one on it. */
  const pen = { x: 0, y: 0, row: 0, lane: -1 };
  let size: Size = { width: 1, height: 1, stripWidth: 1, stripHeight: 1 };
  /** Where the commands draw now. The screen's come last. */
  let onto: "nothing" | "strips" | "screen" = "nothing";
  let maskBitmap: ImageBitmap | undefined;
  let maskVersion = 0;

  // What is lost with the device.
  let lost = true;
  let quads!: Quads;
  let sprites!: SpriteTextures;
  let uploaded!: Texture;
  let strips!: Texture;
  let framebuffer!: WebGLFramebuffer;

  const setUp = () => {
    lost = gl.isContextLost();
    if (lost) return;
    quads = createQuads(gl);
    sprites = new SpriteTextures(gl);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    uploaded = createTexture(gl, gl.NEAREST);
    strips = createTexture(gl, gl.NEAREST);
    framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, strips.texture, 0);
  };

  /** Leaves the texture empty. */
  const allocate = (texture: Texture, width: number, height: number) => {
    gl.bindTexture(gl.TEXTURE_2D, texture.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    texture.width = width;
    texture.height = height;
  };

  /** What was drawn on the scratch canvas goes to the strips, and it is empty again. */
  const upload = () => {
    const used = pen.y + pen.row;
    if (used === 0) return;
    const { width, height } = scratch;
    if (uploaded.width !== width || uploaded.height !== height) allocate(uploaded, width, height);
    gl.bindTexture(gl.TEXTURE_2D, uploaded.texture);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, used, gl.RGBA, gl.UNSIGNED_BYTE, scratch);
    quads.flush();
    scratchContext.clearRect(0, 0, width, used);
    pen.x = pen.y = pen.row = 0;
    pen.lane = -1;
  };

  /** The screen starts empty. */
  const drawOnto = (next: "strips" | "screen") => {
    if (next === onto) return;
    upload();
    onto = next;
    if (next === "strips") {
      quads.target(framebuffer, strips.width, strips.height);
    } else {
      quads.target(null, size.width, size.height);
      gl.clear(gl.COLOR_BUFFER_BIT);
    }
  };

  /** Rows count from the target's first. */
  const erase = (x: number, y: number, width: number, height: number) => {
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x, y, Math.max(0, width), Math.max(0, height));
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.disable(gl.SCISSOR_TEST);
  };

  const pens: Pens = {
    clear(lane, x, y, width, height) {
      drawOnto("strips");
      if (lane <= pen.lane) upload(); // lanes mostly come in their order: then none waits for what is new in this frame
      erase(x, y, width, height);
    },
    raster(painter, id, lane, x, y, width, height, clipFrom) {
      drawOnto("strips");
      if (pen.x + width > scratch.width) {
        pen.x = 0;
        pen.y += pen.row;
        pen.row = 0;
      }
      if (pen.y + height > scratch.height || width > scratch.width || quads.full()) {
        upload();
        if (width > scratch.width) scratch.width = width;
        if (height > scratch.height) scratch.height = height;
      }
      drawPart(scratchContext, painter, id, pen.x, pen.y, width, height, clipFrom);
      quads.add(uploaded, x, y, width, height, pen.x, pen.y, width, height, 1);
      pen.x += width;
      pen.row = Math.max(pen.row, height);
      pen.lane = Math.max(pen.lane, lane);
    },
    blit(fromX, fromY, width, height, x, y, opacity) {
      drawOnto("screen");
      quads.add(strips, x, y, width, height, fromX, fromY, width, height, opacity);
    },
    sprite(op, id, sprite, x, y, width, height, opacity) {
      drawOnto("screen");
      const texture = sprites.get(op, id, sprite);
      quads.add(texture, x, y, width, height, 0, 0, texture.width, texture.height, opacity);
    },
    erase(x, y, width, height) {
      drawOnto("screen");
      quads.flush();
      erase(x, size.height - y - height, width, height);
    },
    cutOut(bitmap) {
      if (bitmap !== maskBitmap) maskVersion++;
      maskBitmap = bitmap;
      const mask = { image: bitmap, version: maskVersion };
      drawOnto("screen");
      quads.flush();
      gl.blendFunc(gl.ZERO, gl.ONE_MINUS_SRC_ALPHA);
      pens.sprite(Op.mask, 0, mask, 0, 0, size.width, size.height, 1);
      quads.flush();
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    },
  };

  const backend: Backend = {
    kind: "webgl2",
    maxSide,
    textContext: scratchContext,
    resize(wanted) {
      const { width, height, stripWidth, stripHeight } = wanted;
      if (Math.max(width, height, stripWidth, stripHeight) > maxSide) {
        throw new Error(`strips of ${stripWidth} x ${stripHeight} are too large: a side may have ${maxSide} pixels`);
      }
      size = wanted;
      screen.width = width;
      screen.height = height;
      if (!lost) allocate(strips, Math.max(1, stripWidth), Math.max(1, stripHeight));
      backend.clearScreen();
    },
    clearScreen() {
      onto = "nothing";
      if (!lost) drawOnto("screen");
    },
    execute(plan, painter, opacity, mask) {
      if (lost) return;
      onto = "nothing";
      execute(plan, painter, opacity, mask, size, pens);
      drawOnto("screen");
      quads.flush();
      sprites.sweep();
    },
    capture: () => toPng(screen),
    dispose() {
      life.abort();
      lost = true;
      gl.getExtension("WEBGL_lose_context")?.loseContext(); // a page may only have a few
    },
  };
  (screen as EventTarget).addEventListener(
    "webglcontextlost",
    (event) => {
      event.preventDefault(); // or it would not come back
      lost = true;
    },
    { signal },
  );
  (screen as EventTarget).addEventListener(
    "webglcontextrestored",
    () => {
      setUp();
      backend.resize(size);
      onRestore();
    },
    { signal },
  );
  (scratch as EventTarget).addEventListener("contextrestored", onRestore, { signal });
  setUp();
  return backend;
}
