// Bytes as a classic dump: offset, a line of bytes in hexadecimal, their ASCII. Stretches with a meaning carry a class.

import { h } from "../dom.js";

export interface HexSection {
  /** A class name, `hex-<part>`. */
  readonly part: string;
  readonly begin: number;
  readonly end: number;
}

export function renderHex(
  bytes: Uint8Array,
  sections: readonly HexSection[],
  options: { label: string; columns: number },
): HTMLElement {
  const { label, columns } = options;
  const dump = h("pre", { class: "hex", tabindex: 0, role: "region", "aria-label": label, "data-testid": "hex" });
  for (let offset = 0; offset < bytes.length; offset += columns) {
    const line = bytes.subarray(offset, offset + columns);
    dump.append(h("span", { class: "hex-offset" }, offset.toString(16).padStart(4, "0")), "  ");
    for (const run of runs(offset, line.length, sections)) {
      const text = [...bytes.subarray(run.begin, run.end)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      dump.append(run.part ? h("span", { class: `hex-${run.part}` }, text) : text, " ");
    }
    dump.append(" ".repeat(3 * (columns - line.length) + 1));
    dump.append(h("span", { class: "hex-ascii" }, [...line].map(printable).join("")), "\n");
  }
  return dump;
}

/** The line of `length` bytes at `offset`, cut where a section begins or ends. */
function runs(
  offset: number,
  length: number,
  sections: readonly HexSection[],
): { part: string; begin: number; end: number }[] {
  const found: { part: string; begin: number; end: number }[] = [];
  let begin = offset;
  while (begin < offset + length) {
    const section = sections.find((s) => begin >= s.begin && begin < s.end);
    const end = Math.min(offset + length, section ? section.end : offset + length);
    found.push({ part: section?.part ?? "", begin, end });
    begin = end;
  }
  return found;
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}
