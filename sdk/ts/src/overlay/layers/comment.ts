// One comment's look: outlined type that reads on any picture, with its pictures, tag, frame and count.

import type { CommentStyle } from "../../types.js";
import type { TextStyle, TimedText } from "../model.js";
import type { Canvas, Context2d } from "../surface.js";
import { isRightToLeft, setDirection, singleLine } from "./text.js";

/** In device pixels. */
export interface TextMetrics {
  font: string;
  /** Of tags and counts. */
  smallFont: string;
  fontPixels: number;
  /** Of the whole comment: a lane's, if it scrolls. */
  height: number;
  /** On both sides, for outline, shadow and frame. */
  padding: number;
  outline: number;
  outlineColor: string;
  shadow: number;
}

/**
 * `ratio` device pixels to a CSS pixel; `size` the comment's own factor. A comment that scrolls is at most as `tall` as
 * its lane, which is the height of the metrics of size 1.
 */
export function metricsOf(style: TextStyle, ratio: number, size = 1, tall = Number.POSITIVE_INFINITY): TextMetrics {
  const fontPixels = Math.max(
    1,
    Math.min(Math.round(style.fontSize * ratio * size), Math.floor(tall / Math.min(style.lineHeight, 1.25))),
  );
  const scale = fontPixels / style.fontSize;
  const outline = style.outline * scale;
  const shadow = style.shadow * scale;
  return {
    font: `${style.fontWeight} ${fontPixels}px ${style.fontFamily}`,
    smallFont: `700 ${Math.max(1, Math.round(fontPixels * 0.62))}px ${style.fontFamily}`,
    fontPixels,
    height: Math.max(8, Math.min(tall, Math.round(fontPixels * style.lineHeight))),
    padding: Math.max(Math.round(fontPixels / 3), Math.ceil(outline / 2 + shadow)),
    outline,
    outlineColor: style.outlineColor,
    shadow,
  };
}

/** A stretch of the comment, placed: text, or a picture by its key. */
export interface Run {
  text: string;
  picture: string;
  x: number;
  width: number;
}

/** What drawing a comment needs to know, found once. It holds for the metrics that it was measured with. */
export interface MeasuredText {
  runs: readonly Run[];
  rightToLeft: boolean;
  /** Device pixels, whole, at least 1; without the count's room. */
  width: number;
}

export type TextToMeasure = Pick<TimedText, "text" | "emotes" | "role">;

const tags = { viewer: undefined, vip: ["VIP", "#b7791f"], host: ["★", "#d6245c"] } as const;

/** The first letter decides on the direction of the whole; the tag is on the left in either. */
export function measure(context: Context2d, metrics: TextMetrics, text: TextToMeasure): MeasuredText {
  const { fontPixels, padding } = metrics;
  const tag = tags[text.role];
  let x = padding;
  if (tag) {
    context.font = metrics.smallFont;
    x += Math.ceil(context.measureText(tag[0]).width) + Math.round(fontPixels * 0.7);
  }
  context.font = metrics.font;
  const line = singleLine(text.text);
  const runs = split(line, text.emotes).map(({ words, picture }) => ({
    text: words,
    picture,
    x: 0,
    width: Math.ceil(picture ? fontPixels * 1.25 : context.measureText(words).width),
  }));
  const rightToLeft = isRightToLeft(runs.map((run) => (run.picture ? "" : run.text)).join(""));
  if (rightToLeft) runs.reverse();
  for (const run of runs) {
    run.x = x;
    x += run.width;
  }
  return { runs, rightToLeft, width: x + padding };
}

