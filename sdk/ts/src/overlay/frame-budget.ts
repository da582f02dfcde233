// Decides how much the picture has to save, from nothing but how frames went: no clock, no canvas.

/** As OverlayStats.degraded. */
export type Level = 0 | 1 | 2 | 3;

/** Milliseconds that are judged together. */
const windowMs = 1000;
/** A frame after a longer break says nothing: the page was hidden, or nothing moved. */
const breakMs = 1000;
/** Windows that went well before a level is given back, at first and at most. */
const leastPatience = 3;
const mostPatience = 24;

export class FrameBudget {
  readonly #intervals = new Float64Array(256);
  #count = 0;
  #elapsed = 0;
  #work = 0;
  /** The display's interval: the fast frames' of the last windows; it rises slowly, in case the display changed. */
  #usual = Number.POSITIVE_INFINITY;
  #level: Level = 0;
  #calm = 0;
  #patience = leastPatience;
  /** Windows since a level was given back. */
  #sinceFall = Number.POSITIVE_INFINITY;

  get level(): Level {
    return this.#level;
  }

  /**
   * A frame: milliseconds since the one before, and what planning and drawing it took. Answers with the level, which
   * changes by one at most.
   */
  note(interval: number, work: number): Level {
    if (interval > breakMs && work < interval / 2) {
      this.#forgetWindow();
      return this.#level;
    }
    this.#intervals[this.#count++] = interval;
    this.#elapsed += interval;
    this.#work += work;
    if (this.#elapsed >= windowMs || this.#count === this.#intervals.length) {
      this.#judge();
      this.#forgetWindow();
    }
    return this.#level;
  }

  #forgetWindow(): void {
    this.#count = this.#elapsed = this.#work = 0;
  }

  #judge(): void {
    const intervals = this.#intervals.subarray(0, this.#count).sort();
    this.#usual = Math.min(this.#usual * 1.05, intervals[Math.floor(this.#count / 5)] as number);
    const late = intervals.filter((interval) => interval > 1.5 * this.#usual).length / this.#count;
    const load = this.#work / this.#elapsed;
    this.#sinceFall++;
    if (late > 0.1 || load > 0.5) this.#rise();
    else if (late <= 0.05 && load <= 0.35) this.#calmDown();
  }

  #rise(): void {
    // It went wrong soon after it was eased: wait longer before trying again.
    if (this.#sinceFall < 10) this.#patience = Math.min(mostPatience, 2 * this.#patience);
    this.#sinceFall = Number.POSITIVE_INFINITY;
    this.#calm = 0;
    if (this.#level < 3) this.#level++;
  }

  #calmDown(): void {
    this.#calm++;
    if (this.#level === 0) {
      if (this.#calm > mostPatience) this.#patience = leastPatience;
    } else if (this.#calm >= this.#patience) {
      this.#level--;
      this.#calm = 0;
      this.#sinceFall = 0;
    }
  }
}
