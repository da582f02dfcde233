// The planner's options from what the page says: CSS pixels become device pixels, shares become lanes.
import { Overlap, type PlannerOptions } from "../../core/planner.js";
import { badgeRoom, type TextMetrics } from "../layers/comment.js";
import type { Geometry, TextStyle } from "../model.js";
import { micros } from "./units.js";

/** Some browsers silently give no canvas above this many pixels. */
const mostPixels = 16_777_216;
const mostLanes = 2048;

export interface PlanningLook {
  geometry: Geometry;
  style: TextStyle;
  metrics: TextMetrics;
  /** Font pixels in which comments were measured first: the planner's unit of width. */
  unit: number;
  /** Whether there is room for a count behind each comment. */
  merges: boolean;
  /** Whether a comment flows to the right. */
  reverse: boolean;
  /** The longest side that the backend can have. */
  maxSide: number;
}

/** Device pixels to a CSS pixel at which the screen and its strips, which are longer, are within those limits. */
export function mostRatio({ width, height }: Geometry, style: TextStyle, maxSide: number): number {
  const lane = style.fontSize * style.lineHeight;
  const lanes = Math.max(lane, height * style.area + lane / 2);
  const pixels = Math.sqrt((mostPixels * 0.8) / (width * Math.max(lanes, height * 0.81)));
  return Math.min((maxSide * 0.6) / Math.max(width, height), pixels);
}

export function plannerOptions({
  geometry,
  style,
  metrics,
  unit,
  merges,
  reverse,
  maxSide,
}: PlanningLook): PlannerOptions {
  const pixels = (css: number) => Math.max(1, Math.min(16_384, Math.round(css * geometry.ratio)));
  const width = pixels(geometry.width);
  const height = pixels(geometry.height);
  const laneHeight = Math.min(1024, metrics.height);
  const top = Math.min(height, Math.round(metrics.fontPixels / 4));
  const fitting = Math.max(1, Math.floor((height - top) / laneHeight));
  const lanes = Math.max(
    1,
    Math.min(
      style.lanes || mostLanes,
      fitting,
      Math.round((height * style.area) / laneHeight),
      Math.floor(maxSide / laneHeight),
    ),
  );
  // The strips are one canvas: no longer than a side may be, and not too large in all. Beside the screen they hold two
  // sixteenths of it and what rounds them up.
  const room = Math.min(maxSide, Math.floor(mostPixels / (lanes * laneHeight))) - width - 2 * (width / 16 + 16) - 64;
  return {
    width,
    height,
    laneHeight,
    top,
    lanes,
    reverseLanes: Math.min(lanes, style.reverseLanes ?? (reverse ? Math.ceil(lanes / 6) : 0)),
    stillRows: Math.max(1, Math.floor(fitting / 2)),
    maxCommentWidth: Math.max(64, Math.min(8192, Math.floor(room), Math.max(2048, width))),
    // Room for a count behind a comment is as good as a gap.
    gap: Math.max(0, Math.min(1024, Math.round(style.gap * geometry.ratio) - (merges ? badgeRoom(metrics) : 0))),
    textScale: Math.round((1e6 * metrics.fontPixels) / unit),
    spread: Math.round(style.speedSpread * 1000),
    maxVisible: style.maxVisible,
    overlap: Overlap[style.overlap],
    crossing: micros(style.crossing),
    patience: micros(style.patience),
    still: micros(style.still),
  };
}
