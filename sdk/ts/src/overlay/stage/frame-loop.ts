// Calls back once a frame while it runs, and counts. requestAnimationFrame also exists in workers; where it does not, a
// timer takes its place.
import { wallClock } from "./wall-clock.js";

const frameMs = 1000 / 60;

const request: (callback: () => void) => number =
  typeof requestAnimationFrame === "function"
    ? (callback) => requestAnimationFrame(callback)
    : (callback) => setTimeout(callback, frameMs) as unknown as number;

const cancel: (handle: number) => void =
  typeof cancelAnimationFrame === "function"
    ? (handle) => cancelAnimationFrame(handle)
    : (handle) => clearTimeout(handle);

export class FrameLoop {
  readonly #draw: (at: number) => boolean;
  readonly #second: (framesPerSecond: number, frames: number) => void;
  #handle: number | undefined;
  #frames = 0;
  #secondStarted = 0;
  #framesBefore = 0;

  /** `draw` says whether it drew; `second` is called about once a second. */
  constructor(draw: (at: number) => boolean, second: (framesPerSecond: number, frames: number) => void) {
    this.#draw = draw;
    this.#second = second;
  }

  get running(): boolean {
    return this.#handle !== undefined;
  }

  start(): void {
    if (this.#handle !== undefined) return;
    this.#secondStarted = wallClock();
    this.#framesBefore = this.#frames;
    this.#handle = request(this.#frame);
  }

  stop(): void {
    if (this.#handle !== undefined) cancel(this.#handle);
    this.#handle = undefined;
  }

  readonly #frame = (): void => {
    this.#handle = request(this.#frame);
    const at = wallClock();
    if (this.#draw(at)) this.#frames++;
    const elapsed = at - this.#secondStarted;
    if (elapsed < 1000) return;
    this.#second(((this.#frames - this.#framesBefore) * 1000) / elapsed, this.#frames);
    this.#secondStarted = at;
    this.#framesBefore = this.#frames;
  };
}
