// Time on stage. Everything that moves is a function of t in seconds and repeats after `kLoop`, so the video's last frame
// is followed by its first without a seam.

export const kLoop = 120;
export const kFramesPerSecond = 25;

export const clamp01 = (x) => Math.min(1, Math.max(0, x));
export const mix = (a, b, k) => a + (b - a) * k;
export const smooth = (x) => {
  const k = clamp01(x);
  return k * k * (3 - 2 * k);
};
export const easeOut = (x) => 1 - (1 - clamp01(x)) ** 3;

// Runs past 1 by about a twentieth and comes back: a thing that is set down.
export const easeSettle = (x) => {
  const k = clamp01(x) - 1;
  return 1 + 2.2 * k ** 3 + 1.2 * k ** 2;
};

// 0 outside [from, to], 1 inside, with smooth edges of `edge` seconds that lie within the interval.
export const during = (t, from, to, edge) => smooth((t - from) / edge) * smooth((to - t) / edge);

// A sine wave with a whole number of turns a loop.
export const wave = (t, turns, phase = 0) => Math.sin((t / kLoop) * 2 * Math.PI * turns + phase);

// A fixed "random" number in [0, 1) for each whole n: the same frame always looks the same.
export const chance = (n) => {
  let h = Math.imul(n + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
};
