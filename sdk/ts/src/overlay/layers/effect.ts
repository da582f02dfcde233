// Particles of effects: hearts in a few colours.
import { type Canvas, contextOf, createCanvas } from "../surface.js";

const colors = ["#ff3b5c", "#ff6ea9", "#ff9f43", "#ffd23f", "#a06bff", "#38c7ff"];

/** Pictures 0 to this. */
export const effectPictures = colors.length;

/** A picture of `size` device pixels to a side. */
export function drawEffect(picture: number, size: number): Canvas {
  const canvas = createCanvas(size, size);
  const context = contextOf(canvas);
  context.scale(size / 32, size / 32);
  context.beginPath();
  context.moveTo(16, 28);
  context.bezierCurveTo(2, 18, 2, 4, 10, 4);
  context.bezierCurveTo(13, 4, 15, 6, 16, 9);
  context.bezierCurveTo(17, 6, 19, 4, 22, 4);
  context.bezierCurveTo(30, 4, 30, 18, 16, 28);
  context.lineJoin = "round";
  context.lineWidth = 2.5;
  context.strokeStyle = "rgba(255, 255, 255, 0.9)";
  context.stroke();
  context.fillStyle = colors[picture % colors.length] as string;
  context.fill();
  context.fillStyle = "rgba(255, 255, 255, 0.6)";
  context.beginPath();
  context.ellipse(9.5, 9.5, 2, 3.2, 0.6, 0, 7);
  context.fill();
  return canvas;
}
