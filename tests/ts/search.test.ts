// Native code and both WASM variants find the same items with the same bits.
import { execFileSync } from "node:child_process";
import { loadRecommender } from "@sotto/live/recommend";
import { describe, expect, it } from "vitest";
import { identityProgram, variants, wasmOf } from "./support/files.js";
import { Dice } from "./support/random.js";

const bitsOf = (numbers: Float32Array) => [...new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length)];
const kinds = ["scan-f32", "scan-i8"] as const;

interface Question {
  k: number;
  excluded: number[];
  query: Float32Array;
}

interface Index {
  kind: (typeof kinds)[number];
  dimensions: number;
  vectors: Float32Array;
  questions: Question[];
}

function indexes(): Index[] {
  const dice = new Dice(11);
  const numbers = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => scale * (2 * dice.unit() - 1) ** 3);
  return [1, 2, 7, 32, 513].flatMap((dimensions) =>
    kinds.map((kind) => {
      const items = 1 + dice.int(0, 299);
      return {
        kind,
        dimensions,
        vectors: numbers(items * dimensions, 10 ** (dice.int(0, 6) - 3)),
        questions: Array.from({ length: 10 }, () => ({
          k: dice.int(0, 39),
          excluded: Array.from({ length: dice.int(0, 3) }, () => dice.int(0, items - 1)),
          query: numbers(dimensions, 10 ** (dice.int(0, 6) - 3)),
        })),
      };
    }),
  );
}

describe.each(variants)("recommend.%s.wasm", (variant) => {
  it("finds what native code finds, to the last bit", async () => {
    const recommender = await loadRecommender({ wasm: wasmOf(variant, "recommend") });
    const script: string[] = [];
    const found: unknown[] = [];
    for (const { kind, dimensions, vectors, questions } of indexes()) {
      script.push(["index", kinds.indexOf(kind), dimensions, vectors.length, ...bitsOf(vectors)].join(" "));
      using index = recommender.createIndex(vectors, dimensions, kind);
      found.push([index.items]);
      for (const { k, excluded, query } of questions) {
        script.push(["search", k, excluded.length, ...excluded, ...bitsOf(query)].join(" "));
        const { items, scores } = index.search(query, { k, excluded: Uint32Array.from(excluded) });
        const bits = bitsOf(scores);
        found.push([...items].flatMap((item, i) => [item, bits[i]]));
      }
    }
    const native = execFileSync(identityProgram(), ["searches"], { input: `${script.join("\n")}\n`, encoding: "utf8" });
    expect(native.trimEnd().split("\n")).toEqual(found.map((line) => JSON.stringify(line)));
  });

  it("finds by a graph that native code built what native code finds, to the last bit", async () => {
    const recommender = await loadRecommender({ wasm: wasmOf(variant, "recommend") });
    const dice = new Dice(6);
    const dimensions = 12;
    const numbers = (count: number) => Float32Array.from({ length: count }, () => dice.unit() - 0.5);
    const vectors = numbers(2000 * dimensions);
    const queries = Array.from({ length: 30 }, () => numbers(dimensions));
    const script = [
      ["graph", dimensions, vectors.length, ...bitsOf(vectors)].join(" "),
      ...queries.map((query) => ["search", 10, 0, ...bitsOf(query)].join(" ")),
    ];
    const input = `${script.join("\n")}\n`;
    const output = execFileSync(identityProgram(), ["searches"], { input, encoding: "utf8" });
    const [file, ...native] = output.trimEnd().split("\n");
    const graph = new Uint8Array(Buffer.from(JSON.parse(file)[0], "hex"));
    using index = recommender.loadIndex(vectors, dimensions, graph);
    const found = queries.map((query) => {
      const { items, scores } = index.search(query);
      const bits = bitsOf(scores);
      return JSON.stringify([...items].flatMap((item, i) => [item, bits[i]]));
    });
    expect(native).toEqual(found);
  });

  it("builds a graph and finds the same as a scan of a few items", async () => {
    const recommender = await loadRecommender({ wasm: wasmOf(variant, "recommend") });
    const dice = new Dice(5);
    const vectors = Float32Array.from({ length: 200 * 8 }, () => dice.unit() - 0.5);
    using scan = recommender.createIndex(vectors, 8, "scan-f32");
    using graph = recommender.createIndex(vectors, 8, "hnsw");
    expect(graph.kind).toBe("hnsw");
    for (let i = 0; i < 20; ++i) {
      const query = Float32Array.from({ length: 8 }, () => dice.unit() - 0.5);
      expect(graph.search(query, { k: 3 })).toEqual(scan.search(query, { k: 3 }));
    }
  });

  it("refuses what is no index or no query, and says why", async () => {
    const recommender = await loadRecommender({ wasm: wasmOf(variant, "recommend") });
    expect(() => recommender.createIndex(new Float32Array(5), 2)).toThrow(/5 numbers/);
    expect(() => recommender.createIndex(Float32Array.of(Number.NaN), 1)).toThrow(/row 0, column 0/);
    expect(() => recommender.loadIndex(new Float32Array(4), 2, Uint8Array.of(1, 2, 3))).toThrow(/./);
    using index = recommender.createIndex(new Float32Array(4), 2);
    expect(index.kind).toBe("scan-i8");
    expect(() => index.search(new Float32Array(3))).toThrow(/3 numbers/);
    expect(index.search(Float32Array.of(1, 1), { k: 1 })).toEqual({
      items: Uint32Array.of(0),
      scores: Float32Array.of(0),
    });
  });
});