/** The longest token goes first where several fit. */
function split(line: string, emotes: Readonly<Record<string, string>>): { words: string; picture: string }[] {
  const tokens = Object.keys(emotes).filter(Boolean);
  if (tokens.length === 0) return [{ words: line, picture: "" }];
  const escaped = tokens
    .sort((a, b) => b.length - a.length)
    .map((token) => token.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return line
    .split(new RegExp(`(${escaped.join("|")})`))
    .map((words, index) => ({ words, picture: index % 2 ? (emotes[words] ?? "") : "" }))
    .filter(({ words }) => words);
}

/** What a count needs to the right of the comment, in device pixels. */
export const badgeRoom = ({ fontPixels }: TextMetrics): number => fontPixels * 2;

export interface TextToDraw {
  measured: MeasuredText;
  /** As measured with: what is on screen keeps its type when the options change. */
  metrics: TextMetrics;
  /** A CSS colour. */
  color: string;
  own: boolean;
  role: TimedText["role"];
  style: CommentStyle;
}

/**
 * Draws with the comment's left edge at x and the lane's top at y; a comment that is too tall for the lane is scaled. A
 * `count` above 1 goes into `badgeRoom` behind `measured.width`. `picture` gives what a run names, once it is there. The
 * caller restores the context's state.
 */
export function drawText(
  context: Context2d,
  comment: TextToDraw,
  x: number,
  y: number,
  lane: number,
  count: number,
  picture: (key: string) => Canvas | ImageBitmap | undefined,
): void {
  const { metrics, measured } = comment;
  const { height, padding } = metrics;
  const scale = Math.min(1, lane / height);
  context.translate(x, y + Math.round((lane - height * scale) / 2));
  context.scale(scale, scale);
  context.textBaseline = "middle";
  drawFrame(context, comment);
  const tag = tags[comment.role];
  if (tag) drawPill(context, metrics, tag[0], tag[1], padding, (measured.runs[0]?.x ?? measured.width) - padding);
  context.font = metrics.font;
  drawRuns(context, comment, picture);
  if (count < 2) return;
  const words = count > 999 ? "×999+" : `×${count}`;
  const gap = padding / 4;
  drawPill(context, metrics, words, "#d9480f", measured.width + gap, badgeRoom(metrics) - gap);
}

/**
 * Where copies of the letters make an outline, for small type: browsers keep letters that they have filled, and draw
 * eight of them faster than they stroke one. Nothing where the copies would show: there it is stroked.
 */
function edgeOf(outline: number): readonly (readonly [number, number])[] {
  const far = Math.round(outline / 2);
  if (far < 1 || far > 2) return [];
  const near = Math.round(far * 0.7);
  return [-1, 1].flatMap((way) => [
    [way * far, 0] as const,
    [0, way * far] as const,
    [way * near, near] as const,
    [way * near, -near] as const,
  ]);
}

function drawRuns(
  context: Context2d,
  { metrics, measured, color, style }: TextToDraw,
  picture: (key: string) => Canvas | ImageBitmap | undefined,
): void {
  const { height, padding, outline, shadow } = metrics;
  const { runs, width } = measured;
  const middle = height / 2;
  const colors = style.gradient ?? [];
  const ink = colors.length > 1 ? context.createLinearGradient(runs[0]?.x ?? 0, 0, width - padding, 0) : undefined;
  for (const [index, each] of colors.entries()) addColor(ink, index / (colors.length - 1), each);
  setDirection(context, measured.rightToLeft);
  context.lineJoin = "round";
  context.lineWidth = outline;
  context.strokeStyle = metrics.outlineColor;
  context.imageSmoothingQuality = "high";
  const edge = shadow > 0 ? [] : edgeOf(outline);
  // All outlines first: none may lie on the letter beside it.
  for (const fill of [false, true]) {
    context.shadowColor = "rgba(0, 0, 0, 0.9)";
    context.shadowBlur = fill && outline > 0 ? 0 : shadow;
    context.fillStyle = unknownColor; // stays, if the browser does not know the other
    context.fillStyle = ink ?? color;
    if (!fill) context.fillStyle = metrics.outlineColor;
    for (const run of runs) {
      if (run.picture) {
        const image = fill ? picture(run.picture) : undefined;
        if (image?.width) context.drawImage(image, run.x, (height - run.width) / 2, run.width, run.width);
      } else if (fill) {
        context.fillText(run.text, run.x, middle);
      } else if (edge.length > 0) {
        for (const [x, y] of edge) context.fillText(run.text, run.x + x, middle + y);
      } else if (outline > 0) {
        context.strokeText(run.text, run.x, middle);
      }
    }
  }
  context.shadowBlur = 0;
}

/** In place of one that this browser does not know. */
const unknownColor = "#fff";

function addColor(gradient: CanvasGradient | undefined, at: number, color: string): void {
  try {
    gradient?.addColorStop(at, color);
  } catch {
    gradient?.addColorStop(at, unknownColor);
  }
}

/** Background and border; the viewer's own comments have one in their colour. */
function drawFrame(context: Context2d, { metrics, measured, color, own, style }: TextToDraw): void {
  const { height, fontPixels } = metrics;
  const line = Math.max(1, Math.round(fontPixels / 16));
  const inset = line * 1.5;
  context.beginPath();
  context.roundRect(line / 2, inset, measured.width - line, height - 2 * inset, height / 4);
  if (style.background) {
    context.fillStyle = style.background;
    context.fill();
  }
  const border = style.border || (own && color);
  if (!border) return;
  context.lineWidth = line;
  context.strokeStyle = border;
  context.stroke();
}

/** Small words on a coloured ground, never wider than their room. */
function drawPill(
  context: Context2d,
  { smallFont, fontPixels, height }: TextMetrics,
  words: string,
  ground: string,
  x: number,
  room: number,
): void {
  const gap = Math.round(fontPixels * 0.2);
  const tall = Math.round(fontPixels * 0.86);
  context.font = smallFont;
  setDirection(context, false);
  const width = Math.min(room - gap, Math.ceil(context.measureText(words).width) + 2 * gap);
  context.fillStyle = ground;
  context.beginPath();
  context.roundRect(x, Math.round((height - tall) / 2), width, tall, tall / 3);
  context.fill();
  context.fillStyle = "#fff";
  context.fillText(words, x + gap, height / 2, Math.max(1, width - 2 * gap));
}
