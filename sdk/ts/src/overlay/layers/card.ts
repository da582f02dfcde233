// A product card: picture with the time that is left, title, price and a button.
import type { Geometry, ShownCard } from "../model.js";
import type { Canvas } from "../surface.js";
import { createPanel, drawLines, drawPicture, fillBox, linesOf } from "./panel.js";
import { cardButton as button, cardRectangle, cardGap as gap } from "./placement.js";

/** As a clock shows it: "00:42", "1:05:00". */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = `${two((left / 60) % 60)}:${two(left % 60)}`;
  return left < 3600 ? clock : `${Math.floor(left / 3600)}:${clock}`;
}

/** `image` may come later, then the card is drawn again; so it is for each second that is left. */
export function drawCard(
  card: ShownCard,
  remainingSeconds: number,
  geometry: Geometry,
  fontFamily: string,
  image: ImageBitmap | undefined,
): Canvas {
  const { canvas, context, width, height } = createPanel(cardRectangle(geometry), geometry);
  fillBox(context, "rgba(20, 18, 16, 0.22)", 0, 0, width, height, 14); // an edge on a light picture
  fillBox(context, "#fffdfa", 1, 1, width - 2, height - 2, 13);

  const side = height - 2 * gap;
  drawPicture(context, image, gap, gap, side, "#eceae4");
  context.font = `700 13px ${fontFamily}`;
  fillBox(context, "rgba(20, 18, 16, 0.78)", gap, gap + side - 22, side, 22, [0, 0, 8, 8]);
  context.fillStyle = "#fff";
  context.textAlign = "center";
  context.fillText(countdown(remainingSeconds), gap + side / 2, gap + side - 10.5);

  const left = side + 2.5 * gap;
  context.fillStyle = "#1c1b1a";
  context.font = `600 15px ${fontFamily}`;
  drawLines(context, linesOf(context, card.title, width - left - gap, 2), left, 29, 20);

  const top = height - gap - button.height;
  const middle = top + button.height / 2 + 0.5;
  context.fillStyle = "#b02a10";
  context.font = `700 18px ${fontFamily}`;
  context.fillText(card.price, left, middle, width - left - button.width - 2 * gap);

  fillBox(context, "#d6361a", width - gap - button.width, top, button.width, button.height, button.height / 2);
  context.fillStyle = "#fff";
  context.font = `700 15px ${fontFamily}`;
  context.textAlign = "center";
  context.fillText(card.buy, width - gap - button.width / 2, middle, button.width - 16);
  return canvas;
}
