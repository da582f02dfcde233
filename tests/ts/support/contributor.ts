// A contributor without a session: the module's answers without a worker, an engine that judges every comment alike.
import { ConsentSwitch } from "../../../sdk/ts/src/federation/consent.js";
import { Contributor, type ContributorParts } from "../../../sdk/ts/src/federation/contributor.js";
import { createCalls } from "../../../sdk/ts/src/federation/device/calls.js";
import { MemoryStorage } from "../../../sdk/ts/src/storage/memory.js";
import { fromWire } from "../../../sdk/ts/src/worker/from-wire.js";
import { toWire } from "../../../sdk/ts/src/worker/to-wire.js";
import { wasmOf } from "./files.js";
import { manifest, silent } from "./session.js";

const calls = createCalls();
await calls.start({ wasm: wasmOf("simd", "federation") });

/** Errors as they arrive from a worker. */
export const federation = {
  call: async (name: string, request: never) => {
    try {
      return await calls[name as keyof typeof calls](request);
    } catch (error) {
      throw fromWire(toWire(error));
    }
  },
  close: () => {},
} as unknown as NonNullable<ContributorParts["federation"]>;

const verdict = { sentiment: { label: "positive" }, intent: { label: "praise" } };

/** With consent, in a room without tasks, where three products are engaged. */
export const contributorWith = (parts: Partial<ContributorParts>): Contributor =>
  new Contributor({
    client: { call: async () => [verdict] } as unknown as ContributorParts["client"],
    federation,
    wrote: () => [],
    programmeTime: () => undefined,
    storage: new MemoryStorage(),
    consent: new ConsentSwitch("granted", () => {}),
    logger: silent,
    limitMicroRho: 1_000_000,
    automatic: true,
    manifest: () => manifest as never,
    engaged: () => new Set(["p01", "p02", "p03"]),
    changed: () => {},
    failed: (error) => {
      throw error;
    },
    backoff: { base: 1, cap: 2 },
    delay: 10,
    attempts: 3,
    ...parts,
  });
