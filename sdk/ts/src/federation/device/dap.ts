// A report's messages: draft-ietf-ppm-dap, "Uploading Reports". What depends on the draft's version is here, in the core
// and nowhere else. Integers are big-endian.

/** Begins every label of domain separation, so that reports of two versions never open as each other's. */
const version = "dap-18";
const role = { client: 1, leader: 2, helper: 3 } as const;

export interface HpkeCiphertext {
  readonly configId: number;
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * ReportMetadata without extensions, which everybody may read. `id` has 16 bytes and is the nonce of the VDAF; `time` is
 * in units of the task's time precision.
 */
export const reportMetadata = (id: Uint8Array, time: number): Uint8Array => concat(id, uint(time, 8), uint(0, 2));

/** That of a report. */
export const metadataOf = (report: Uint8Array): Uint8Array => report.slice(0, 16 + 8 + 2);

/** HPKE's info for the share of one aggregator. */
export const inputShareInfo = (receiver: "leader" | "helper"): Uint8Array =>
  concat(new TextEncoder().encode(`${version} input share`), Uint8Array.of(role.client, role[receiver]));

/** InputShareAad. `task` is the task's id, 32 bytes; `configuration` its encoded TaskConfiguration. */
export const inputShareAad = (
  task: Uint8Array,
  configuration: Uint8Array,
  metadata: Uint8Array,
  publicShare: Uint8Array,
): Uint8Array => concat(task, configuration, metadata, opaque32(publicShare));

/** PlaintextInputShare without extensions. */
export const plaintextInputShare = (payload: Uint8Array): Uint8Array => concat(uint(0, 2), opaque32(payload));

/** Report; an UploadRequest of this one report is the same bytes. */
export const report = (
  metadata: Uint8Array,
  publicShare: Uint8Array,
  leader: HpkeCiphertext,
  helper: HpkeCiphertext,
): Uint8Array => concat(metadata, opaque32(publicShare), hpkeCiphertext(leader), hpkeCiphertext(helper));

const hpkeCiphertext = ({ configId, enc, ciphertext }: HpkeCiphertext) =>
  concat(uint(configId, 1), uint(enc.length, 2), enc, opaque32(ciphertext));

const opaque32 = (bytes: Uint8Array) => concat(uint(bytes.length, 4), bytes);

function uint(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let rest = value, place = size - 1; place >= 0; place--, rest = Math.floor(rest / 256))
    bytes[place] = rest % 256;
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const each of parts) {
    whole.set(each, place);
    place += each.length;
  }
  return whole;
}
