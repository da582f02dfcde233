// Our networks in onnxruntime-web give the core's scores; what does not fit together is refused with a hint.
import { execFileSync } from "node:child_process";
import { OnnxRecommender, type OnnxRecommenderOptions } from "@sotto/live/onnx";
import * as ort from "onnxruntime-web";
import { beforeAll, describe, expect, it } from "vitest";
import { identityProgram } from "./support/files.js";

type Line = [kind: string, ...fields: (string | number[])[]];
const floatsOf = (bits: number[]) => new Float32Array(Uint32Array.from(bits).buffer);
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

let lines: Line[];
beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  const output = execFileSync(identityProgram(), ["onnx"], { input: "", encoding: "utf8", maxBuffer: 1 << 28 });
  lines = output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
});

const items = Array.from({ length: 60 }, (_, number) => `item ${number}`);

function exported(kind: string) {
  const [, user, itemTower, scores] = lines.find((line) => line[0] === kind && typeof line[1] === "string") as string[];
  return { user: bytesOf(user), itemTower: bytesOf(itemTower), scores: bytesOf(scores) };
}

/** Histories, and the core's scores. */
const cases = (kind: string) =>
  lines
    .filter((line) => line[0] === kind && Array.isArray(line[1]))
    .map(([, numbers, weights, scores]) => {
      const weightOf = floatsOf(weights as number[]);
      return {
        history: (numbers as number[]).map((number, i) => ({ item: items[number], weight: weightOf[i] })),
        scores: floatsOf(scores as number[]),
      };
    });

describe.each(["two-tower", "sequence"])("a %s model", (kind) => {
  it.each(["towers", "scores"])("gives the core's scores within 1e-5, as %s", async (form) => {
    const { user, itemTower, scores } = exported(kind);
    const models = form === "towers" ? { user, itemTower } : { user: scores };
    await using model = await OnnxRecommender.load(ort, { ...models, items });
    expect(model.items).toEqual(items);
    expect(cases(kind).length).toBe(7);
    for (const { history, scores } of cases(kind)) {
      const found = await model.score(history);
      const largest = Math.max(1, ...scores.map(Math.abs));
      expect(found.length).toBe(scores.length);
      for (const [i, score] of scores.entries()) expect(Math.abs(found[i] - score)).toBeLessThan(1e-5 * largest);
    }
  });
});

describe("OnnxRecommender", () => {
  const towers = (): OnnxRecommenderOptions => {
    const { user, itemTower } = exported("two-tower");
    return { user, itemTower, items };
  };

  it("takes vectors that the page has", async () => {
    await using model = await OnnxRecommender.load(ort, {
      user: towers().user,
      items: ["a", "b"],
      itemVectors: { vectors: new Float32Array(32).fill(1, 16), bias: Float32Array.of(2, 3) },
    });
    const [a, b] = await model.score([]);
    expect(a).toBe(2);
    expect(b).not.toBe(3);
  });

  it("fetches what has an address", async () => {
    const { user, itemTower } = exported("sequence");
    const served = new Map<string, Uint8Array<ArrayBuffer>>([
      ["https://shop.test/user.onnx", user],
      ["https://shop.test/items.onnx", itemTower],
    ]);
    const fetch = async (url: string | URL | Request) => new Response(served.get(String(url)), { status: 200 });
    await using model = await OnnxRecommender.load(ort, {
      user: "https://shop.test/user.onnx",
      itemTower: new URL("https://shop.test/items.onnx"),
      items,
      fetch,
    });
    expect(await model.score([{ item: "item 3" }])).toHaveLength(60);
  });

  it("answers calls in their order, however many are under way", async () => {
    await using model = await OnnxRecommender.load(ort, towers());
    const histories = items.map((item) => [{ item }]);
    const together = await Promise.all(histories.map((history) => model.score(history)));
    for (const [i, history] of histories.entries()) expect(together[i]).toEqual(await model.score(history));
  });

  it.each([
    ["an id that it does not know", [{ item: "shoe" }], /"shoe"/],
    ["a weight of 0", [{ item: "item 1", weight: 0 }], /weight is 0/],
    ["a weight that is no number", [{ item: "item 1" }, { item: "item 2", weight: Number.NaN }], /history\[1\]/],
  ])("refuses %s, and goes on", async (_, history, message) => {
    await using model = await OnnxRecommender.load(ort, towers());
    await expect(model.score(history)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(message),
    });
    expect(await model.score([])).toHaveLength(60);
  });

  const wrong: [string, (options: OnnxRecommenderOptions) => OnnxRecommenderOptions, string, RegExp][] = [
    ["no items", (o) => ({ ...o, items: [] }), "INVALID_ARGUMENT", /empty/],
    ["an id twice", (o) => ({ ...o, items: ["a", "a"] }), "INVALID_ARGUMENT", /"a" more than once/],
    ["no vectors", ({ user }) => ({ user, items }), "INVALID_ARGUMENT", /no source/],
    [
      "two sources of vectors",
      (o) => ({ ...o, itemVectors: { vectors: new Float32Array(60) } }),
      "INVALID_ARGUMENT",
      /more than one source/,
    ],
    ["bytes that are no model", (o) => ({ ...o, user: Uint8Array.of(1, 2, 3) }), "MALFORMED", /user tower/],
    ["the towers exchanged", (o) => ({ ...o, user: o.itemTower as Uint8Array }), "MISMATCH", /inputs items/],
    [
      "vectors of another length",
      ({ user }) => ({ user, items, itemVectors: { vectors: new Float32Array(60 * 3) } }),
      "MISMATCH",
      /user has 16 numbers, an item's vector 3/,
    ],
    [
      "vectors of other items",
      ({ user }) => ({ user, items, itemVectors: { vectors: new Float32Array(61) } }),
      "MISMATCH",
      /61 numbers/,
    ],
    [
      "scores of other items",
      () => ({ user: exported("two-tower").scores, items: ["a"] }),
      "MISMATCH",
      /60 scores, there are 1/,
    ],
  ];
  it.each(wrong)("refuses %s", async (_, change, code, message) => {
    await expect(OnnxRecommender.load(ort, change(towers()))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("says so when it is used after dispose()", async () => {
    const model = await OnnxRecommender.load(ort, towers());
    await model.dispose();
    await model.dispose();
    await expect(model.score([])).rejects.toMatchObject({ code: "DISPOSED" });
  });

  it("stops at the signal", async () => {
    const reason = new Error("the page went away");
    await expect(OnnxRecommender.load(ort, { ...towers(), signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
