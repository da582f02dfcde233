// A build of the recommender starts outside a browser and ranks. Used by ctest.
//   node tests/wasm/recommend-starts.mjs build/wasm-simd/wasm/recommend.simd.js
import assert from "node:assert/strict";
import { start, unwrap } from "./start.mjs";

const module = await start(process.argv[2]);

const product = (id, category, price) => ({
  ...{ id, category, brand: "", price },
  image: new Float32Array(),
  ngrams: new Uint32Array(),
});
const ranker = unwrap(
  module.Ranker.create([product("a", "tea", 100), product("b", "tea", 120), product("c", "ware", 9000)], "1"),
);
unwrap(ranker.observe([{ product: 0, kind: 2, at: 1000 }]));
const rules = { pins: [], boosts: [], caps: [], exclude: [] };
const request = { k: 2, includeEngaged: false, diversity: 0, seed: undefined, onStage: undefined, mood: 0, now: 2000 };
const { recommendations } = unwrap(ranker.rank({ ...request, programme: 0, rules }));
assert.equal(recommendations[0].product, 1);
assert.equal(recommendations[0].reason, "similar");
assert.equal(recommendations[0].because, 0);
assert.equal(module.featureNames().length, recommendations[0].contributions.length);
console.log(`${process.argv[2]}: ${module.buildId()}`);
