// A banner with who gave what, and how often.
import type { Geometry, Gift } from "../model.js";
import type { Canvas } from "../surface.js";
import { createPanel, drawLines, drawPicture, fillBox, linesOf } from "./panel.js";
import { giftRectangle } from "./placement.js";
import { singleLine } from "./text.js";

/** `image` may come later, then the banner is drawn again. */
export function drawGift(
  { user, words, count }: Gift,
  geometry: Geometry,
  fontFamily: string,
  image: ImageBitmap | undefined,
): Canvas {
  const { canvas, context, width, height } = createPanel(giftRectangle(geometry, 0), geometry);
  const ground = context.createLinearGradient(0, 0, width, 0);
  ground.addColorStop(0, "rgba(196, 24, 92, 0.97)");
  ground.addColorStop(0.6, "rgba(120, 40, 190, 0.96)");
  ground.addColorStop(1, "rgba(120, 40, 190, 0.88)");
  fillBox(context, ground, 0, 0, width, height, height / 2);

  const side = height - 16;
  drawPicture(context, image, 12, 8, side, "rgba(255, 255, 255, 0.22)");
  const left = side + 22;
  const counted = count > 1 ? `×${count}` : "";
  context.font = `italic 800 26px ${fontFamily}`;
  const countWidth = counted ? Math.min(90, context.measureText(counted).width + 8) : 0;
  const room = width - left - countWidth - 16;
  if (counted) {
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = "rgba(74, 10, 60, 0.9)";
    context.strokeText(counted, width - countWidth - 8, height / 2 + 1, 82);
    context.fillStyle = "#ffd84a";
    context.fillText(counted, width - countWidth - 8, height / 2 + 1, 82);
  }
  context.fillStyle = "#fff";
  context.font = `700 15px ${fontFamily}`;
  drawLines(context, linesOf(context, singleLine(user), room, 1), left, 19, 0);
  context.fillStyle = "#ffe3f1";
  context.font = `500 13px ${fontFamily}`;
  drawLines(context, linesOf(context, singleLine(words), room, 1), left, 38, 0);
  return canvas;
}
