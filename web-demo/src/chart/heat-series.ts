// How much was said when: comments by media time, as a smooth curve.

/** Seconds. */
const kBucket = 1;

export class HeatSeries {
  readonly #buckets = new Map<number, number>();
  count = 0;

  add(at: number): void {
    const bucket = Math.floor(at / kBucket);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.count++;
  }

  /** `number` shares (2 or more) of the busiest point, evenly spaced from `from` to `to`. */
  points(from: number, to: number, number: number): number[] {
    const sums = new Array<number>(number).fill(0);
    const step = (to - from) / (number - 1);
    for (const [bucket, count] of this.#buckets) {
      const place = (bucket * kBucket + kBucket / 2 - from) / step;
      // Each comment warms its neighbourhood, so that one does not stand as a spike.
      for (let near = -2; near <= 2; near++) {
        const point = Math.round(place) + near;
        if (point >= 0 && point < number) sums[point] = (sums[point] ?? 0) + count * (3 - Math.abs(near));
      }
    }
    const most = Math.max(1, ...sums);
    return sums.map((sum) => sum / most);
  }
}
