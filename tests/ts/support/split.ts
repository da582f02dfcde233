// Tasks under split trust, with keys of their own.

import type { SplitTaskReference } from "@sotto/live";
import { suiteOf } from "../../../sdk/ts/src/federation/device/hpke.js";
import { noble } from "../../../sdk/ts/src/federation/device/hpke-noble.js";
import { roomProducts } from "./files.js";

const suite = suiteOf({ kem: 0x20, kdf: 1, aead: 1 }, noble);

export async function aggregator(operator: string, id: number) {
  const keys = await suite.GenerateKeyPair(true);
  const publicKey = Buffer.from(await suite.SerializePublicKey(keys.publicKey)).toString("base64url");
  const url = `https://${operator}.example`;
  return { keys, reference: { operator, url, hpke: { id, kem: 0x20, kdf: 1, aead: 1, publicKey } } };
}

export const leader = await aggregator("leader", 7);
export const helper = await aggregator("helper", 200);

/** What an aggregator reads; rejects if it is not for it. */
export const open = (of: typeof leader, enc: Uint8Array, ciphertext: Uint8Array, info: Uint8Array, aad: Uint8Array) =>
  suite.Open(of.keys.privateKey, enc, ciphertext, { info, aad });

const terms = {
  trust: "split",
  epoch: 12,
  timePrecision: 86_400,
  duration: 1,
  batchMode: "time-interval",
  sigmaSquaredNumerator: 100,
  sigmaSquaredDenominator: 1,
  delta: 1e-5,
  minimum: 100,
  expires: "2999-01-01T00:00:00Z",
  aggregators: { leader: leader.reference, helper: helper.reference, oneOperator: false },
} as const;

const items = roomProducts().map(({ id }) => id);

/** rho as the parameters have it, and an epsilon that is no promise too many. */
export const affinity: SplitTaskReference & { kind: "affinity" | "popularity" } = {
  ...{ ...terms, id: "affinity-2", kind: "affinity", items, maxItems: 4, rho: 10 / 200, epsilon: 2 },
};
export const popularity: SplitTaskReference & { kind: "affinity" | "popularity" } = {
  ...{ ...terms, id: "popular-1", kind: "popularity", items, maxItems: 6, rho: 6 / 200, epsilon: 2 },
};
export const mood: SplitTaskReference & { kind: "mood" } = {
  ...{ ...terms, id: "mood-3", kind: "mood", minute: 3, rho: 2 / 200, epsilon: 2 },
};
export const head: SplitTaskReference & { kind: "delta" } = {
  ...{ ...terms, id: "head-1", kind: "delta", model: "1", dimension: 20, clip: 1, entryBits: 8, step: 0.05 },
  ...{ rotationSeed: 5, sigmaSquaredNumerator: 40_000, rho: 1, epsilon: 100 },
};
