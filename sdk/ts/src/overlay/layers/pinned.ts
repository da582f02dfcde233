// A comment that is kept in sight.
import type { Geometry, TimedText } from "../model.js";
import type { Canvas } from "../surface.js";
import { createPanel, drawLines, fillBox, linesOf } from "./panel.js";
import { pinnedRectangle } from "./placement.js";
import { singleLine } from "./text.js";

const accent = "#ffb020";

/** The author's line, if there is one, above one line of text; else two lines of text. */
export function drawPinned(
  { user, text }: Pick<TimedText, "user" | "text">,
  geometry: Geometry,
  fontFamily: string,
): Canvas {
  const { canvas, context, width, height } = createPanel(pinnedRectangle(geometry), geometry);
  fillBox(context, "rgba(24, 22, 20, 0.96)", 0, 0, width, height, 12);
  context.clip();
  fillBox(context, accent, 0, 0, 6, height, 0);

  // A pin: head, collar and needle.
  fillBox(context, accent, 20, 20, 14, 5, 2.5);
  fillBox(context, accent, 23, 22, 8, 11, 1);
  fillBox(context, accent, 18, 31, 18, 4, 2);
  fillBox(context, accent, 26, 34, 2, 11, 1);

  const left = 50;
  const room = width - left - 14;
  const name = singleLine(user);
  if (name) {
    context.font = `600 13px ${fontFamily}`;
    context.fillStyle = accent;
    drawLines(context, linesOf(context, name, room, 1), left, 20, 0);
  }
  context.font = `600 17px ${fontFamily}`;
  context.fillStyle = "#fff";
  drawLines(context, linesOf(context, singleLine(text), room, name ? 1 : 2), left, name ? 43 : height / 2, 22);
  return canvas;
}
