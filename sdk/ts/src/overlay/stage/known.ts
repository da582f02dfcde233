// The comments that a plan may name, by the planner's numbers: what they say, how they were measured, how often they
// were said.
import type { LiveComment } from "../../types.js";
import { type MeasuredText, measure, metricsOf, type TextMetrics } from "../layers/comment.js";
import type { Geometry, TextStyle, TimedText } from "../model.js";
import type { Canvas, Context2d } from "../surface.js";

export interface Known {
  text: TimedText;
  /** In the planner's units. */
  width: number;
  /** Whether there is room for a count behind it. */
  badge: boolean;
  metrics: TextMetrics;
  measured: MeasuredText;
  /** The look that `measured` is of. */
  look: number;
  /** Comments that it stands for; of a recorded one, from each time on (seconds). */
  count: number;
  counts: { at: number; count: number }[] | undefined;
  /** Its own picture, while it stands still. */
  sprite: { image: Canvas; version: number } | undefined;
}

export const liveComment = ({ id, at, user, text, own }: TimedText): LiveComment => ({ id, at, user, text, own });

/** How comments are measured now. */
export class Look {
  /** Changes with everything that changes a comment's pixels. */
  version = 0;
  style: TextStyle;
  geometry: Geometry;
  /** Of a comment of size 1: the lane's height is theirs. */
  metrics: TextMetrics;

  constructor(geometry: Geometry, style: TextStyle) {
    this.geometry = geometry;
    this.style = style;
    this.metrics = metricsOf(style, geometry.ratio);
  }

  change(geometry: Geometry, style: TextStyle): void {
    this.version++;
    this.geometry = geometry;
    this.style = style;
    this.metrics = metricsOf(style, geometry.ratio);
  }

  metricsFor({ size, mode }: TimedText): TextMetrics {
    if (size === 1) return this.metrics;
    return metricsOf(this.style, this.geometry.ratio, size, mode === "free" ? undefined : this.metrics.height);
  }

  know(context: Context2d, text: TimedText): Known {
    const metrics = this.metricsFor(text);
    const measured = measure(context, metrics, text);
    return {
      text,
      width: 0,
      badge: false,
      metrics,
      measured,
      look: this.version,
      count: 1,
      counts: undefined,
      sprite: undefined,
    };
  }

  /** Measures anew what was measured for another look. */
  refresh(context: Context2d, known: Known): void {
    if (known.look === this.version) return;
    known.metrics = this.metricsFor(known.text);
    known.measured = measure(context, known.metrics, known.text);
    known.look = this.version;
    known.sprite = undefined;
  }
}

/** How many comments it stands for at a time (seconds of media time). */
export function countAt({ count, counts }: Known, now: number): number {
  if (!counts) return count;
  let low = 0;
  for (let high = counts.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((counts[middle] as { at: number }).at <= now) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 1 : (counts[low - 1] as { count: number }).count;
}
