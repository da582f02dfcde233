// The mood's buckets as a line with its error band: where each lies in the window of time that is shown, and how sure
// it is.

import type { CommentSummary, MoodChange } from "@sotto/live";

export type MoodBucket = CommentSummary["mood"]["buckets"][number];

export interface MoodPoint {
  /** 0 at the window's begin to 1 now. */
  readonly x: number;
  /** Mean score, and the ends of its 95 % interval; -1 to 1. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly bucket: MoodBucket;
}

export interface MoodShape {
  /** Seconds that the window spans: it grows with the stream from one minute to ten. */
  readonly seconds: number;
  /** Stretches without a silence in between, the oldest first. */
  readonly runs: readonly (readonly MoodPoint[])[];
  readonly changes: readonly { readonly x: number; readonly change: MoodChange }[];
  /** Where the burst that goes on began. */
  readonly burst: number | null;
}

/** Standard errors that 95 % of means lie within. */
export const kSure = 1.96;

const kShortest = 60;
const kLongest = 600;
/** Seconds of a bucket. */
const kBucket = 10;
/** Without a comment for longer than this, the line breaks off. Seconds. */
const kSilence = 30;

const clip = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

export function moodShape({ at, mood, burst }: Pick<CommentSummary, "at" | "mood" | "burst">): MoodShape {
  const seconds = clip(at - (mood.buckets[0]?.begin ?? at), kShortest, kLongest);
  const place = (time: number) => 1 - (at - time) / seconds;
  const runs: MoodPoint[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const bucket of mood.buckets) {
    const { begin, mean, error } = bucket;
    if (begin + kBucket < at - seconds) continue;
    const open = begin + kBucket >= at; // it is now's: the line ends at the edge
    const point = {
      x: open ? 1 : Math.max(0, place(begin + kBucket / 2)),
      mean,
      low: clip(mean - kSure * error, -1, 1),
      high: clip(mean + kSure * error, -1, 1),
      bucket,
    };
    const run = runs.at(-1);
    if (run && begin - end < kSilence) run.push(point);
    else runs.push([point]);
    end = begin + kBucket;
  }
  return {
    seconds,
    runs,
    changes: mood.changes.map((change) => ({ x: place(change.at), change })).filter(({ x }) => x >= 0 && x <= 1),
    burst: burst ? clip(place(burst.since), 0, 1) : null,
  };
}
