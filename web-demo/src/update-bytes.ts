// Reads a contribution's bytes back, so that the ledger can show what they mean. Little-endian, as
// sdk/cpp/sotto/federation/local_update.h writes them: "SOLU", u16 version, u64 task digest, u32 count, counts as i16.

export type UpdatePart = "magic" | "version" | "digest" | "count" | "entries";

export interface UpdateSection {
  readonly part: UpdatePart;
  readonly begin: number;
  readonly end: number;
}

export interface DecodedUpdate {
  readonly sections: readonly UpdateSection[];
  /** The upper triangle of the pair matrix, diagonal included, row by row. */
  readonly entries: Int16Array;
}

const kHeader: readonly [UpdatePart, number][] = [
  ["magic", 4],
  ["version", 2],
  ["digest", 8],
  ["count", 4],
];

/** null if the bytes are of another format than this page knows; they are then shown without a meaning. */
export function decodeUpdate(bytes: Uint8Array): DecodedUpdate | null {
  const sections: UpdateSection[] = [];
  let offset = 0;
  for (const [part, length] of kHeader) {
    sections.push({ part, begin: offset, end: offset + length });
    offset += length;
  }
  if (bytes.length < offset || String.fromCharCode(...bytes.subarray(0, 4)) !== "SOLU") return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(14, true);
  if (view.getUint16(4, true) !== 1 || bytes.length !== offset + 2 * count) return null;
  const entries = new Int16Array(count);
  for (let i = 0; i < count; ++i) entries[i] = view.getInt16(offset + 2 * i, true);
  sections.push({ part: "entries", begin: offset, end: bytes.length });
  return { sections, entries };
}
