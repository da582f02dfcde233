// Bytes as a picture: one square a byte, dark for 0 and bright for 255. Random bytes look like noise; what is not random
// shows as a pattern. For those who do not see it, and to check the eye, how often the byte values occur is put into words.

import { h } from "../dom.js";

export interface ByteStatistics {
  /** Of the bytes: 127.5 on average for random ones. */
  readonly mean: number;
  /** Share of bits that are 1. */
  readonly ones: number;
}

export function statisticsOf(bytes: Uint8Array): ByteStatistics {
  let sum = 0;
  let bits = 0;
  for (const byte of bytes) {
    sum += byte;
    for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  }
  const count = Math.max(1, bytes.length);
  return { mean: sum / count, ones: bits / (8 * count) };
}

const kMost = 4096;
const kDark = [14, 12, 10] as const;
const kLight = [238, 178, 96] as const; // lamp light

/** At most the first 4,096 bytes. */
export function createBytePicture(bytes: Uint8Array, label: string): HTMLElement {
  const shown = bytes.subarray(0, kMost);
  const columns = shown.length > 1024 ? 64 : shown.length > 128 ? 32 : 16;
  const rows = Math.max(1, Math.ceil(shown.length / columns));
  const canvas = h("canvas", {
    class: "byte-picture",
    width: columns,
    height: rows,
    role: "img",
    "aria-label": label,
    "data-testid": "byte-picture",
  });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(columns, rows);
  shown.forEach((byte, place) => {
    const mixed = kDark.map((dark, i) => dark + (((kLight[i] ?? 0) - dark) * byte) / 255);
    image.data.set([...mixed, 255], 4 * place);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}
