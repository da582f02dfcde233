// Which backend is faster on this device, by trying both: a renderer's name says little. Where a GPU is emulated, the
// browser may draw Canvas2D with it, too, and then they are as slow; so WebGL2 also has to be fast as such.
import { Op } from "../../core/planner.js";
import { createCanvas } from "../surface.js";
import type { Backend, Painter } from "./backend.js";
import { createCanvas2d } from "./canvas2d.js";
import { createWebgl2 } from "./webgl2.js";

const width = 1280;
const lane = 36;
const lanes = 20;
const repeats = 3;
/** Milliseconds of a frame of a GPU worth using, the way there and back included; emulated ones need several times that. */
const fast = 4;

const painter: Painter = {
  comment(context, _, x, y) {
    context.fillStyle = "#fff";
    context.fillRect(x, y + 8, 300, 20);
  },
  sprite: () => undefined,
};

/** Two new comments and a screenful of lanes. */
const frame = Int32Array.from([
  ...[0, 7].flatMap((each) => [Op.raster, each, each, 64, each * lane, 300, lane, 0]),
  ...Array.from({ length: lanes }, (_, each) => [Op.blit, each, 40, each * lane, width, lane, 0, each * lane]).flat(),
]);

/** Median of a frame's milliseconds, all of its pixels drawn; a first frame warms up. */
function time(backend: Backend, finish: () => void): number {
  backend.resize({ width, height: lanes * lane, stripWidth: 2 * width, stripHeight: lanes * lane });
  const times: number[] = [];
  for (let i = 0; i <= repeats; i++) {
    const start = performance.now();
    backend.execute(frame, painter, 1, undefined);
    finish();
    const taken = performance.now() - start;
    if (i > 0) times.push(taken);
    if (i > 0 && taken > 3 * fast) break; // slow: no need to know how slow
  }
  return times.sort((a, b) => a - b)[times.length >> 1] as number;
}

/** Takes some tens of milliseconds. */
export function probe(): "canvas2d" | "webgl2" {
  const nothing = () => {};
  const backends: Backend[] = [];
  try {
    const glCanvas = createCanvas(1, 1);
    // Where the browser itself knows that it would be slow, it gives none.
    const webgl = createWebgl2(glCanvas, nothing, { failIfMajorPerformanceCaveat: true });
    backends.push(webgl);
    const gl = glCanvas.getContext("webgl2") as WebGL2RenderingContext;
    const pixel = new Uint8Array(4);
    const webglTime = time(webgl, () => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel));
    if (webglTime > fast || gl.isContextLost()) return "canvas2d";

    const canvas = createCanvas(1, 1);
    const canvas2d = createCanvas2d(canvas, nothing);
    backends.push(canvas2d);
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const canvasTime = time(canvas2d, () => context.getImageData(0, 0, 1, 1));
    return webglTime < 1.25 * canvasTime ? "webgl2" : "canvas2d";
  } catch {
    return "canvas2d";
  } finally {
    for (const backend of backends) backend.dispose();
  }
}
