// What aggregators do with a report: decode it, open the shares, verify them together.
import type { SplitTaskReference } from "@sotto/live";
import type { Federation } from "@sotto/live/federation";
import { helper, leader, open } from "./split.js";

export interface Report {
  readonly id: Uint8Array;
  /** In the task's epochs. */
  readonly time: number;
  /** As it was sent, for the associated data. */
  readonly metadata: Uint8Array;
  readonly publicShare: Uint8Array;
  readonly leader: Ciphertext;
  readonly helper: Ciphertext;
}

interface Ciphertext {
  readonly configId: number;
  readonly enc: Uint8Array;
  readonly payload: Uint8Array;
}

/** Report of draft-ietf-ppm-dap; throws for bytes that are none, or more than one. */
export function decodeReport(bytes: Uint8Array): Report {
  const buffer = Buffer.from(bytes);
  let place = 0;
  const take = (size: number) => {
    if (place + size > buffer.length) throw new Error(`the report ends at ${buffer.length}, ${place + size} is needed`);
    place += size;
    return buffer.subarray(place - size, place);
  };
  const number = (size: number) => Number(`0x${take(size).toString("hex")}`);
  const ciphertext = () => ({ configId: number(1), enc: take(number(2)), payload: take(number(4)) });
  const id = take(16);
  const time = number(8);
  take(number(2)); // extensions
  const metadata = buffer.subarray(0, place);
  const report = { id, time, metadata, publicShare: take(number(4)), leader: ciphertext(), helper: ciphertext() };
  if (place !== buffer.length) throw new Error(`${buffer.length - place} bytes follow the report`);
  return report;
}

/** InputShareAad. */
export function aadOf(
  federation: Federation,
  task: SplitTaskReference,
  { metadata, publicShare }: Pick<Report, "metadata" | "publicShare">,
): Uint8Array {
  const { id, configuration } = federation.dapTask(task);
  return Buffer.concat([id, configuration, metadata, opaque32(publicShare)]);
}

/** The input shares of a report that is sealed to these keys; rejects if it is not. */
export async function openReport(
  federation: Federation,
  task: SplitTaskReference,
  report: Report,
  keys: { leader: typeof leader; helper: typeof helper } = { leader, helper },
): Promise<Uint8Array[]> {
  const aad = aadOf(federation, task, report);
  const opened = (["leader", "helper"] as const).map(async (role, i) => {
    const { enc, payload } = report[role];
    const info = Buffer.concat([Buffer.from("dap-18 input share"), Buffer.from([1, 2 + i])]);
    const plaintext = Buffer.from(await open(keys[role], enc, payload, info, aad));
    // PlaintextInputShare: no extension, then the share.
    if (plaintext.readUInt16BE(0) !== 0 || plaintext.readUInt32BE(2) !== plaintext.length - 6) {
      throw new Error(`the ${role}'s plaintext is no PlaintextInputShare`);
    }
    return plaintext.subarray(6);
  });
  return Promise.all(opened);
}

/** What both aggregators together find in a report, once its proof holds. */
export function together(
  federation: Federation,
  task: SplitTaskReference,
  nonce: Uint8Array,
  publicShare: Uint8Array,
  shares: readonly Uint8Array[],
): number[] {
  const key = new Uint8Array(32).fill(5);
  const prio3 = federation.createPrio3(federation.splitParameters(task));
  const ctx = federation.dapTask(task).context;
  const started = shares.map((share, i) => prio3.verifyInit(key, ctx, i, nonce, publicShare, share));
  const message = prio3.verifierSharesToMessage(
    ctx,
    started.map(({ verifierShare }) => verifierShare),
  );
  const sum = prio3.unshard(started.map(({ state }) => prio3.aggregate([prio3.verifyNext(state, message)])));
  for (const { state } of started) state.dispose();
  prio3.dispose();
  return sum;
}

export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const opaque32 = (bytes: Uint8Array) => Buffer.concat([uint64(bytes.length).subarray(4), bytes]);
