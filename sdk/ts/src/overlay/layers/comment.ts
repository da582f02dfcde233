// One comment's type: white with a dark outline, so that it reads on any picture.
import type { TextStyle } from "./model.js";
import type { Context2d } from "./surface.js";

/** Each platform's clean CJK face, which also has its Latin: one line of one weight in either script. */
export const defaultFontFamily =
  '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", ' +
  '"WenQuanYi Micro Hei", system-ui, sans-serif';

/** Comments longer than this are cut: no lane can show more. */
const longestText = 300;

/** In device pixels. */
export interface TextMetrics {
  font: string;
  fontPixels: number;
  laneHeight: number;
  /** Outline and, for own comments, frame: on both sides. */
  padding: number;
  outline: number;
}

export function metricsOf(style: TextStyle, ratio: number): TextMetrics {
  const fontPixels = Math.round(style.fontSize * ratio);
  return {
    font: `600 ${fontPixels}px ${style.fontFamily}`,
    fontPixels,
    laneHeight: Math.max(8, Math.round(fontPixels * 1.5)),
    padding: Math.round(fontPixels / 3),
    outline: Math.max(2, fontPixels / 9),
  };
}

/** One line of it. */
export const singleLine = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= longestText ? line : `${line.slice(0, longestText).replace(/[\uD800-\uDBFF]$/, "")}…`;
};

export function measure(context: Context2d, metrics: TextMetrics, text: string): number {
  context.font = metrics.font;
  return Math.max(1, Math.ceil(context.measureText(text).width) + 2 * metrics.padding);
}

export interface TextToDraw {
  text: string;
  color: string;
  own: boolean;
  /** As measured with these metrics: what is on screen keeps its type when the options change. */
  width: number;
  metrics: TextMetrics;
}

/** Draws with the comment's left edge at x and the lane's top at y. Type that is too tall for the lane is scaled. */
export function drawText(context: Context2d, comment: TextToDraw, x: number, y: number, lane: number): void {
  const { font, laneHeight, padding, outline, fontPixels } = comment.metrics;
  const scale = Math.min(1, lane / laneHeight);
  context.translate(x, y + (lane - laneHeight * scale) / 2);
  context.scale(scale, scale);
  const middle = laneHeight / 2;
  context.font = font;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = outline;
  context.strokeStyle = "rgba(0, 0, 0, 0.72)";
  context.strokeText(comment.text, padding, middle);
  context.fillStyle = comment.color;
  context.fillText(comment.text, padding, middle);
  if (!comment.own) return;
  const line = Math.max(1, Math.round(fontPixels / 16));
  context.lineWidth = line;
  context.strokeStyle = comment.color;
  context.strokeRect(line / 2, line * 1.5, comment.width - line, laneHeight - 3 * line);
}
