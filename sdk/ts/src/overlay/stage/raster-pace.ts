// How many comments a frame may draw after a jump. Type is dear, and what it costs shows only once the browser has
// carried it out: so the pace is found by how frames went.
const least = 8;
const most = 512;
const step = 8;

export class RasterPace {
  #limit = 16;

  get limit(): number {
    return this.#limit;
  }

  /** A frame that drew `rasters` comments, and whether the one after it was late. */
  note(rasters: number, late: boolean): void {
    if (rasters < this.#limit / 2) return; // it says nothing about this many
    this.#limit = late ? Math.max(least, this.#limit >> 1) : Math.min(most, this.#limit + step);
  }
}
