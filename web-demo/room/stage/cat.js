// Persimmon the cat sleeps on the sill until something woollen comes on stage.
import { drawing, turned } from "./art.js";
import { kCues } from "./cues.js";
import { chance, during, mix, wave } from "./time.js";

export async function makeCat() {
  const [body, head] = await Promise.all([drawing("art/cat-body.svg"), drawing("art/cat-head.svg")]);
  return (c, t) => {
    const awake = during(t, kCues.catAwake[0], kCues.catAwake[1], 0.8);
    const breath = 1.4 * wave(t, 26);
    // tail, hanging over the sill
    const swing = mix(6, 16, awake) * wave(t, mix(20, 20, awake)) + 8 * awake * wave(t, 40, 1);
    c.lineCap = "round";
    for (const [width, colour] of [
      [15, "#a85a26"],
      [11, "#e08e48"],
    ]) {
      c.strokeStyle = colour;
      c.lineWidth = width;
      c.beginPath();
      c.moveTo(812, 424);
      c.bezierCurveTo(846, 424, 838, 462, 836 + swing * 0.4, 474);
      c.bezierCurveTo(834 + swing * 0.7, 488, 846 + swing, 494, 850 + swing, 486);
      c.stroke();
    }
    c.drawImage(body, 660, 338 - breath, 180, 100 + breath);
    const tilt = mix(-0.16, 0.05 * wave(t, 17), awake);
    const hx = 690;
    const hy = mix(404 - breath * 0.6, 376, awake);
    turned(c, head, hx, hy, 50, 56, tilt, 0.92);
    c.save();
    c.translate(hx, hy);
    c.rotate(tilt);
    c.scale(0.92, 0.92);
    c.translate(-50, -56);
    const blinking = chance(Math.floor(t * 2.5)) > 0.9;
    for (const x of [32, 68]) {
      if (awake > 0.5 && !blinking) {
        c.fillStyle = "#f4e27a";
        c.beginPath();
        c.ellipse(x, 49, 7.5, 8, 0, 0, 7);
        c.fill();
        c.fillStyle = "#2b1a10";
        c.beginPath();
        c.ellipse(x + 2.2 * awake, 49.5, 3.6, 6.8, 0, 0, 7);
        c.fill();
        c.fillStyle = "#fff";
        c.beginPath();
        c.arc(x, 46, 1.9, 0, 7);
        c.fill();
      } else {
        c.strokeStyle = "#7a3f1c";
        c.lineWidth = 2.6;
        c.beginPath();
        c.moveTo(x - 7, 50);
        c.quadraticCurveTo(x, 55, x + 7, 50);
        c.stroke();
      }
    }
    c.restore();
  };
}
