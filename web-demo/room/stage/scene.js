// The whole picture at time t, back to front.
import { makeAir } from "./air.js";
import { bitmap, drawing, glow, turned } from "./art.js";
import { makeCaptions } from "./captions.js";
import { makeCat } from "./cat.js";
import { kCues } from "./cues.js";
import { makeHost } from "./host.js";
import { makeNight } from "./night.js";
import { makeProducts, onStage, presence } from "./product.js";
import { during, wave } from "./time.js";

export const kWidth = 1280;
export const kHeight = 720;

// What stands on the shelf: product, x, the board's y, size.
const kShelf = [
  ["p01", 1052, 150, 112],
  ["p21", 1146, 150, 108],
  ["p16", 1050, 290, 124],
  ["p07", 1158, 290, 122],
  ["p20", 1052, 430, 122],
  ["p11", 1160, 430, 116],
];

const kTableTop = 520;

// Darkens the corners once, in the layers that do not move, instead of in every frame.
function vignette(c, top) {
  const g = c.createRadialGradient(600, 340 - top, 300, 640, 360 - top, 860);
  g.addColorStop(0, "rgba(10,6,8,0)");
  g.addColorStop(1, "rgba(10,6,8,.62)");
  c.globalCompositeOperation = "source-atop";
  c.fillStyle = g;
  c.fillRect(0, 0, kWidth, kHeight);
}

export async function makeScene({ room, products, events }) {
  const air = makeAir();
  const [night, host, cat, product] = await Promise.all([
    makeNight(),
    makeHost(),
    makeCat(),
    makeProducts(events, air),
  ]);
  const captions = makeCaptions(room, products, events);
  const [walls, table, vase, lantern, branch] = await Promise.all([
    drawing("art/room.svg"),
    drawing("art/table.svg"),
    drawing("art/vase.svg", { width: 185, height: 300 }),
    drawing("art/lantern.svg"),
    drawing("art/pine.svg"),
  ]);
  const shelf = await Promise.all(
    kShelf.map(([id, , , size]) =>
      drawing(`../products/${id}.svg`, { width: size, height: size, without: ["backdrop", "steam"] }),
    ),
  );
  const set = bitmap(kWidth, kHeight, (c) => {
    c.drawImage(walls, 0, 0);
    c.filter = "brightness(.72) saturate(.85)";
    for (const [i, [, x, board, size]] of kShelf.entries()) c.drawImage(shelf[i], x, board - size * 0.815);
    c.filter = "none";
    vignette(c, 0);
  });
  const counter = bitmap(kWidth, 200, (c) => {
    c.drawImage(table, 0, 0);
    vignette(c, kTableTop);
  });
  const near = bitmap(360, 300, (c) => {
    c.filter = "blur(7px) brightness(.55)";
    c.drawImage(branch, -20, 0);
  });
  const flare = glow(260, "255,208,130", 0.34);
  const moonlight = glow(330, "255,226,170", 1);

  return (c, t) => {
    const event = onStage(events, t);
    const showing = presence(event, t);
    night(c, t);
    c.drawImage(set, 0, 0);
    cat(c, t);
    turned(c, lantern, 450, 0, 70, 0, 0.02 * wave(t, 18));
    c.globalCompositeOperation = "lighter";
    c.globalAlpha = 0.85 + 0.08 * wave(t, 37) + 0.05 * wave(t, 83, 1);
    c.drawImage(flare, 190, -150);
    c.globalAlpha = 1;
    c.globalCompositeOperation = "source-over";
    host.behind(c, t, showing);
    c.drawImage(counter, 0, kTableTop);
    c.drawImage(vase, 2, 288);
    host.before(c, t, showing);
    air.steam(c, t, 322, 500, 90, 0.9);
    air.steam(c, t + 1.3, 366, 562, 50, 0.5);

    const dark = during(t, kCues.lightsOff[0], kCues.lightsOff[1], 0.7);
    if (dark > 0) {
      c.fillStyle = `rgba(8,10,24,${0.72 * dark})`;
      c.fillRect(0, 0, kWidth, kHeight);
      c.globalCompositeOperation = "soft-light";
      c.globalAlpha = dark;
      c.drawImage(moonlight, 935 - 420, 450 - 420, 840, 840);
      c.globalAlpha = 1;
      c.globalCompositeOperation = "source-over";
    }
    product(c, t, event);
    air.blossoms(c, t, event?.product === "p02" ? showing : 0);
    air.dust(c, t);
    turned(c, near, 1300, 600, 360, 60, 0.02 * wave(t, 16, 2) - 0.08);
    captions(c, t, event);
  };
}
