// The host: breathes, blinks, talks, looks from us to the product and shows it with an open hand.
import { drawing, turned } from "./art.js";
import { kCues } from "./cues.js";
import { chance, during, kLoop, mix, smooth, wave } from "./time.js";

const kBlinks = Array.from({ length: 36 }, (_, i) => i * (kLoop / 36) + 2.4 * chance(i + 400));

const blink = (t) => Math.max(0, ...kBlinks.map((at) => 1 - Math.abs(t - at - 0.09) / 0.09));

// He speaks in phrases of about three seconds with a breath between them.
const speech = (t) => {
  const phrase = during(t % 4, 0.15, 3.3, 0.25);
  return phrase * Math.abs(0.55 * wave(t, 410) + 0.35 * wave(t, 655, 1) + 0.25 * wave(t, 233, 2));
};

export async function makeHost() {
  const [body, head, arm, cupArm] = await Promise.all(
    ["body", "head", "arm", "cup-arm"].map((part) => drawing(`art/host-${part}.svg`)),
  );

  function face(c, t, gaze, ouch) {
    const closed = Math.max(blink(t), ouch);
    const lift = 2.5 * during(t % 8, 1, 3, 0.5) - 5 * ouch;
    c.lineCap = "round";
    for (const side of [-1, 1]) {
      const x = 124 + side * 29;
      c.strokeStyle = "#3a2a26";
      c.lineWidth = 5;
      c.beginPath();
      c.moveTo(x - 15, 114 - lift + (side < 0 ? 3 : -1));
      c.quadraticCurveTo(x, 106 - lift, x + 15, 114 - lift + (side < 0 ? -1 : 3));
      c.stroke();
      if (closed > 0.6) {
        c.lineWidth = 3.6;
        c.beginPath();
        c.moveTo(x - 10, 132);
        c.quadraticCurveTo(x, ouch > 0.5 ? 126 : 138, x + 10, 132);
        c.stroke();
        continue;
      }
      const open = 1 - closed;
      c.fillStyle = "#fffdf8";
      c.beginPath();
      c.ellipse(x, 131, 11.5, 9.5 * open, 0, 0, 7);
      c.fill();
      c.save();
      c.clip();
      c.fillStyle = "#3b2620";
      c.beginPath();
      c.ellipse(x + gaze * 4.5, 131.5, 7.2, 8, 0, 0, 7);
      c.fill();
      c.fillStyle = "#fff";
      c.beginPath();
      c.arc(x + gaze * 4.5 - 2.4, 128.4, 2.4, 0, 7);
      c.fill();
      c.restore();
      c.strokeStyle = "#2b1f1d";
      c.lineWidth = 3.2;
      c.beginPath();
      c.moveTo(x - 12, 130 - 1 * open);
      c.quadraticCurveTo(x, 131 - 13 * open, x + 12.5, 129 - 1 * open);
      c.stroke();
    }
    const mouth = ouch > 0.3 ? 0.2 : speech(t);
    c.strokeStyle = "#a5503f";
    c.lineWidth = 3.2;
    if (mouth < 0.16) {
      c.beginPath();
      c.moveTo(108, 180);
      c.quadraticCurveTo(125, ouch > 0.3 ? 174 : 192, 142, 179);
      c.stroke();
      return;
    }
    const drop = 6 + 15 * Math.min(1, mouth);
    c.fillStyle = "#8a342b";
    c.beginPath();
    c.moveTo(109, 179);
    c.quadraticCurveTo(125, 183, 141, 178);
    c.quadraticCurveTo(138, 180 + drop, 125, 181 + drop);
    c.quadraticCurveTo(112, 180 + drop, 109, 179);
    c.fill();
    c.save();
    c.clip();
    c.fillStyle = "#fff6ee";
    c.fillRect(106, 176, 40, 7);
    c.fillStyle = "#e0806c";
    c.beginPath();
    c.ellipse(125, 186 + drop * 0.8, 11, 7, 0, 0, 7);
    c.fill();
    c.restore();
  }

  return {
    // Behind the table. showing: 0 at rest .. 1 while a product is presented.
    behind(c, t, showing) {
      const breath = 2.2 * wave(t, 30);
      const ouch = during(t, kCues.burntFingers[0], kCues.burntFingers[1], 0.25);
      c.drawImage(body, 115, 168 + breath, 400, 420);
      const turn = showing * during(t % 8, 3.4, 7.4, 0.7);
      const nod = 0.022 * wave(t, 24) + 0.014 * wave(t, 60, 1) + 0.03 * turn - 0.05 * ouch;
      c.save();
      c.translate(311 + 2 * wave(t, 15) + 6 * turn, 392 + breath * 1.25);
      c.rotate(nod);
      c.translate(-124, -204);
      c.drawImage(head, 0, 0);
      face(c, t, mix(0.1 * wave(t, 10), 0.95, turn), ouch);
      c.restore();
    },

    // In front of the table: both forearms.
    before(c, t, showing) {
      const breath = 1.2 * wave(t, 30);
      const ouch = during(t, kCues.burntFingers[0], kCues.burntFingers[1], 0.2);
      const pour = during(t, kCues.pour[0], kCues.pour[1], 0.7);
      c.drawImage(cupArm, 146, 458 + breath);
      const talk = showing * (0.05 * wave(t, 40) + 0.035 * wave(t, 66, 1));
      const shake = ouch * 0.2 * Math.sin(t * 34);
      const lift = mix(0.02, -0.42, showing) - 0.22 * pour + talk + shake;
      turned(c, arm, 446, 536 + breath, 60, 80, lift, 1 - 0.04 * smooth(showing));
    },
  };
}
