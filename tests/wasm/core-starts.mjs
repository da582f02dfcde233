// A build of the core starts outside a browser and does one thing of each module. Used by ctest.
//   node tests/wasm/core-starts.mjs build/wasm-simd/wasm/core.simd.js
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { start, unwrap } from "./start.mjs";

const core = await start(process.argv[2]);
assert.equal(unwrap(core.normalise("ＯＫ！")).text, "ok!");

const model = unwrap(core.CommentModel.load(new Uint8Array(await readFile("models/comments.bin"))));
const [{ labels }] = core.commentHeads();
assert.equal(labels[unwrap(model.classify("质量很好，推荐"))[0]], "positive");
assert.equal(labels[unwrap(model.classify("质量太差，退货"))[0]], "negative");

assert.ok(unwrap(core.epsilonOfZcdp(1, 1e-5)) > 7);
assert.equal(unwrap(core.toMicroRho(1)), 1_000_000);

const empty = JSON.stringify({ version: 1, stream: "s", title: { en: "t" }, products: [] });
assert.equal(JSON.parse(unwrap(core.Manifest.parse(empty)).json).stream, "s");
console.log(`${process.argv[2]}: ${core.buildId()}`);
