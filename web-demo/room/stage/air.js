// What hangs in the air: steam, incense smoke, dust in the lamplight, falling osmanthus.
import { bitmap, glow } from "./art.js";
import { chance, kLoop, wave } from "./time.js";

export function makeAir() {
  const puff = glow(26, "255,250,240", 0.5);
  const mote = glow(16, "255,214,150", 0.55);
  const far = glow(46, "255,196,120", 0.2);
  const bloom = bitmap(16, 16, (c) => {
    for (const [x, y, colour] of [
      [5, 5, "#ffe29a"],
      [11, 5, "#f9cf62"],
      [5, 11, "#f6c24b"],
      [11, 11, "#e9a632"],
      [8, 8, "#c97a1c"],
    ]) {
      c.fillStyle = colour;
      c.beginPath();
      c.arc(x, y, colour === "#c97a1c" ? 2 : 3.8, 0, 7);
      c.fill();
    }
  });

  return {
    // Steam that rises `height` pixels from (x, y).
    steam(c, t, x, y, height = 90, strength = 1) {
      for (let i = 0; i < 7; i++) {
        const life = (t / 4 + i / 7) % 1; // 4 s a puff, which divides the loop
        const size = 12 + 34 * life;
        c.globalAlpha = strength * 0.55 * Math.sin(life * Math.PI) ** 1.3;
        const sway = Math.sin(life * 5 + i * 2.1) * 11 * life;
        c.drawImage(puff, x + sway - size / 2, y - life * height - size / 2, size, size * 1.25);
      }
      c.globalAlpha = 1;
    },

    // A thread of smoke that stands straight at first and then begins to write.
    smoke(c, t, x, y, height, strength) {
      c.lineCap = "butt"; // round ends would overlap and show as beads
      for (const [offset, width, alpha] of [
        [0, 9, 0.13],
        [0, 3.2, 0.5],
        [1.7, 2.2, 0.34],
      ]) {
        let px = x;
        let py = y;
        for (let k = 1; k <= 46; k++) {
          const f = k / 46;
          const drift = Math.sin(f * 9 - ((t * 2 * Math.PI) / 3) * 1 + offset) * 24 * f ** 1.6;
          const nx = x + drift + Math.sin(f * 3.1 + offset) * 20 * f * wave(t, 10, offset);
          const ny = y - height * f;
          c.strokeStyle = `rgba(250,246,240,${strength * alpha * (1 - f) ** 0.7})`;
          c.lineWidth = width * (0.7 + 1.7 * f);
          c.beginPath();
          c.moveTo(px, py);
          c.lineTo(nx, ny);
          c.stroke();
          px = nx;
          py = ny;
        }
      }
    },

    dust(c, t) {
      c.globalCompositeOperation = "lighter";
      for (let i = 0; i < 22; i++) {
        const turns = 2 + Math.floor(4 * chance(i + 50));
        const x = 1280 * chance(i) + 46 * wave(t, turns, i);
        const y = (620 * (chance(i + 20) - (t / kLoop) * (1 + (i % 3))) + 620 * 8) % 620;
        c.globalAlpha = (0.25 + 0.2 * wave(t, turns * 3, i * 2)) * Math.sin((y / 620) * Math.PI);
        const image = i % 5 === 0 ? far : mote;
        c.drawImage(image, x, y);
      }
      c.globalAlpha = 1;
      c.globalCompositeOperation = "source-over";
    },

    // Osmanthus blossoms that fall past the stage; strength 0 draws none.
    blossoms(c, t, strength) {
      if (strength <= 0) return;
      for (let i = 0; i < 26; i++) {
        const life = (t / 6 + chance(i + 7)) % 1;
        const x = 700 + 470 * chance(i + 70) + 40 * Math.sin(life * 5 + i);
        c.globalAlpha = strength * Math.min(1, 5 * life, 5 * (1 - life));
        c.save();
        c.translate(x, 210 + 370 * life);
        c.rotate(life * 5 + i);
        const s = 0.6 + 0.7 * chance(i + 140);
        c.scale(s, s * (0.75 + 0.25 * Math.cos(life * 11 + i)));
        c.drawImage(bloom, -8, -8);
        c.restore();
      }
      c.globalAlpha = 1;
    },
  };
}
