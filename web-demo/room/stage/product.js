// The product on stage: it is set down on the plinth, lives a little (steam, smoke, light), and is taken away again.
import { bitmap, drawing, glow } from "./art.js";
import { kCues } from "./cues.js";
import { during, easeOut, easeSettle, mix, smooth } from "./time.js";

const kSize = 340; // pixels on stage of a drawing of 400 x 400
const kScale = kSize / 400;
const kCentre = 935;
const kGround = 574; // where a drawing's y = 326 stands

export const onStage = (events, t) => events.find((e) => t >= e.at && t < e.at + e.duration);

// How far the product is on stage: 0 away, 1 there.
export const presence = (event, t) =>
  event ? Math.min(smooth((t - event.at) / 0.9), smooth((event.at + event.duration - t) / 0.7)) : 0;

// A drawing's point (x, y) on the canvas.
const at = (x, y) => [kCentre + (x - 200) * kScale, kGround + (y - 326) * kScale];

export async function makeProducts(events, air) {
  const at400 = { width: kSize, height: kSize };
  const shown = new Map();
  for (const { product } of events) {
    shown.set(
      product,
      await drawing(`../products/${product}.svg`, {
        ...at400,
        without: ["backdrop", "shadow", "steam", "cup", "stamp"],
      }),
    );
  }
  const cup = await drawing("../products/p06.svg", { ...at400, only: "cup" });
  const stamp = await drawing("../products/p24.svg", { ...at400, only: "stamp" });
  const warm = glow(300, "255,206,128", 0.75);
  const shadow = glow(150, "28,20,12", 0.85);
  const sheen = new OffscreenCanvas(kSize, kSize);
  const sheenContext = sheen.getContext("2d");
  const plinth = bitmap(340, 70, (c) => {
    const side = c.createLinearGradient(0, 0, 340, 0);
    for (const [stop, colour] of [
      [0, "#5d3a20"],
      [0.3, "#c9966a"],
      [0.6, "#8f6040"],
      [1, "#3f2917"],
    ])
      side.addColorStop(stop, colour);
    c.fillStyle = "rgba(10,20,16,.4)";
    c.beginPath();
    c.ellipse(176, 46, 160, 20, 0, 0, 7);
    c.fill();
    c.fillStyle = side;
    c.beginPath();
    c.ellipse(170, 38, 156, 22, 0, 0, Math.PI);
    c.ellipse(170, 26, 156, 22, 0, Math.PI, 0, true);
    c.fill();
    const top = c.createLinearGradient(0, 4, 340, 48);
    top.addColorStop(0, "#edc79a");
    top.addColorStop(1, "#a8744a");
    c.fillStyle = top;
    c.beginPath();
    c.ellipse(170, 26, 156, 22, 0, 0, 7);
    c.fill();
    c.strokeStyle = "rgba(125,82,51,.5)";
    c.lineWidth = 1.5;
    for (const k of [0.86, 0.6, 0.34]) {
      c.beginPath();
      c.ellipse(170, 26, 156 * k, 22 * k, 0, 0, 7);
      c.stroke();
    }
  });

  // A streak of light that passes over the product once in a while.
  function glint(c, image, x, y, t, event) {
    const pass = ((t - event.at - 1.2) % 4.6) / 1.3;
    if (t < event.at + 1.2 || pass > 1) return;
    sheenContext.globalCompositeOperation = "copy";
    sheenContext.drawImage(image, 0, 0);
    sheenContext.globalCompositeOperation = "source-in";
    const from = mix(-160, kSize + 60, pass);
    const g = sheenContext.createLinearGradient(from, 0, from + 120, 60);
    g.addColorStop(0, "rgba(255,255,255,0)");
    g.addColorStop(0.5, "rgba(255,252,240,.34)");
    g.addColorStop(1, "rgba(255,255,255,0)");
    sheenContext.fillStyle = g;
    sheenContext.fillRect(0, 0, kSize, kSize);
    c.globalCompositeOperation = "lighter";
    c.drawImage(sheen, x, y);
    c.globalCompositeOperation = "source-over";
  }

  const alive = {
    p05: (c, t, k) => air.steam(c, t, ...at(132, 136), 120, k),
    p06(c, t, k) {
      const pour = during(t, kCues.pour[0], kCues.pour[1], 0.8);
      c.globalAlpha = k;
      c.drawImage(cup, ...at(0, 0));
      c.globalAlpha = 1;
      if (pour < 0.9) return air.steam(c, t, ...at(44, 160), 90, k * (1 - pour));
      const [x, y] = at(100, 296);
      c.strokeStyle = "rgba(226,160,78,.9)";
      c.lineWidth = 4;
      c.lineCap = "round";
      c.beginPath();
      c.moveTo(x - 3, y - 76);
      c.quadraticCurveTo(x, y - 60, x + 1.5 * Math.sin(t * 30), y);
      c.stroke();
      air.steam(c, t, x, y - 6, 60, 0.8);
    },
    p14: (c, t, k) => air.smoke(c, t, ...at(220, 128), 250, k),
    p24(c, t, k) {
      const press = during(t, kCues.seal[0], kCues.seal[1], 0.55);
      const down = during(t, kCues.seal[0] + 0.5, kCues.seal[1] - 0.5, 0.2);
      c.globalAlpha = k;
      const [x, y] = at(mix(0, -140, press), mix(0, -110, press) + 26 * down);
      c.drawImage(stamp, x, y);
      c.globalAlpha = 1;
    },
  };

  return (c, t, event) => {
    c.drawImage(plinth, kCentre - 170, kGround - 34);
    if (!event) return;
    const since = t - event.at;
    const left = event.at + event.duration - t;
    const k = presence(event, t);
    const image = shown.get(event.product);
    const lamp = event.product === "p13" ? k : 0;
    if (lamp) {
      c.globalCompositeOperation = "lighter";
      c.globalAlpha = lamp * (0.6 + 0.03 * Math.sin(t * 5));
      const [x, y] = at(200, 180);
      c.drawImage(warm, x - 300, y - 300);
      c.globalCompositeOperation = "source-over";
    }
    c.globalAlpha = k;
    c.drawImage(shadow, kCentre - 148, kGround - 22, 310, 38);
    c.globalAlpha = 1;
    const [x, y] = at(0, 0);
    const drop = -70 * (1 - easeSettle(since / 0.9)) - 50 * (1 - easeOut(left / 0.7));
    c.save();
    c.globalAlpha = k;
    c.translate(0, drop);
    if (event.product === "p06") {
      // He tips the pot about its foot so that the spout comes over the cup.
      const pour = during(t, kCues.pour[0], kCues.pour[1], 0.8);
      const [px, py] = at(240, 250);
      c.translate(px, py - 44 * pour);
      c.rotate(-0.42 * pour);
      c.translate(-px + 26 * pour, -py);
    }
    c.drawImage(image, x, y);
    glint(c, image, x, y, t, event);
    c.restore();
    c.globalAlpha = 1;
    alive[event.product]?.(c, t, k);
  };
}
