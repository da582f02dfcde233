// The backend that was asked for, or the one that this device is best at.
import { type Canvas, createCanvas } from "../surface.js";
import type { Backend } from "./backend.js";
import { createCanvas2d } from "./canvas2d.js";

type WebglParts = Pick<typeof import("./gl.js"), "createWebgl2" | "probe">;

/**
 * Canvas2D where there is no WebGL2, or its code cannot be loaded, whatever was asked for. `onRestore` is called whenever
 * the browser gave the pixels up: strips and sprites are to be drawn anew.
 */
export async function createBackend(
  canvas: Canvas,
  wanted: "auto" | "canvas2d" | "webgl2",
  onRestore: () => void,
  loadWebgl: () => Promise<WebglParts>,
): Promise<Backend> {
  if (wanted === "webgl2" || (wanted === "auto" && mayBeFast())) {
    try {
      const { createWebgl2, probe } = await loadWebgl();
      if (wanted === "webgl2" || probe() === "webgl2") return createWebgl2(canvas, onRestore);
    } catch {
      // A canvas that gave no context can still give another.
    }
  }
  return createCanvas2d(canvas, onRestore);
}

/** Where the browser itself knows that it would be slow, it gives none; others are tried. */
function mayBeFast(): boolean {
  try {
    const gl = createCanvas(1, 1).getContext("webgl2", {
      failIfMajorPerformanceCaveat: true,
    }) as WebGL2RenderingContext | null;
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
    return gl !== null;
  } catch {
    return false;
  }
}
