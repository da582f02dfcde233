// `sotto recommend export` writes what onnxruntime loads, and says of what it cannot export why.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OnnxRecommender } from "@sotto/live/onnx";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCli } from "../../web-demo/demo/programs.mjs";
import { easeModelBytes, modelFileBytes } from "../ts/support/ease-file.js";

const program = process.env.SOTTO_BUILD_DIR ? join(process.env.SOTTO_BUILD_DIR, "tools/cli/sotto") : findCli();
let folder;
beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  folder = mkdtempSync(join(tmpdir(), "sotto-export-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function exportModel(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const out = join(folder, `${name}-onnx`);
  const { status, stderr } = spawnSync(program, ["recommend", "export", "--model", path, "--out", out], {
    encoding: "utf8",
  });
  return { status, err: stderr, read: (file) => new Uint8Array(readFileSync(join(out, file))) };
}

const items = ["tea", "pot", 'a "cup"'];

/** Two dimensions, two hidden units, one in the item tower: every number chosen so that the scores are seen at once. */
function twoTower() {
  const parameters = [
    ...[1, 0, 0, 1, 0, 0], // user_input: tea is the first unit, pot the second, the cup neither
    ...[0, 0], // its bias
    ...[1, 0, 0, 1], // user_weight
    ...[0, 0],
    ...[2, 0, 0, 3], // head_weight
    ...[0, 0],
    ...[1, 0, 0, 1, 1, 1], // item_input
    ...[0, 0], // item_hidden_weight: the item tower changes nothing
    ...[0],
    ...[0, 0],
    ...[0.5, 0, -1], // item_bias
  ];
  const sizes = Uint32Array.of(2, 2, 1, 0);
  return Buffer.concat([Buffer.from(sizes.buffer), Buffer.from(Float32Array.from(parameters).buffer)]);
}

describe("sotto recommend export", () => {
  it("writes a two-tower model whose scores can be worked out by hand", async () => {
    const { status, err, read } = exportModel("towers", modelFileBytes("two-tower", items, twoTower(), "7", "spring"));
    expect(err).toBe("");
    expect(status).toBe(0);
    const description = JSON.parse(Buffer.from(read("model.json")).toString());
    expect(description).toEqual({ kind: "two-tower", version: "7", catalogue: "spring", items });
    for (const models of [{ user: read("user.onnx"), itemTower: read("items.onnx") }, { user: read("scores.onnx") }]) {
      const model = await OnnxRecommender.load(ort, { ...models, items: description.items });
      // Tea twice as much as the pot: the bag is (2, 1) / sqrt(5), the head makes (4, 3) / sqrt(5) of it.
      const scores = await model.score([{ item: "pot" }, { item: "tea", weight: 2 }]);
      const expected = [4 / Math.sqrt(5) + 0.5, 3 / Math.sqrt(5), 7 / Math.sqrt(5) - 1];
      for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(expected[i], 5);
      await model.dispose();
    }
  });

  it("refuses a model that is no network, and a file that is no model", () => {
    const ease = exportModel("ease", easeModelBytes(["a", "b"], [0, 1, 1, 0], "1"));
    expect(ease.status).toBe(1);
    expect(ease.err).toContain("the kind ease");
    const broken = exportModel("broken", Uint8Array.of(1, 2, 3));
    expect(broken.status).toBe(1);
    expect(broken.err).toMatch(/^sotto: (MALFORMED|TRUNCATED)/);
  });
});
