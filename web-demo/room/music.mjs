// The room's music: a slow pentatonic tune on a plucked string over a soft pad, made here sample by sample.
//
//   node music.mjs SECONDS FILE   writes a 16-bit stereo WAV file
//
// It is written for a loop: what still rings at the end is heard at the beginning, so the seam is silent to the ear.

import { writeFileSync } from "node:fs";

const kSampleRate = 48000;

// The yu mode on D: D F G A C. Numbers are steps of the scale, 0 = D4; a dot is a rest of one beat.
const kScale = [0, 3, 5, 7, 10];
const kTune = `
  0 . 2 3 . . 4 . 3 . . .   5 . 4 3 . 2 . . 0 . . .
  2 . 3 . 5 . . . 4 3 . .   2 . . 0 . -1 . . . . . .
  3 . 5 6 . . 5 . 4 . . .   3 . 2 . 3 . . . 0 . . .
  -2 . 0 . 2 . . . 3 . 2 .  0 . . -1 . 0 . . . . . .
`;
const kPads = [
  [-5, -2, 0],
  [-4, -1, 2],
  [-3, 0, 2],
  [-5, -2, 0],
];

const frequency = (step) => {
  const octave = Math.floor(step / 5);
  return 293.66 * 2 ** ((kScale[step - octave * 5] + 12 * octave) / 12);
};

// A small fixed noise source: the tune must sound the same wherever it is made.
function noise(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

// One plucked string (Karplus and Strong, "Digital Synthesis of Plucked-String and Drum Timbres", 1983), added to `out`
// from sample `start` on, around the loop.
function pluck(out, start, hertz, loudness, seed) {
  const period = Math.round(kSampleRate / hertz);
  const random = noise(seed);
  const line = new Float64Array(period);
  let soft = 0;
  for (let i = 0; i < period; i++) {
    soft += 0.28 * (random() - soft); // a fingertip, not a plectrum
    line[i] = soft;
  }
  const length = Math.min(out.length, Math.round(4.2 * kSampleRate));
  let at = 0;
  for (let i = 0; i < length; i++) {
    const next = at + 1 === period ? 0 : at + 1;
    const sample = line[at];
    line[at] = 0.9975 * (0.5 * line[at] + 0.5 * line[next]);
    at = next;
    const release = Math.min(1, (length - i) / (0.5 * kSampleRate));
    out[(start + i) % out.length] += loudness * release * sample;
  }
}

// A slow swell of a few sines, each slightly apart on the two sides.
function pad(left, right, start, length, steps) {
  for (const [voice, step] of steps.entries()) {
    const hertz = frequency(step);
    for (let i = 0; i < length; i++) {
      const swell = Math.sin((Math.PI * i) / length) ** 2;
      const time = i / kSampleRate;
      const at = (start + i) % left.length;
      left[at] += 0.03 * swell * Math.sin(2 * Math.PI * (hertz - 0.23) * time + voice);
      right[at] += 0.03 * swell * Math.sin(2 * Math.PI * (hertz + 0.23) * time + voice * 2);
    }
  }
}

// Feedback delays of unequal length, run twice around the loop so that the tail is there from the first sample.
function hall(dry, delays) {
  const wet = new Float64Array(dry.length);
  for (const delay of delays) {
    const samples = Math.round(delay * kSampleRate);
    const line = new Float64Array(samples);
    let damp = 0;
    for (let i = 0; i < 2 * dry.length; i++) {
      const at = i % dry.length;
      const slot = i % samples;
      const echo = line[slot];
      damp += 0.35 * (echo - damp);
      line[slot] = dry[at] + 0.78 * damp;
      if (i >= dry.length) wet[at] += echo / delays.length;
    }
  }
  return wet;
}

// A 16-bit stereo WAV file of `seconds`, as bytes.
function makeMusic(seconds) {
  const samples = seconds * kSampleRate;
  const left = new Float64Array(samples);
  const right = new Float64Array(samples);
  const beats = kTune.trim().split(/\s+/);
  const beat = samples / beats.length;
  for (const [i, note] of beats.entries()) {
    if (note === ".") continue;
    const start = Math.round(i * beat + 0.012 * kSampleRate * Math.sin(i * 7)); // played by a hand, not a clock
    const loudness = 0.5 + 0.12 * Math.sin(i * 1.7);
    const side = 0.5 + 0.22 * Math.sin(i * 0.9);
    const begin = (start + samples) % samples;
    pluck(left, begin, frequency(Number(note)), loudness * (1 - side), i + 1);
    pluck(right, begin, frequency(Number(note)), loudness * side, i + 1);
    if (i % 12 === 0) {
      pluck(left, begin, frequency(Number(note) - 10), 0.4, 900 + i);
      pluck(right, begin, frequency(Number(note) - 10), 0.4, 900 + i);
    }
  }
  const bar = samples / 8;
  for (let i = 0; i < 8; i++) pad(left, right, Math.round(i * bar), Math.round(1.5 * bar), kPads[i % 4]);
  const wetLeft = hall(left, [0.0437, 0.0613, 0.0791, 0.0971]);
  const wetRight = hall(right, [0.0461, 0.0587, 0.0823, 0.0937]);

  const wav = Buffer.alloc(44 + samples * 4);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples * 4, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(kSampleRate, 24);
  wav.writeUInt32LE(kSampleRate * 4, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 4, 40);
  const level = (dry, wet) => Math.round(32767 * Math.tanh(1.65 * dry + 1.1 * wet));
  for (let i = 0; i < samples; i++) {
    wav.writeInt16LE(level(left[i], wetLeft[i]), 44 + i * 4);
    wav.writeInt16LE(level(right[i], wetRight[i]), 46 + i * 4);
  }
  return wav;
}

const [seconds, file] = process.argv.slice(2);
writeFileSync(file, makeMusic(Number(seconds)));
