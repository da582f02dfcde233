// A line of the room's own, such as one of its rules.
import type { Geometry } from "../model.js";
import type { Canvas } from "../surface.js";
import { createPanel, drawLines, fillBox, linesOf } from "./panel.js";
import { noticeRectangle } from "./placement.js";
import { singleLine } from "./text.js";

/** As wide as its words, in the middle of its rectangle. */
export function drawNotice(text: string, geometry: Geometry, fontFamily: string): Canvas {
  const { canvas, context, width, height } = createPanel(noticeRectangle(geometry), geometry);
  context.font = `500 15px ${fontFamily}`;
  const lines = linesOf(context, singleLine(text), width - 64, 2);
  const taken = Math.max(0, ...lines.map((line) => context.measureText(line).width)) + 60;
  const left = (width - taken) / 2;
  const tall = lines.length > 1 ? height : 34;
  const middle = height / 2;
  fillBox(context, "rgba(18, 40, 66, 0.96)", left, middle - tall / 2, taken, tall, 17);
  fillBox(context, "#7cc4ff", left + 14, middle - 9, 18, 18, 9);
  fillBox(context, "#12283f", left + 22, middle - 5.5, 2, 2.4, 1);
  fillBox(context, "#12283f", left + 22, middle - 1.5, 2, 7, 1);
  context.fillStyle = "#fff";
  drawLines(context, lines, left + 42, middle + 0.5, 20);
  return canvas;
}
