// The backend that was asked for, or the one that this device is best at.
import type { Canvas } from "../surface.js";
import type { Backend } from "./backend.js";
import { createCanvas2d } from "./canvas2d.js";
import { probe } from "./probe.js";
import { createWebgl2 } from "./webgl2.js";

/**
 * Canvas2D where there is no WebGL2, whatever was asked for. `onRestore` is called whenever the browser gave the pixels
 * up: strips and sprites are to be drawn anew.
 */
export function createBackend(canvas: Canvas, wanted: "auto" | "canvas2d" | "webgl2", onRestore: () => void): Backend {
  if (wanted === "webgl2" || (wanted === "auto" && probe() === "webgl2")) {
    try {
      return createWebgl2(canvas, onRestore);
    } catch {
      // A canvas that gave no context can still give another.
    }
  }
  return createCanvas2d(canvas, onRestore);
}
