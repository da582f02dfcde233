// The mood of a room: the verdicts of the last minutes, counted and kept in short buckets of time. No clock of its own.

import type { Sentiment, SentimentLabel } from "@sotto/live";

export interface MoodPoint {
  /** Weight of praise and of complaint around this moment: sums of |score|, smoothed; >= 0. */
  readonly positive: number;
  readonly negative: number;
}

export interface MoodOptions {
  /** Milliseconds that count. */
  windowMs: number;
  /** Milliseconds of one point. */
  bucketMs: number;
}

interface Bucket {
  positive: number;
  negative: number;
  counts: Record<SentimentLabel, number>;
}

/** A binomial filter: neighbouring buckets of a few seconds say the same thing. */
const kKernel = [1, 4, 6, 4, 1];

export class MoodSeries {
  readonly #options: MoodOptions;
  readonly #buckets = new Map<number, Bucket>();

  constructor(options: MoodOptions) {
    this.#options = options;
  }

  add(sentiment: Sentiment, atMs: number): void {
    const key = Math.floor(atMs / this.#options.bucketMs);
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = { positive: 0, negative: 0, counts: { positive: 0, neutral: 0, negative: 0 } };
      this.#buckets.set(key, bucket);
    }
    bucket.counts[sentiment.label] += 1;
    if (sentiment.label === "positive") bucket.positive += Math.abs(sentiment.score);
    if (sentiment.label === "negative") bucket.negative += Math.abs(sentiment.score);
  }

  /** Comments of each verdict within the window that ends at `nowMs`. Forgets what is older. */
  counts(nowMs: number): Record<SentimentLabel, number> {
    const first = this.#firstBucket(nowMs);
    const sum = { positive: 0, neutral: 0, negative: 0 };
    for (const [key, bucket] of this.#buckets) {
      if (key < first) {
        this.#buckets.delete(key);
        continue;
      }
      sum.positive += bucket.counts.positive;
      sum.neutral += bucket.counts.neutral;
      sum.negative += bucket.counts.negative;
    }
    return sum;
  }

  /** One point a bucket, oldest first; the last one is now's. */
  points(nowMs: number): MoodPoint[] {
    const first = this.#firstBucket(nowMs);
    const last = Math.floor(nowMs / this.#options.bucketMs);
    const points: MoodPoint[] = [];
    for (let key = first; key <= last; ++key) {
      let [positive, negative, total] = [0, 0, 0];
      kKernel.forEach((weight, i) => {
        const near = key + i - 2;
        if (near > last) return; // the future is not silent, it is unknown
        const bucket = this.#buckets.get(near);
        positive += weight * (bucket?.positive ?? 0);
        negative += weight * (bucket?.negative ?? 0);
        total += weight;
      });
      points.push({ positive: positive / total, negative: negative / total });
    }
    return points;
  }

  /** Praise against complaint, -1 to 1; 0 where there is neither. A few comments alone do not carry it to an end. */
  balance(nowMs: number): number {
    const { positive, negative } = this.counts(nowMs);
    return (positive - negative) / (positive + negative + 4);
  }

  #firstBucket(nowMs: number): number {
    return Math.floor((nowMs - this.#options.windowMs) / this.#options.bucketMs) + 1;
  }
}
