// A build of the federation module starts outside a browser, makes an update and a report, and reads both. Used by ctest.
//   node tests/wasm/federation-starts.mjs build/wasm-simd/wasm/federation.simd.js
import assert from "node:assert/strict";
import { start, unwrap } from "./start.mjs";

const module = await start(process.argv[2]);

const local = { id: "t", items: ["a", "b"], maxItems: 2, sigmaSquaredNumerator: 3, sigmaSquaredDenominator: 1 };
assert.equal(unwrap(module.taskRho(local)), 1);
assert.equal(unwrap(module.taskMicroRho(local)), 1_000_000);
const update = unwrap(module.makeLocalUpdate(local, Uint32Array.of(0, 1), module.Random.os()));
assert.equal(unwrap(module.decodeUpdate(local, update)).length, 3);

const split = {
  ...{ ...local, kind: "affinity", minute: 0, model: "", dimension: 0, clip: 0, entryBits: 0, step: 0 },
  ...{ rotationSeed: 0, minBatchSize: 10, epoch: 1 },
};
assert.deepEqual(unwrap(module.splitPrice(split)), { rho: 0.5, microRho: 500_000 });
const terms = { leader: "https://l", helper: "https://h", timePrecision: 60, duration: 1, batchMode: "time-interval" };
const { context: ctx } = unwrap(module.dapTask(split, terms));
const { nonce, publicShare, leaderShare, helperShare } = unwrap(
  module.shardItems(split, ctx, Uint32Array.of(1), module.Random.os()),
);
const prio3 = unwrap(module.Prio3.create(unwrap(module.splitParameters(split))));
const started = [leaderShare, helperShare].map((share, aggregator) =>
  unwrap(prio3.verifyInit(new Uint8Array(32), ctx, aggregator, nonce, publicShare, share)),
);
const shares = started.map(({ verifierShare }) => verifierShare);
const message = unwrap(prio3.verifierSharesToMessage(ctx, shares));
const sums = started.map(({ state }) => unwrap(prio3.aggregate([unwrap(prio3.verifyNext(state, message))])));
assert.deepEqual([...unwrap(prio3.unshard(sums))], [0, 0, 1]);
console.log(`${process.argv[2]}: ${module.buildId()}`);
