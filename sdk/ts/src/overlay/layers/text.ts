// What all text of the overlay needs before it is drawn: one line of it, its direction, and where to break it.
import type { Context2d } from "../surface.js";

/** Characters of one line as readers count them; no lane can show more. */
const longestLine = 300;
const rightToLeft = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): string[] {
  if (!("Segmenter" in Intl)) return Array.from(text);
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** White space becomes one space, control characters go, and 300 characters are left. */
export function singleLine(text: string): string {
  const line = text
    .replace(/\s+/g, " ")
    .replace(/\p{Cc}/gu, "")
    .trim();
  if (line.length <= longestLine) return line;
  const kept = graphemes(line.slice(0, 8 * longestLine))
    .slice(0, longestLine)
    .join("");
  return kept.length < line.length ? `${kept}…` : kept;
}

/** Whether the first letter is of a script that runs to the left. */
export const isRightToLeft = (text: string): boolean => rightToLeft.test(/[\p{L}\u200e\u200f]/u.exec(text)?.[0] ?? "");

/**
 * Makes the context draw a text from its left edge on. Each text that is drawn is a paragraph of its own, so what one
 * does to the writing direction never reaches another.
 */
export function setDirection(context: Context2d, rightToLeft: boolean): void {
  context.direction = rightToLeft ? "rtl" : "ltr";
  context.textAlign = "left";
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
  const characters = graphemes(line.replace(/…$/, ""));
  while (characters.length > 0 && measure(`${characters.join("")}…`) > room) characters.pop();
  return `${characters.join("")}…`;
}
