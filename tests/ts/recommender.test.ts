// The recommender's module without a session: models that a page fits or loads, and the head that is tuned to a viewer.
import { loadRecommender, Model, type Recommender } from "@sotto/live/recommend";
import { beforeAll, describe, expect, it } from "vitest";
import { modelFileBytes } from "./support/ease-file.js";
import { variants, wasmOf } from "./support/files.js";
import { Dice } from "./support/random.js";

/** A two-tower network of random parameters, as sdk/cpp/sotto/recommend/models/two_tower.h writes it. */
function twoTowerFile(items: readonly string[]): Uint8Array {
  const dice = new Dice(3);
  const [dimensions, hidden, itemHidden] = [4, 6, 3];
  const sizes = [
    ...[items.length * hidden, hidden, hidden * dimensions, dimensions],
    ...[dimensions * dimensions, dimensions, items.length * dimensions],
    ...[dimensions * itemHidden, itemHidden, itemHidden * dimensions, items.length],
  ];
  const numbers = sizes.flatMap((size) => Array.from({ length: size }, () => dice.unit() - 0.5));
  const header = Buffer.from(Uint32Array.of(dimensions, hidden, itemHidden, 0).buffer);
  const parameters = Buffer.concat([header, Buffer.from(Float32Array.from(numbers).buffer)]);
  return modelFileBytes("two-tower", items, parameters, "1");
}

describe.each(variants)("recommend.%s.wasm", (variant) => {
  let recommender: Recommender;
  beforeAll(async () => {
    recommender = await loadRecommender({ wasm: wasmOf(variant, "recommend") });
  });

  it("fits factors to who took what, and ranks what is taken together first", () => {
    // Two crowds: the first takes items 0 to 4, the second 5 to 9; each of them but one.
    const users: number[] = [];
    const items: number[] = [];
    for (let user = 0; user < 60; user++) {
      for (let item = 0; item < 5; item++) {
        if (item === user % 5) continue;
        users.push(user);
        items.push(item + (user < 30 ? 0 : 5));
      }
    }
    const ids = Array.from({ length: 10 }, (_, number) => `p${number}`);
    const pairs = { users: Uint32Array.from(users), items: Uint32Array.from(items) };
    const model = recommender.fitIals(pairs, ids, { rank: 2, epochs: 20, version: "7" });
    expect([model.kind, model.version, model.items]).toEqual(["ials", "7", ids]);
    const scores = model.score([
      { item: 5, weight: 1 },
      { item: 6, weight: 1 },
    ]);
    expect(Math.min(...scores.slice(5))).toBeGreaterThan(Math.max(...scores.slice(0, 5)));
    expect(() => model.score([{ item: 10, weight: 1 }])).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    expect(() => recommender.fitIals({ users: Uint32Array.of(0), items: Uint32Array.of(99) }, ids)).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    model.dispose();
  });

  it("tunes a two-tower network's head to what a viewer does, and to nothing else", () => {
    const ids = Array.from({ length: 30 }, (_, number) => `p${number}`);
    const model = recommender.loadModel(twoTowerFile(ids));
    expect(recommender.createTuner(model, [{ item: 1, kind: "shown" }], 1)).toBeUndefined();
    const events = [3, 4, 3, 5, 4].map((item) => ({ item, kind: "click" as const }));
    const tuner = recommender.createTuner(model, events, 1);
    if (!tuner) throw new Error("there is something to learn");
    const before = tuner.loss;
    tuner.step(50);
    expect(tuner.loss).toBeLessThan(before);
    const tuned = recommender.withHead(model, tuner.head);
    expect(tuned).toBeInstanceOf(Model);
    expect(tuned.version).toBe(model.version);
    const history = [{ item: 3, weight: 1 }];
    expect([...tuned.score(history)]).not.toEqual([...model.score(history)]);
    expect(() => recommender.withHead(model, new Float32Array(3))).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    expect(() => recommender.withHead(model, new Float32Array(20).fill(Number.NaN))).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    const own = recommender.headChange(model, undefined);
    expect([...own]).toEqual(new Array(20).fill(0));
    const change = recommender.headChange(model, tuner.head);
    expect(change.some((number) => number !== 0)).toBe(true);
    expect([...recommender.headChange(tuned, tuner.head)]).toEqual(new Array(20).fill(0));
    expect(() => recommender.headChange(model, new Float32Array(3))).toThrowError(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    for (const held of [tuner, tuned, model]) held.dispose();
  });

  it("says what is wrong with a model's bytes", () => {
    const file = twoTowerFile(["a", "b"]);
    const codeOf = (bytes: Uint8Array) => {
      try {
        recommender.loadModel(bytes).dispose();
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "accepted";
    };
    expect(codeOf(file)).toBe("accepted");
    expect(codeOf(file.subarray(0, 40))).toBe("TRUNCATED");
    expect(codeOf(Uint8Array.from(file, (byte, place) => (place === 60 ? byte ^ 1 : byte)))).toBe("MISMATCH");
    expect(codeOf(modelFileBytes("crystal-ball", ["a"], new Uint8Array(), "1"))).toBe("UNSUPPORTED_VERSION");
  });
});
