// A product card: picture, title and price, drawn once for each occurrence.
import type { Geometry, ShownCard } from "./model.js";
import { type Canvas, contextOf, createCanvas } from "./surface.js";

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Where a card rests, in CSS pixels: bottom right, above the player's controls. A broadcast's own captions begin on
 * the left.
 */
export function cardRectangle({ width, height }: Geometry): Rectangle {
  const margin = width < 640 ? 8 : 16;
  const controls = Math.min(64, height / 8);
  const size = { width: Math.min(320, width - 2 * margin), height: width < 640 ? 72 : 96 };
  return { x: width - margin - size.width, y: Math.max(0, height - controls - size.height), ...size };
}

/** `fontFamily` is the style's; `bitmap` may come later, then the card is drawn again. */
export function drawCard(
  card: ShownCard,
  { width, height }: Rectangle,
  ratio: number,
  fontFamily: string,
  bitmap: ImageBitmap | undefined,
): Canvas {
  const canvas = createCanvas(Math.round(width * ratio), Math.round(height * ratio));
  const context = contextOf(canvas);
  context.scale(ratio, ratio);
  context.fillStyle = "rgba(255, 255, 255, 0.96)";
  context.beginPath();
  context.roundRect(0, 0, width, height, 12);
  context.fill();
  context.clip();

  const gap = 8;
  const side = height - 2 * gap;
  context.save();
  context.beginPath();
  context.roundRect(gap, gap, side, side, 8);
  context.clip();
  context.fillStyle = "#eceae4";
  context.fillRect(gap, gap, side, side);
  if (bitmap) context.drawImage(bitmap, gap, gap, side, side);
  context.restore();

  const left = 2 * gap + side;
  const room = width - left - gap;
  const titleSize = height < 90 ? 14 : 16;
  context.textBaseline = "top";
  context.fillStyle = "#1c1b1a";
  context.font = `600 ${titleSize}px ${fontFamily}`;
  const lines = wrap(card.title, room, 2, (text) => context.measureText(text).width);
  lines.forEach((line, index) => {
    context.fillText(line, left, gap + 2 + index * titleSize * 1.3);
  });
  context.textBaseline = "bottom";
  context.fillStyle = "#c2371c";
  context.font = `700 ${titleSize + 2}px ${fontFamily}`;
  context.fillText(card.price, left, height - gap);
  return canvas;
}

/** Breaks at spaces, and between CJK characters; the last line ends in an ellipsis if text is left. */
export function wrap(text: string, room: number, most: number, measure: (text: string) => number): string[] {
  const pieces =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[^\s\p{Script=Han}]+|\s+/gu) ??
    [];
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    if (measure((line + piece).trimEnd()) <= room || line === "") {
      line += piece;
      continue;
    }
    lines.push(line.trimEnd());
    line = piece.trimStart();
  }
  if (line.trim()) lines.push(line.trimEnd());
  if (lines.length > most || lines.some((each) => measure(each) > room)) {
    const kept = lines.slice(0, most).map((each) => cut(each, room, measure));
    if (lines.length > most) kept[most - 1] = cut(`${lines[most - 1]}…`, room, measure);
    return kept;
  }
  return lines;
}

function cut(line: string, room: number, measure: (text: string) => number): string {
  if (measure(line) <= room) return line;
  const characters = Array.from(line.replace(/…$/, ""));
  while (characters.length > 0 && measure(`${characters.join("")}…`) > room) characters.pop();
  return `${characters.join("")}…`;
}
