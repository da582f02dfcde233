// The night behind the round window: sky, moon, hills, drifting cloud, a pine that sways, now and then a meteor.
import { bitmap, drawing, glow, turned } from "./art.js";
import { chance, clamp01, kLoop, wave } from "./time.js";

const kX = 480;
const kY = 56;
const kSize = 372;

export async function makeNight() {
  const pine = await drawing("art/pine.svg");
  const sky = bitmap(kSize, kSize, (c) => {
    const g = c.createLinearGradient(0, 0, 0, kSize);
    g.addColorStop(0, "#0e1a33");
    g.addColorStop(0.5, "#27416b");
    g.addColorStop(0.8, "#5a6f92");
    g.addColorStop(1, "#a08f98");
    c.fillStyle = g;
    c.fillRect(0, 0, kSize, kSize);
    for (let i = 0; i < 46; i++) {
      c.fillStyle = `rgba(255,255,255,${0.15 + 0.4 * chance(i)})`;
      c.beginPath();
      c.arc(kSize * chance(i + 100), kSize * 0.6 * chance(i + 200), 0.5 + 0.8 * chance(i + 300), 0, 7);
      c.fill();
    }
  });
  const moon = bitmap(260, 260, (c) => {
    const halo = c.createRadialGradient(130, 130, 30, 130, 130, 130);
    halo.addColorStop(0, "rgba(255,240,205,.6)");
    halo.addColorStop(0.4, "rgba(255,236,196,.2)");
    halo.addColorStop(1, "rgba(255,236,196,0)");
    c.fillStyle = halo;
    c.fillRect(0, 0, 260, 260);
    const face = c.createRadialGradient(118, 116, 6, 130, 130, 46);
    face.addColorStop(0, "#fffdf2");
    face.addColorStop(1, "#f6dfae");
    c.fillStyle = face;
    c.beginPath();
    c.arc(130, 130, 44, 0, 7);
    c.fill();
    c.fillStyle = "rgba(214,178,118,.28)";
    for (const [x, y, r] of [
      [114, 120, 11],
      [146, 140, 14],
      [122, 150, 7],
      [143, 109, 6],
    ]) {
      c.beginPath();
      c.arc(x, y, r, 0, 7);
      c.fill();
    }
  });
  const hills = bitmap(kSize + 40, 150, (c) => {
    const ridge = (base, height, seed, top, bottom) => {
      const g = c.createLinearGradient(0, base - height, 0, 150);
      g.addColorStop(0, top);
      g.addColorStop(1, bottom);
      c.fillStyle = g;
      c.beginPath();
      c.moveTo(0, 150);
      for (let x = 0; x <= kSize + 40; x += 4) {
        const y = base - height * (0.5 + 0.32 * Math.sin(x / 61 + seed) + 0.18 * Math.sin(x / 23 + seed * 2.3));
        c.lineTo(x, y);
      }
      c.lineTo(kSize + 40, 150);
      c.fill();
    };
    ridge(86, 76, 1.1, "#4d668c", "#8797a8");
    ridge(112, 60, 3.4, "#314b6c", "#63788c");
    ridge(142, 52, 5.2, "#1b3145", "#2c4456");
  });
  const cloud = bitmap(300, 60, (c) => {
    c.filter = "blur(9px)";
    c.fillStyle = "rgba(214,222,240,.5)";
    for (const [x, y, rx, ry] of [
      [150, 34, 110, 8],
      [110, 28, 60, 9],
      [196, 30, 56, 8],
    ]) {
      c.beginPath();
      c.ellipse(x, y, rx, ry, 0, 0, 7);
      c.fill();
    }
  });
  const firefly = glow(9, "226,255,160", 0.9);

  return (c, t) => {
    c.drawImage(sky, kX, kY);
    c.drawImage(moon, kX + 52 + 5 * wave(t, 1), kY + 46 + 3 * wave(t, 1, 1.5));
    for (let i = 0; i < 3; i++) {
      const travel = (t / kLoop + i / 3) % 1;
      c.globalAlpha = 0.75 - 0.15 * i;
      c.drawImage(cloud, kX - 300 + travel * (kSize + 300), kY + 70 + i * 46);
    }
    c.globalAlpha = 1;
    const meteor = clamp01((t - 63) / 0.9);
    if (meteor > 0 && meteor < 1) {
      c.strokeStyle = `rgba(255,250,230,${0.9 * Math.sin(meteor * Math.PI)})`;
      c.lineWidth = 2;
      c.beginPath();
      c.moveTo(kX + 330 - meteor * 170, kY + 40 + meteor * 80);
      c.lineTo(kX + 360 - meteor * 170, kY + 26 + meteor * 80);
      c.stroke();
    }
    c.drawImage(hills, kX - 20 + 6 * wave(t, 1, 0.6), kY + kSize - 150);
    for (let i = 0; i < 5; i++) {
      c.globalAlpha = 0.5 + 0.5 * wave(t, 11 + i * 2, i * 1.7);
      c.drawImage(firefly, kX + 90 + 50 * i + 26 * wave(t, 3 + i, i), kY + 292 + 22 * wave(t, 4 + i, i * 2));
    }
    c.globalAlpha = 1;
    turned(c, pine, kX + kSize + 18, kY + 66, 400, 44, 0.012 * wave(t, 14) + 0.006 * wave(t, 31, 1));
  };
}
