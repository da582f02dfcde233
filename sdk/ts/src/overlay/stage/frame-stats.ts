// How frames went since the last time somebody asked.
const most = 512;

export class FrameStats {
  readonly #work = new Float64Array(most);
  #count = 0;
  #longest = 0;

  /** Milliseconds since the frame before, and what planning and drawing it took. */
  note(interval: number, work: number): void {
    this.#longest = Math.max(this.#longest, interval);
    if (this.#count < most) this.#work[this.#count++] = work;
  }

  /** Starts over. */
  take(): { longestFrame: number; frameTime: number } {
    const work = this.#work.subarray(0, this.#count).sort();
    const frameTime = work[Math.floor(this.#count * 0.95)] ?? 0;
    const longestFrame = this.#longest;
    this.#count = this.#longest = 0;
    return { longestFrame, frameTime };
  }
}
