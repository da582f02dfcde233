// Objects in WASM memory: freed when disposed, freed when forgotten, refused afterwards.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadCore } from "@sotto/live/core";
import { expect, it } from "vitest";
import { commentModelFile, wasmOf } from "./support/files.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");
const file = readFileSync(commentModelFile);

it("refuses an object after dispose(), and a second dispose() does nothing", async () => {
  const core = await loadCore({ wasm: wasmOf("simd") });
  const model = core.loadCommentModel(file);
  model.dispose();
  model.dispose();
  expect(() => model.classify("好")).toThrowError(expect.objectContaining({ code: "DISPOSED" }));
});

it("frees an object at the end of `using`", async () => {
  const core = await loadCore({ wasm: wasmOf("simd") });
  const model = core.loadCommentModel(file);
  model[Symbol.dispose]();
  expect(() => model.version).toThrowError(expect.objectContaining({ code: "DISPOSED" }));
});

it("does not grow when models are loaded and disposed again and again", async () => {
  const core = await loadCore({ wasm: wasmOf("simd") });
  const once = () => core.loadCommentModel(file).dispose();
  once();
  const before = core.memoryBytes;
  for (let i = 0; i < 200; i++) once();
  expect(core.memoryBytes).toBe(before);
});

it("frees what was forgotten when the garbage collector finds it", async () => {
  const core = await loadCore({ wasm: wasmOf("simd") });
  const rounds = 30;
  const perRound = 10;
  const forget = () => {
    for (let i = 0; i < perRound; i++) core.loadCommentModel(file);
  };
  for (let round = 0; round < rounds; round++) {
    forget();
    // Finalizers run in a task of their own after a collection.
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve));
  }
  // All of them at once would take rounds * perRound times the file.
  expect(core.memoryBytes).toBeLessThan((rounds * perRound * file.length) / 2);
});
